import { expect } from "chai";
import { calculateWitness } from "../../../circuits/src/builder/calculateWitness.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { CircuitError } from "../../../circuits/src/errors.ts";
import {
  type CompiledModel,
  compileModel,
  encodeInput,
  loweredOperators,
  OnnxError,
} from "../../../circuits/src/index.ts";
import { tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { checkDeterminism } from "../../../circuits/src/soundness/checkDeterminism.ts";
import { givenWiresOf } from "../../../circuits/src/soundness/givenWires.ts";
import { buildOnnx, type NodeInput } from "../support/buildOnnx.ts";
import { liesAbout, lyingWitness } from "./tampering.ts";

/** One way to put an operator between an input x of three numbers and an output y. */
interface Use {
  readonly inputs: readonly string[];
  readonly attributes?: NodeInput["attributes"];
  readonly shape?: readonly number[];
  readonly range?: readonly [min: number, max: number];
}

const row = (shape: readonly number[], values: readonly number[]) =>
  tensor("float32", shape, values.map(Math.fround));
const whole = (...values: number[]) => tensor("int64", [values.length], values);

/** What nodes may read beside x: b is where x is less than c. */
const CONSTANTS = {
  c: row([1, 3], [1.5, -0.5, 2]),
  m: row([3, 2], [0.5, -1, 2, 0.25, -0.75, 1]),
  k: row([1, 1, 2], [0.5, -1.5]),
  gain: row([3], [1, 2, 0.5]),
  offset: row([3], [0, -1, 0.25]),
  spread: row([3], [1, 0.5, 2]),
  one: whole(1),
  axes: whole(0),
};

/** Uses that fit most operators, and those of operators that want more. */
const USES: readonly Use[] = [
  { inputs: ["x"] },
  { inputs: ["x"], range: [1.25, 4] },
  { inputs: ["x"], range: [-0.75, 0.75] },
  { inputs: ["x", "c"] },
  { inputs: ["x", "x"] },
  { inputs: ["b", "x", "c"] },
  { inputs: ["x", "c"], attributes: { fmod: 1 } },
  { inputs: ["x", "m"] },
  { inputs: ["x", "gain", "offset", "offset", "spread"] },
  { inputs: ["x", "k"], shape: [1, 1, 3] },
  { inputs: ["x"], shape: [1, 1, 3], attributes: { kernel_shape: [2] } },
  { inputs: ["x"], shape: [1, 3, 1], attributes: { axes: [0, 2] } },
  { inputs: ["x"], attributes: { to: 6 } },
  { inputs: ["x", "c"], attributes: { axis: 1 } },
  { inputs: ["x"], attributes: { coefficients: { floats: [1, -2, 0.5] } } },
  { inputs: ["x"], range: [1.5, 2] },
  { inputs: ["x"], range: [-0.5, 0.5] },
  { inputs: ["x", "one"] },
  { inputs: ["x", "axes"] },
];

const SAMPLES = [
  [0.5, -1.25, 2],
  [1, 1, 1],
  [-2, 0.25, 0.75],
  [0, 0, 0],
  [1.5, -0.5, -1.75],
];

function compileUse(name: string, use: Use, opset: number): CompiledModel {
  const { inputs, attributes, shape = [1, 3], range: [min, max] = [-2, 2] } = use;
  const [type, domain] = name.startsWith("ai.onnx.ml.") ? [name.slice(11), "ai.onnx.ml"] : [name, ""];
  const clamped = SAMPLES.map((sample) => sample.map((value) => Math.min(max, Math.max(min, value))));
  const onnx = buildOnnx({
    opset,
    inputs: [{ name: "x", dtype: "float32", shape }],
    outputs: [{ name: "y" }],
    initializers: CONSTANTS,
    nodes: [
      { type: "Less", inputs: ["x", "c"], outputs: ["b"] },
      { type, domain, inputs, outputs: ["y"], attributes },
    ],
  });
  return compileModel(onnx, { calibration: clamped, input: { ranges: Array(3).fill({ min, max }) } });
}

/** The first use in which an operator compiles. */
function firstUse(name: string): { model: CompiledModel; use: Use } | undefined {
  for (const use of USES) {
    for (const opset of [17, 24]) {
      try {
        return { model: compileUse(name, use, opset), use };
      } catch (error) {
        if (!(error instanceof CircuitError || error instanceof OnnxError)) throw error;
      }
    }
  }
  return undefined;
}

/** Operators that fit no use: they move data, which costs nothing, or want shapes, weights or ranges of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "Acosh",
  "Asin",
  "Atanh",
  "CenterCropPad",
  "DepthToSpace",
  "Einsum",
  "GRU",
  "GroupNormalization",
  "LSTM",
  "OneHot",
  "Pad",
  "RNN",
  "Reshape",
  "Resize",
  "ReverseSequence",
  "Scatter",
  "ScatterElements",
  "ScatterND",
  "Slice",
  "SpaceToDepth",
  "Tile",
  "Upsample",
  "ai.onnx.ml.TreeEnsemble",
  "ai.onnx.ml.TreeEnsembleClassifier",
  "ai.onnx.ml.TreeEnsembleRegressor",
]);

describe("every operator that is lowered", () => {
  for (const name of loweredOperators()) {
    if (ELSEWHERE.has(name)) continue;
    it(`${name}: its circuit is determined, and tampered hints break it`, () => {
      const found = firstUse(name);
      if (!found) throw new Error(`no use in USES compiles ${name}: give it one, or list it in ELSEWHERE`);
      const { circuit } = found.model;
      const report = checkDeterminism(circuit.r1cs, { given: givenWiresOf(circuit.program) });
      expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
      const [min, max] = found.use.range ?? [-2, 2];
      const values = [0.5, -1.25, 2].map((value) => Math.min(max, Math.max(min, value)));
      const input = { inputs: encodeInput(values, circuit.input), drawChallenge: () => 31337n };
      const { wires } = calculateWitness(circuit.program, input);
      expect(findViolation(circuit.constraints, wires)).to.equal(undefined);
      const hints = [...circuit.program.steps.entries()].filter(([, step]) => step.op !== "product");
      for (const [index, step] of hints.slice(0, 12)) {
        for (const lie of liesAbout(step, wires)) {
          const forged = lyingWitness(circuit.program, input, index, lie);
          const violated = forged && findViolation(circuit.constraints, forged);
          expect(forged && violated === undefined, `${step.op} ${index}: ${lie.what}`).to.not.equal(true);
        }
      }
    });
  }
});
