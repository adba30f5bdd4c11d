import { expect } from "chai";

import type { PreparedGraph } from "../../../circuits/src/onnx/PreparedGraph.ts";
import { prepare } from "../../../circuits/src/onnx/prepare.ts";
import { outputsOf, run } from "../../../circuits/src/onnx/run.ts";
import { type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { buildOnnx, type ModelInput } from "./buildOnnx.ts";
import { largestError } from "./expectAgreement.ts";
import { runOnnxRuntime } from "./onnxRuntime.ts";

/** The input of the small models: three numbers a row, of an open batch. */
const X = { name: "x", dtype: "float32", shape: ["batch", 3] } as const;
/** The output that small models have unless they say otherwise. */
export const Y = { name: "y" } as const;

/** A model that reads x and shows y. */
export function model(graph: Partial<ModelInput>): Uint8Array {
  return buildOnnx({ nodes: [], inputs: [X], outputs: [Y], ...graph });
}

/** The operators of a prepared graph, in order. */
export function types(graph: PreparedGraph): string[] {
  return graph.nodes.map(({ type }) => type);
}

/** A batch of one row, float32. */
export function row(...values: number[]): Tensor {
  return tensor("float32", [1, values.length], values.map(Math.fround));
}

/** A tensor of no dimensions. */
export function scalar(dtype: "int64" | "bool" | "float32", value: number): Tensor {
  return tensor(dtype, [], [value]);
}

/** Runs a model by ourselves and by ONNX Runtime on one input and asserts that they agree. */
export async function expectSame(bytes: Uint8Array, x: Tensor): Promise<PreparedGraph> {
  const inputs = new Map([["x", x]]);
  const graph = prepare(bytes, { examples: inputs });
  const actual = outputsOf(graph, run(graph, inputs));
  for (const [name, expected] of await runOnnxRuntime(bytes, inputs)) {
    expect(largestError(actual.get(name)!, expected, name)).to.be.at.most(1e-6);
  }
  return graph;
}
