import { OnnxOperatorError } from "../onnx/errors.ts";
import { stringTensor, type Tensor, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product } from "./support/axes.ts";
import { anyInput } from "./support/inputs.ts";

/** Joins tensors along an axis; all other dimensions must agree. */
export function concat(parts: readonly Tensor[], givenAxis: number): Tensor {
  const first = parts[0];
  if (first === undefined) throw new OnnxOperatorError("There is nothing to concatenate.");
  const axis = normalizeAxis(givenAxis, first.shape.length);
  for (const part of parts) {
    const isFit = part.shape.length === first.shape.length && part.dtype === first.dtype;
    if (!isFit || part.shape.some((size, each) => each !== axis && size !== first.shape[each])) {
      throw new OnnxOperatorError(
        `${first.dtype} [${first.shape.join(", ")}] and ${part.dtype} [${part.shape.join(", ")}] do not join along axis ${axis}.`,
      );
    }
  }
  const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  const shape = first.shape.with(axis, total);
  const outer = product(shape, 0, axis);
  const rows = parts.map((part) => product(part.shape, axis));
  if (first.dtype === "string") {
    const strings: string[] = [];
    for (let i = 0; i < outer; i++) {
      parts.forEach((part, p) => {
        strings.push(...(part.data as readonly string[]).slice(i * rows[p]!, (i + 1) * rows[p]!));
      });
    }
    return stringTensor(shape, strings);
  }
  const data = new Float64Array(product(shape));
  let at = 0;
  for (let i = 0; i < outer; i++) {
    parts.forEach((part, p) => {
      data.set((part.data as Float64Array).subarray(i * rows[p]!, (i + 1) * rows[p]!), at);
      at += rows[p]!;
    });
  }
  return tensor(first.dtype, shape, data);
}

/** The axis is required from opset 4 on; before, it defaulted to 1. */
export const Concat: Operator = {
  domain: "",
  type: "Concat",
  sinceVersions: [1, 4, 11, 13],
  moves: "all",
  evaluate(inputs, attributes, { opset }) {
    const parts = inputs.map((_, position) => anyInput(inputs, position));
    return [concat(parts, opset < 4 ? attributes.int("axis", 1) : attributes.int("axis"))];
  },
};
