import { OnnxOperatorError } from "../../onnx/errors.ts";

/** A grid coordinate in [-1, 1] as a (fractional) index into `size` elements. */
export function denormalize(coordinate: number, size: number, alignsCorners: boolean): number {
  return alignsCorners ? ((coordinate + 1) / 2) * (size - 1) : ((coordinate + 1) * size - 1) / 2;
}

/** Folds a coordinate back at both ends until it lies in [low, high]. */
function reflect(x: number, low: number, high: number): number {
  const span = high - low;
  if (span === 0) return low;
  const distance = Math.abs(x - low) % (2 * span);
  return low + (distance > span ? 2 * span - distance : distance);
}

/** Brings an index that may lie outside into `size` elements by a padding mode; -1 stands for a zero. */
export function paddedIndex(index: number, size: number, mode: string, alignsCorners: boolean): number {
  if (index >= 0 && index < size) return index;
  switch (mode) {
    case "zeros":
      return -1;
    case "border":
      return Math.max(0, Math.min(size - 1, index));
    case "reflection": {
      const margin = alignsCorners ? 0 : 0.5;
      const folded = reflect(index, -margin, size - 1 + margin);
      return Math.max(0, Math.min(size - 1, Math.round(folded)));
    }
    default:
      throw new OnnxOperatorError(`padding_mode "${mode}" is unknown.`);
  }
}
