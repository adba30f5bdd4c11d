import { OnnxOperatorError } from "../../onnx/errors.ts";
import type { NumericTensor } from "../../onnx/Tensor.ts";
import { normalizeIndex } from "../Gather.ts";
import { product } from "./axes.ts";
import { stridedOffsets, stridesOf } from "./strides.ts";

/**
 * For each element of `indices`, the flat position in a tensor of `shape` at the element's own coordinates, but with the
 * coordinate along `axis` replaced by the element's value: the addressing of GatherElements and ScatterElements.
 */
export function elementPositions(shape: readonly number[], indices: NumericTensor, axis: number): Int32Array {
  const isFit = indices.shape.length === shape.length;
  if (!isFit || indices.shape.some((size, each) => each !== axis && size > shape[each]!)) {
    throw new OnnxOperatorError(
      `Indices of shape [${indices.shape.join(", ")}] do not address [${shape.join(", ")}].`,
    );
  }
  const strides = stridesOf(shape);
  const positions = stridedOffsets(indices.shape, strides.with(axis, 0));
  for (let i = 0; i < product(indices.shape); i++) {
    positions[i]! += normalizeIndex(indices.data[i]!, shape[axis]!) * strides[axis]!;
  }
  return positions;
}
