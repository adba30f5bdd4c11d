import { sizeOf } from "../../onnx/Tensor.ts";
import { product, range } from "./axes.ts";
import { stridedOffsets, stridesOf } from "./strides.ts";

/** A tensor seen as groups of elements that an operator treats together. */
export interface Groups {
  /** Flat position of each group's first element, in row-major order of the axes that stay. */
  readonly starts: Int32Array;
  /** Offsets of a group's elements from its first one, in row-major order of the grouped axes. */
  readonly offsets: Int32Array;
  /** The dimensions of the axes that stay. */
  readonly outer: readonly number[];
  /** The same with a 1 for each grouped axis. */
  readonly kept: readonly number[];
}

/** Groups the elements that differ only along the given axes. */
export function groupAlong(shape: readonly number[], axes: readonly number[]): Groups {
  const strides = stridesOf(shape);
  const stay = range(shape.length).filter((axis) => !axes.includes(axis));
  const inner = range(shape.length).filter((axis) => axes.includes(axis));
  const outer = stay.map((axis) => shape[axis]!);
  return {
    starts: stridedOffsets(
      outer,
      stay.map((axis) => strides[axis]!),
    ),
    offsets: stridedOffsets(
      inner.map((axis) => shape[axis]!),
      inner.map((axis) => strides[axis]!),
    ),
    outer,
    kept: shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  };
}

/** Replaces each group of elements along the given axes by what `apply` makes of it; the shape stays. */
export function mapGroups(
  shape: readonly number[],
  data: Float64Array,
  axes: readonly number[],
  apply: (values: Float64Array) => ArrayLike<number>,
): Float64Array {
  const { starts, offsets } = groupAlong(shape, axes);
  const result = new Float64Array(sizeOf(shape));
  const values = new Float64Array(offsets.length);
  if (product(shape) === 0) return result;
  for (const start of starts) {
    for (let i = 0; i < offsets.length; i++) values[i] = data[start + offsets[i]!]!;
    const mapped = apply(values);
    for (let i = 0; i < offsets.length; i++) result[start + offsets[i]!] = mapped[i]!;
  }
  return result;
}
