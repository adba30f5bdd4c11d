import { OnnxOperatorError } from "../onnx/errors.ts";
import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product } from "./support/axes.ts";
import { numericInput } from "./support/inputs.ts";

/** ArgMax and ArgMin: position of the extreme along one axis; the first of equals unless `select_last_index`. */
function argExtreme(type: "ArgMax" | "ArgMin", isBetter: (x: number, best: number) => boolean): Operator {
  return {
    domain: "",
    type,
    sinceVersions: [1, 11, 12, 13],
    evaluate(inputs, attributes) {
      const { shape, data } = numericInput(inputs, 0);
      const axis = normalizeAxis(attributes.int("axis", 0), shape.length);
      const keepsLast = attributes.int("select_last_index", 0) !== 0;
      const count = shape[axis]!;
      if (count === 0) throw new OnnxOperatorError(`Axis ${axis} is empty.`);
      const outer = product(shape, 0, axis);
      const inner = product(shape, axis + 1);
      const result = new Float64Array(outer * inner);
      for (let i = 0; i < result.length; i++) {
        const start = Math.floor(i / inner) * count * inner + (i % inner);
        let best = 0;
        for (let j = 1; j < count; j++) {
          const value = data[start + j * inner]!;
          const current = data[start + best * inner]!;
          if (isBetter(value, current) || (keepsLast && value === current)) best = j;
        }
        result[i] = best;
      }
      const kept = shape.with(axis, 1);
      return [tensor("int64", attributes.int("keepdims", 1) ? kept : kept.toSpliced(axis, 1), result)];
    },
  };
}

export const ArgMax = argExtreme("ArgMax", (x, best) => x > best);
export const ArgMin = argExtreme("ArgMin", (x, best) => x < best);
