import type { NumericTensor } from "../../onnx/Tensor.ts";

/** The shape of an ONNX-ML feature matrix: a vector is one row, further axes count as features. */
export function rowsOf(value: NumericTensor): { rows: number; features: number } {
  if (value.shape.length < 2) return { rows: 1, features: value.data.length };
  const rows = value.shape[0]!;
  return { rows, features: rows === 0 ? 0 : value.data.length / rows };
}
