import { OnnxOperatorError } from "../../onnx/errors.ts";
import { roundTo } from "../../onnx/roundTo.ts";
import { type NumericTensor, type NumericType, sizeOf, tensor } from "../../onnx/Tensor.ts";
import { stridedOffsets, stridesOf } from "./strides.ts";

/** The common shape of several tensors under ONNX's multidirectional (NumPy) broadcasting. */
export function broadcastShapes(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const lead = rank - shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const size = shape[axis]!;
      const current = result[lead + axis]!;
      if (size !== 1 && current !== 1 && size !== current) {
        throw new OnnxOperatorError(
          `Shapes ${shapes.map((each) => `[${each.join(", ")}]`).join(" and ")} do not broadcast.`,
        );
      }
      if (size !== 1) result[lead + axis] = size;
    }
  }
  return result;
}

/** For every element of `target`, the flat position in a tensor of `shape` that broadcasts to it. */
export function broadcastOffsets(shape: readonly number[], target: readonly number[]): Int32Array {
  const lead = target.length - shape.length;
  const own = stridesOf(shape);
  const strides = target.map((_, axis) => {
    const position = axis - lead;
    return position < 0 || shape[position] === 1 ? 0 : own[position]!;
  });
  return stridedOffsets(target, strides);
}

function isSameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** A tensor's elements laid out for `target`; the data itself where nothing is to be repeated. */
export function broadcastData(value: NumericTensor, target: readonly number[]): Float64Array {
  if (isSameShape(value.shape, target)) return value.data;
  const size = sizeOf(target);
  if (value.data.length === 1) return new Float64Array(size).fill(value.data[0]!);
  const offsets = broadcastOffsets(value.shape, target);
  const data = new Float64Array(size);
  for (let i = 0; i < size; i++) data[i] = value.data[offsets[i]!]!;
  return data;
}

/** Applies a function to every element and rounds to `dtype`. */
export function mapElements(
  value: NumericTensor,
  apply: (x: number) => number,
  dtype: NumericType = value.dtype,
): NumericTensor {
  const round = roundTo(dtype);
  const data = new Float64Array(value.data.length);
  for (let i = 0; i < data.length; i++) data[i] = round(apply(value.data[i]!));
  return tensor(dtype, value.shape, data);
}

/** Applies a function to each pair of elements after broadcasting and rounds to `dtype`. */
export function zipElements(
  a: NumericTensor,
  b: NumericTensor,
  apply: (x: number, y: number) => number,
  dtype: NumericType = a.dtype,
): NumericTensor {
  const shape = broadcastShapes([a.shape, b.shape]);
  const left = broadcastData(a, shape);
  const right = broadcastData(b, shape);
  const round = roundTo(dtype);
  const data = new Float64Array(left.length);
  for (let i = 0; i < data.length; i++) data[i] = round(apply(left[i]!, right[i]!));
  return tensor(dtype, shape, data);
}
