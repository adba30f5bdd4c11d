import { expect } from "chai";

import { decomposableOperators, prepare } from "../../../circuits/src/onnx/prepare.ts";
import { outputsOf, run } from "../../../circuits/src/onnx/run.ts";
import type { Tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { buildOnnx, type NodeInput } from "./buildOnnx.ts";
import { runOnnxRuntime } from "./onnxRuntime.ts";

/** One node to be evaluated by us and by ONNX Runtime. */
export interface NodeCase {
  readonly type: string;
  readonly domain?: string;
  readonly attributes?: NodeInput["attributes"];
  readonly inputs: readonly (Tensor | undefined)[];
  /** Number of outputs to compare; 1 by default. */
  readonly outputs?: number;
  /** Largest error relative to the larger of 1 and the expected value; 0 for bit-exact. */
  readonly tolerance?: number;
}

/** float32 results of sums in another order: a few units in the last place. */
export const FLOAT32_TOLERANCE = 5e-6;

/** Operators written out as simpler ones round each of their steps to float32. */
const DECOMPOSED_TOLERANCE = 2e-5;

/** Largest error of the elements, relative to the larger of 1 and the expected value; Infinity for another NaN. */
export function largestError(actual: Tensor, expected: Tensor, what = "the result"): number {
  expect(actual.dtype, `element type of ${what}`).to.equal(expected.dtype);
  expect([...actual.shape], `shape of ${what}`).to.deep.equal([...expected.shape]);
  if (actual.dtype === "string" || expected.dtype === "string") {
    expect(actual.data, what).to.deep.equal(expected.data);
    return 0;
  }
  let worst = 0;
  actual.data.forEach((value, i) => {
    const wanted = expected.data[i]!;
    if (value === wanted || (Number.isNaN(value) && Number.isNaN(wanted))) return;
    const error = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
  });
  return worst;
}

function describeCase({ type, inputs, attributes }: NodeCase): string {
  const shapes = inputs.map((value) =>
    value === undefined ? "none" : `${value.dtype}[${value.shape.join()}]`,
  );
  return `${type} of ${shapes.join(" ")} ${JSON.stringify(attributes ?? {})}`;
}

/**
 * Asserts that our float semantics of nodes and ONNX Runtime's agree. All nodes go into one model, side by side, because
 * opening a session costs more than running it. Operators that can be decomposed are evaluated both whole and decomposed.
 */
export async function expectAgreement(cases: readonly NodeCase[], opset = 17, mlOpset = 3): Promise<void> {
  const inputs = new Map<string, Tensor>();
  const nodes = cases.map((each, index) => ({
    type: each.type,
    name: `node ${index}`,
    domain: each.domain ?? "",
    attributes: each.attributes,
    inputs: each.inputs.map((value, i) => {
      if (value === undefined) return "";
      inputs.set(`x${index}_${i}`, value);
      return `x${index}_${i}`;
    }),
    outputs: Array.from({ length: each.outputs ?? 1 }, (_, i) => `y${index}_${i}`),
  }));
  const model = buildOnnx({
    opset,
    mlOpset,
    nodes,
    inputs: [...inputs].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    outputs: nodes.flatMap(({ outputs }) => outputs.map((name) => ({ name }))),
  });
  const expected = await runOnnxRuntime(model, inputs);
  const check = (decompose: readonly string[], leastTolerance: number) => {
    const graph = prepare(model, { examples: inputs, decompose });
    const actual = outputsOf(graph, run(graph, inputs));
    cases.forEach((each, index) => {
      for (const name of nodes[index]!.outputs) {
        const what = describeCase(each) + (decompose.includes(each.type) ? ", decomposed" : "");
        const error = largestError(actual.get(name)!, expected.get(name)!, what);
        expect(error, what).to.be.at.most(Math.max(leastTolerance, each.tolerance ?? FLOAT32_TOLERANCE));
      }
    });
  };
  check([], 0);
  const decomposed = decomposableOperators().filter((type) => cases.some((each) => each.type === type));
  if (decomposed.length > 0) check(decomposed, DECOMPOSED_TOLERANCE);
}
