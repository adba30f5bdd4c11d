import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { product } from "./support/axes.ts";
import { anyInput } from "./support/inputs.ts";
import { withShape } from "./support/take.ts";

export const Flatten: Operator = {
  domain: "",
  type: "Flatten",
  sinceVersions: [1, 9, 11, 13, 21],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const rank = source.shape.length;
    const given = attributes.int("axis", 1);
    // Unlike other operators' axes, this one may equal the rank: everything goes into the first dimension.
    const axis = given < 0 ? given + rank : given;
    if (axis < 0 || axis > rank)
      throw new OnnxOperatorError(`Axis ${given} does not split ${rank} dimensions.`);
    return [withShape(source, [product(source.shape, 0, axis), product(source.shape, axis)])];
  },
};
