import { expect } from "chai";
import {
  compileModel,
  encodeInput,
  interpret,
  loweredOperators,
  UnsupportedNodeError,
} from "../../../circuits/src/index.ts";
import { tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { type AttributeInput, buildOnnx, type NodeInput } from "../support/buildOnnx.ts";
import { expectFaithful } from "../support/expectFaithful.ts";

const SIZE = 4;

/** Samples of four values in [-2, 2], corners and zero included. */
const SAMPLES = [
  [0, 0, 0, 0],
  [2, 2, 2, 2],
  [-2, -2, -2, -2],
  [1.5, -0.25, 0.75, -1.125],
  [-0.001, 0.002, -1.999, 1.0625],
];

const weights = tensor(
  "float32",
  [SIZE, 3],
  [0.5, -1, 0.25, 1, 0, -0.75, -0.125, 2, 0.5, 0.0625, -0.5, 1].map(Math.fround),
);
const transposed = tensor(
  "float32",
  [3, SIZE],
  Array.from({ length: 12 }, (_, i) => weights.data[(i % SIZE) * 3 + Math.floor(i / SIZE)]!),
);
const bias = tensor("float32", [3], [0.1, -0.2, 0.3].map(Math.fround));
const row = tensor("float32", [SIZE], [0.5, -1.5, 2, 0.25]);

/** A model of one input x [1, 4], the given nodes, and the output y. */
function model(nodes: readonly NodeInput[], outputs: readonly string[] = ["y"]): Uint8Array {
  return buildOnnx({
    nodes,
    inputs: [{ name: "x", dtype: "float32", shape: [1, SIZE] }],
    outputs: outputs.map((name) => ({ name })),
    initializers: { weights, transposed, bias, row, shape: tensor("int64", [2], [2, 2]) },
  });
}

function node(
  type: string,
  inputs: readonly string[],
  attributes?: Record<string, AttributeInput>,
  outputs = ["y"],
  domain = "",
): NodeInput {
  return { type, inputs, outputs, attributes, domain, name: `the_${type}` };
}

const check = (nodes: readonly NodeInput[], tolerance: number, outputs?: readonly string[]) =>
  expectFaithful(model(nodes, outputs), { samples: SAMPLES, range: [-2, 2], tolerance });

describe("compiling the first operators", () => {
  const affine: Record<string, NodeInput> = {
    Gemm: node("Gemm", ["x", "weights", "bias"]),
    "Gemm with transB, alpha and beta": node("Gemm", ["x", "transposed", "bias"], {
      transB: 1,
      alpha: { float: 0.5 },
      beta: { float: 2 },
    }),
    MatMul: node("MatMul", ["x", "weights"]),
    Add: node("Add", ["x", "row"]),
    "Sub of a constant": node("Sub", ["x", "row"]),
    "Sub from a constant": node("Sub", ["row", "x"]),
    "Mul by a constant": node("Mul", ["x", "row"]),
    "Div by a constant": node("Div", ["x", "row"]),
    Identity: node("Identity", ["x"]),
    Flatten: node("Flatten", ["x"]),
    Reshape: node("Reshape", ["x", "shape"]),
    "Cast to double": node("Cast", ["x"], { to: 11 }),
    Scaler: node(
      "Scaler",
      ["x"],
      { offset: { floats: [1, -1, 0.5, 0] }, scale: { floats: [2, 0.5, -1, 4] } },
      ["y"],
      "ai.onnx.ml",
    ),
    LinearRegressor: node(
      "LinearRegressor",
      ["x"],
      { coefficients: { floats: [0.5, -1, 2, 0.25] }, intercepts: { floats: [0.75] } },
      ["y"],
      "ai.onnx.ml",
    ),
  };
  for (const [name, one] of Object.entries(affine)) {
    it(`${name} costs nothing but the input and the statement`, () => {
      const { circuit } = check([one], 1e-3);
      const spent = new Set(circuit.costs.map(({ layer }) => layer));
      expect([...spent]).to.have.members(["input", "input commitment", "statement"]);
    });
  }

  it("Relu after Gemm is faithful", () => {
    check([node("Gemm", ["x", "weights", "bias"], {}, ["h"]), node("Relu", ["h"])], 2e-3);
  });

  it("Sigmoid is faithful over its whole range and beyond where it saturates", () => {
    check([node("Sigmoid", ["x"])], 5e-4);
    const wide = Array.from({ length: 9 }, (_, i) => [i * 8 - 32, 32 - i * 8, i, -i]);
    expectFaithful(model([node("Sigmoid", ["x"])]), { samples: wide, range: [-32, 32], tolerance: 5e-4 });
  });

  it("ArgMax gives the index of the largest value, the first of equals, or the last where it is asked for", () => {
    for (const select_last_index of [0, 1]) check([node("ArgMax", ["x"], { axis: 1, select_last_index })], 0);
    check([node("ArgMax", ["x"], { axis: -1, keepdims: 0 })], 0);
  });

  it("LinearClassifier gives label and probabilities, Normalizer leaves what sums to one", () => {
    const classifier = node(
      "LinearClassifier",
      ["x"],
      {
        coefficients: { floats: [0.5, -1, 2, 0.25] },
        intercepts: { floats: [-0.75] },
        classlabels_ints: [3, 8],
        post_transform: "LOGISTIC",
      },
      ["label", "scores"],
      "ai.onnx.ml",
    );
    const normalizer = node("Normalizer", ["scores"], { norm: "L1" }, ["y"], "ai.onnx.ml");
    check([classifier, normalizer], 5e-4, ["label", "y"]);
  });

  it("a network of three layers stays faithful", () => {
    check(
      [
        node("Gemm", ["x", "weights", "bias"], {}, ["a"]),
        node("Relu", ["a"], {}, ["b"]),
        node("MatMul", ["b", "transposed"], {}, ["c"]),
        node("Sigmoid", ["c"]),
      ],
      2e-3,
    );
  });
});

describe("what cannot be compiled", () => {
  const compile = (nodes: readonly NodeInput[], options = {}) =>
    compileModel(model(nodes), { calibration: SAMPLES, input: { ranges: { min: -2, max: 2 } }, ...options });

  it("is refused with the node's name and type and the list of what is supported", () => {
    const strings = node("StringNormalizer", ["x"]);
    expect(() => compile([strings])).to.throw(/the_StringNormalizer.*StringNormalizer.*Supported: /s);
    const rule = () => compile([node("CumProd", ["x"])]);
    expect(rule).to.throw(/the_CumProd/);
    for (const name of ["Gemm", "Relu", "Sigmoid", "ai.onnx.ml.Scaler"])
      expect(loweredOperators()).to.include(name);
  });

  it("an operator whose steering input depends on the data is refused as such", () => {
    const steered = [node("Cast", ["x"], { to: 7 }, ["s"]), node("Expand", ["x", "s"])];
    expect(() =>
      compile(steered, { examples: new Map([["x", tensor("float32", [1, 4], [1, 1, 1, 1])]]) }),
    ).to.throw(UnsupportedNodeError, /the_Expand.*must be constants/);
  });

  it("needs calibration, known outputs and sensible ranges", () => {
    const relu = [node("Relu", ["x"])];
    expect(() => compile(relu, { calibration: [] })).to.throw("calibration needs at least one sample");
    expect(() => compile(relu, { calibration: [[1, 2]] })).to.throw(
      "a sample has 2 values, the model's inputs take 4",
    );
    expect(() => compile(relu, { outputs: ["z"] })).to.throw('the model has no output "z"; it has y');
    expect(() => compile(relu, { input: { ranges: { min: 2, max: -2 } } })).to.throw(
      "input range [2, -2] at index 0 is empty",
    );
    expect(() => compile(relu, { input: { ranges: [{ min: 0, max: 1 }] } })).to.throw(
      "1 input ranges were given for 4 input values",
    );
    expect(() => compile(relu, { input: { bits: 40, ranges: { min: 0, max: 1 } } })).to.throw(
      "inputs of 40 bits: use 1 to 32",
    );
  });
});

describe("every input in the declared range", () => {
  it("can be proved: corners and random points beyond what calibration saw, with lanes inside their bounds", () => {
    const nodes = [
      node("Gemm", ["x", "weights", "bias"], {}, ["a"]),
      node("Relu", ["a"], {}, ["b"]),
      node("Sigmoid", ["b"]),
    ];
    const calm = SAMPLES.map((sample) => sample.map((x) => x / 100));
    const { quantized, circuit } = compileModel(model(nodes), {
      calibration: calm,
      input: { bits: 10, ranges: { min: -2, max: 2 } },
    });
    let state = 12345;
    const random = () => {
      state = (state * 1103515245 + 12345) % 2 ** 31;
      return (state / 2 ** 31) * 4 - 2;
    };
    const corners = Array.from({ length: 16 }, (_, mask) =>
      Array.from({ length: 4 }, (_unused, i) => (mask & (1 << i) ? 1.99 : -2)),
    );
    for (const sample of [
      ...corners,
      ...Array.from({ length: 100 }, () => Array.from({ length: 4 }, random)),
    ]) {
      const inputs = encodeInput(sample, circuit.input);
      for (const [lane, value] of interpret(quantized.graph, inputs).entries()) {
        expect(
          value >= quantized.graph.lo(lane) && value <= quantized.graph.hi(lane),
          `lane ${lane}`,
        ).to.equal(true);
      }
    }
  });
});
