import { OnnxOperatorError } from "../../onnx/errors.ts";

/**
 * An axis counted from the front, of one that may count from the back (-1 = last).
 * @param rank number of axes; the axis must lie in [-rank, rank - 1].
 */
export function normalizeAxis(axis: number, rank: number): number {
  const result = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(result) || result < 0 || result >= rank) {
    throw new OnnxOperatorError(`Axis ${axis} does not exist in a tensor of ${rank} dimensions.`);
  }
  return result;
}

/** `normalizeAxis` for a list, in which no axis may occur twice. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  const result = axes.map((axis) => normalizeAxis(axis, rank));
  if (new Set(result).size !== result.length) {
    throw new OnnxOperatorError(`Axes [${axes.join(", ")}] name one axis twice.`);
  }
  return result;
}

/** 0, 1, ... count - 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Product of the dimensions from `from` up to but not including `to`. */
export function product(shape: readonly number[], from = 0, to = shape.length): number {
  let result = 1;
  for (let axis = from; axis < to; axis++) result *= shape[axis]!;
  return result;
}
