import { stringTensor, type Tensor, tensor } from "../../onnx/Tensor.ts";

/**
 * A tensor of the elements of `source` at the given flat positions; position -1 stands for `fill`.
 * Copies elements as they are, whatever their type.
 */
export function take(
  source: Tensor,
  shape: readonly number[],
  positions: ArrayLike<number>,
  fill: number | string = 0,
): Tensor {
  const count = positions.length;
  if (source.dtype === "string") {
    const values = Array.from(positions, (at) => (at < 0 ? String(fill) : source.data[at]!));
    return stringTensor(shape, values);
  }
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = positions[i]! < 0 ? Number(fill) : source.data[positions[i]!]!;
  return tensor(source.dtype, shape, data);
}

/** The same elements in another shape of the same size; shares the data, which nobody may change. */
export function withShape(source: Tensor, shape: readonly number[]): Tensor {
  return source.dtype === "string"
    ? stringTensor(shape, source.data)
    : tensor(source.dtype, shape, source.data);
}
