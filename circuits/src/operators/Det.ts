import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { numericInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

/** Determinant of a row-major square matrix by elimination with partial pivoting. */
function determinant(matrix: Float64Array, size: number): number {
  const rows = Array.from({ length: size }, (_, i) => matrix.slice(i * size, (i + 1) * size));
  let result = 1;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    if (pivot !== column) {
      [rows[pivot], rows[column]] = [rows[column]!, rows[pivot]!];
      result = -result;
    }
    const top = rows[column]!;
    const head = top[column]!;
    if (head === 0) return 0;
    result *= head;
    for (let row = column + 1; row < size; row++) {
      const factor = rows[row]![column]! / head;
      for (let at = column; at < size; at++) rows[row]![at]! -= factor * top[at]!;
    }
  }
  return result;
}

/** Determinants of the matrices in the last two axes. */
export const Det: Operator = {
  domain: "",
  type: "Det",
  sinceVersions: [11, 22],
  evaluate(inputs) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const size = shape.at(-1) ?? 0;
    if (shape.length < 2 || shape.at(-2) !== size) {
      throw new OnnxOperatorError(`[${shape.join(", ")}] holds no square matrices.`);
    }
    const count = size === 0 ? 0 : data.length / (size * size);
    const result = Float64Array.from({ length: count }, (_, i) =>
      determinant(data.subarray(i * size * size, (i + 1) * size * size), size),
    );
    return [roundData(dtype, shape.slice(0, -2), result)];
  },
};
