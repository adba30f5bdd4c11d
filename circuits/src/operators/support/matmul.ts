import { OnnxOperatorError } from "../../onnx/errors.ts";
import type { NumericTensor } from "../../onnx/Tensor.ts";
import { product } from "./axes.ts";
import { broadcastOffsets, broadcastShapes } from "./broadcast.ts";

/** Adds the product of the m x k matrix at `a[aStart]` and the k x n matrix at `b[bStart]` to `out[outStart]`. */
function accumulate(
  [a, aStart]: readonly [Float64Array, number],
  [b, bStart]: readonly [Float64Array, number],
  [out, outStart]: readonly [Float64Array, number],
  [m, k, n]: readonly [number, number, number],
): void {
  for (let i = 0; i < m; i++) {
    const row = outStart + i * n;
    for (let p = 0; p < k; p++) {
      const factor = a[aStart + i * k + p]!;
      const column = bStart + p * n;
      for (let j = 0; j < n; j++) out[row + j]! += factor * b[column + j]!;
    }
  }
}

/**
 * NumPy's matmul in float64: matrices in the last two axes, the others broadcast; a vector is a row on the left and a
 * column on the right, and its axis is dropped from the result.
 */
export function matmul(a: NumericTensor, b: NumericTensor): { shape: number[]; data: Float64Array } {
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new OnnxOperatorError("A matrix product needs at least one axis on each side.");
  }
  const aShape = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const bShape = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k] = [aShape.at(-2)!, aShape.at(-1)!];
  const n = bShape.at(-1)!;
  if (bShape.at(-2) !== k) {
    throw new OnnxOperatorError(
      `Matrices of shapes [${a.shape.join(", ")}] and [${b.shape.join(", ")}] do not multiply.`,
    );
  }
  const aBatch = aShape.slice(0, -2);
  const bBatch = bShape.slice(0, -2);
  const batch = broadcastShapes([aBatch, bBatch]);
  const aIndex = broadcastOffsets(aBatch, batch);
  const bIndex = broadcastOffsets(bBatch, batch);
  const data = new Float64Array(product(batch) * m * n);
  for (let i = 0; i < aIndex.length; i++) {
    accumulate([a.data, aIndex[i]! * m * k], [b.data, bIndex[i]! * k * n], [data, i * m * n], [m, k, n]);
  }
  const shape = [...batch, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
  return { shape, data };
}
