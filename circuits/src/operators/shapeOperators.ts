import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { product } from "./support/axes.ts";
import { anyInput } from "./support/inputs.ts";

/** The dimensions as a vector; from opset 15 on `start` and `end` select some, clamped as in a slice. */
export const Shape: Operator = {
  domain: "",
  type: "Shape",
  sinceVersions: [1, 13, 15, 19, 21],
  readsOnlyShapes: true,
  evaluate(inputs, attributes) {
    const { shape } = anyInput(inputs, 0);
    const part = shape.slice(attributes.int("start", 0), attributes.int("end", shape.length));
    return [tensor("int64", [part.length], part)];
  },
};

export const Size: Operator = {
  domain: "",
  type: "Size",
  sinceVersions: [1, 13, 19, 21],
  readsOnlyShapes: true,
  evaluate: (inputs) => [tensor("int64", [], [product(anyInput(inputs, 0).shape)])],
};
