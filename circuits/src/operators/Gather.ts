import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product } from "./support/axes.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { take } from "./support/take.ts";

/** An index into `size` elements, counted from the back where negative. */
export function normalizeIndex(index: number, size: number): number {
  const result = index < 0 ? index + size : index;
  if (!Number.isInteger(result) || result < 0 || result >= size) {
    throw new OnnxOperatorError(`Index ${index} is outside of ${size} elements.`);
  }
  return result;
}

export const Gather: Operator = {
  domain: "",
  type: "Gather",
  sinceVersions: [1, 11, 13],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const indices = numericInput(inputs, 1);
    const axis = normalizeAxis(attributes.int("axis", 0), source.shape.length);
    const size = source.shape[axis]!;
    const outer = product(source.shape, 0, axis);
    const inner = product(source.shape, axis + 1);
    const rows = Array.from(indices.data, (index) => normalizeIndex(index, size));
    const positions = new Int32Array(outer * rows.length * inner);
    let at = 0;
    for (let i = 0; i < outer; i++) {
      for (const row of rows) {
        const start = (i * size + row) * inner;
        for (let j = 0; j < inner; j++) positions[at++] = start + j;
      }
    }
    return [take(source, source.shape.toSpliced(axis, 1, ...indices.shape), positions)];
  },
};
