import { sizeOf } from "../../onnx/Tensor.ts";

/** Row-major strides in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/**
 * The position in a flat array of every element of a view, in row-major order of the view.
 * Transposition, slicing, reversal and broadcasting (stride 0) are all such views.
 */
export function stridedOffsets(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const size = sizeOf(shape);
  const offsets = new Int32Array(size);
  const rank = shape.length;
  if (rank === 0) {
    offsets[0] = start;
    return offsets;
  }
  const inner = shape[rank - 1]!;
  const innerStride = strides[rank - 1]!;
  const index = new Array<number>(rank).fill(0);
  let base = start;
  for (let i = 0; i < size; i += inner) {
    for (let j = 0; j < inner; j++) offsets[i + j] = base + j * innerStride;
    for (let axis = rank - 2; axis >= 0; axis--) {
      base += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      base -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return offsets;
}
