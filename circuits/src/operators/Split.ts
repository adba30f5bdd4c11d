import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { slice } from "./Slice.ts";
import { normalizeAxis } from "./support/axes.ts";
import { anyInput, optionalIntegers } from "./support/inputs.ts";

/** Equal parts, the last one smaller where the size does not divide (allowed from opset 18 on). */
function equalParts(size: number, count: number): number[] {
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
}

/** Part sizes as an input from opset 13 on, as an attribute before; equal parts where there are none. */
export const Split: Operator = {
  domain: "",
  type: "Split",
  sinceVersions: [1, 2, 11, 13, 18],
  moves: [0],
  evaluate(inputs, attributes, { outputCount }) {
    const source = anyInput(inputs, 0);
    const axis = normalizeAxis(attributes.int("axis", 0), source.shape.length);
    const size = source.shape[axis]!;
    const given =
      optionalIntegers(inputs, 1) ?? (attributes.has("split") ? attributes.ints("split") : undefined);
    const parts = given ?? equalParts(size, attributes.int("num_outputs", outputCount));
    if (parts.reduce((sum, part) => sum + part, 0) !== size) {
      throw new OnnxOperatorError(`Parts [${parts.join(", ")}] do not add up to ${size}.`);
    }
    let start = 0;
    return parts.map((part) => {
      const end = start + part;
      const result = slice(source, [{ axis, start, end, step: 1 }]);
      start = end;
      return result;
    });
  },
};
