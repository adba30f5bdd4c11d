import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { product } from "./support/axes.ts";
import { anyInput, optionalIntegers } from "./support/inputs.ts";
import { withShape } from "./support/take.ts";

function resolve(source: readonly number[], wanted: readonly number[], allowZero: boolean): number[] {
  const shape = wanted.map((size, axis) => (size === 0 && !allowZero ? (source[axis] ?? 0) : size));
  const open = shape.indexOf(-1);
  if (open < 0) return shape;
  const rest = product(shape.filter((_, axis) => axis !== open));
  const size = product(source) / rest;
  if (shape.includes(-1, open + 1) || !Number.isInteger(size)) {
    throw new OnnxOperatorError(`Shape [${source.join(", ")}] cannot become [${wanted.join(", ")}].`);
  }
  shape[open] = size;
  return shape;
}

/** Shape as an input from opset 5 on, as an attribute before. */
export const Reshape: Operator = {
  domain: "",
  type: "Reshape",
  sinceVersions: [1, 5, 13, 14, 19, 21],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const wanted = optionalIntegers(inputs, 1) ?? attributes.ints("shape");
    return [withShape(source, resolve(source.shape, wanted, attributes.int("allowzero", 0) !== 0))];
  },
};
