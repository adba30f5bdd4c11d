import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { broadcastData, broadcastShapes } from "./support/broadcast.ts";
import { numericInputs } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

/** Operators that fold any number of broadcast inputs into one, element by element. */
function variadic(
  type: string,
  versions: readonly number[],
  fold: (values: Float64Array) => number,
): Operator {
  return {
    domain: "",
    type,
    sinceVersions: versions,
    evaluate(inputs) {
      const values = numericInputs(inputs);
      const first = values[0];
      if (first === undefined) throw new OnnxOperatorError("At least one input is needed.");
      const shape = broadcastShapes(values.map((value) => value.shape));
      const columns = values.map((value) => broadcastData(value, shape));
      const row = new Float64Array(columns.length);
      const data = columns[0]!.map((_, i) => {
        columns.forEach((column, j) => {
          row[j] = column[i]!;
        });
        return fold(row);
      });
      return [roundData(first.dtype, shape, data)];
    },
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

export const Max = variadic("Max", [1, 6, 8, 12, 13], (values) => Math.max(...values));
export const Min = variadic("Min", [1, 6, 8, 12, 13], (values) => Math.min(...values));
export const Sum = variadic("Sum", [1, 6, 8, 13], sum);
export const Mean = variadic("Mean", [1, 6, 8, 13], (values) => sum(values) / values.length);
