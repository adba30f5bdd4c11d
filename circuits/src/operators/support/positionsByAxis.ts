import { sizeOf } from "../../onnx/Tensor.ts";
import { stridesOf } from "./strides.ts";

/**
 * Flat positions of a result whose index along each axis picks independently an index of the source
 * (`sources[axis][i]`; -1 for "nothing", which makes the position -1).
 */
export function positionsByAxis(
  shape: readonly number[],
  sources: readonly (readonly number[])[],
): { shape: number[]; positions: Int32Array } {
  const strides = stridesOf(shape);
  const result = sources.map((indices) => indices.length);
  sizeOf(result);
  let positions = Int32Array.of(0);
  sources.forEach((indices, axis) => {
    const next = new Int32Array(positions.length * indices.length);
    let at = 0;
    for (const base of positions) {
      for (const index of indices) next[at++] = base < 0 || index < 0 ? -1 : base + index * strides[axis]!;
    }
    positions = next;
  });
  return { shape: result, positions };
}
