import { QuantizationError } from "../errors.ts";
import type { PreparedGraph } from "../onnx/PreparedGraph.ts";
import { roundTo } from "../onnx/roundTo.ts";
import { sizeOf, type Tensor, tensor } from "../onnx/Tensor.ts";

/** Least and greatest value of a tensor over the calibration samples. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** One sample: the values of all inputs of the graph, each row-major, one after the other. */
export type Sample = readonly number[];

/**
 * The tensors of a sample, by input name.
 * @throws QuantizationError when the sample has not as many values as the graph's inputs take.
 */
export function sampleTensors(graph: PreparedGraph, sample: Sample): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let used = 0;
  for (const { name, dtype, shape } of graph.inputs) {
    if (dtype === "string")
      throw new QuantizationError(`input "${name}" holds strings: only numbers can be proved`);
    const size = sizeOf(shape);
    const round = roundTo(dtype);
    const data = sample.slice(used, used + size).map(round);
    used += size;
    if (data.length === size) tensors.set(name, tensor(dtype, shape, data));
  }
  if (used !== sample.length) {
    throw new QuantizationError(`a sample has ${sample.length} values, the model's inputs take ${used}`);
  }
  return tensors;
}
