import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { numericInput } from "./support/inputs.ts";
import { stridesOf } from "./support/strides.ts";

/** Coordinates of the elements that are not zero, one row an axis; so the result's shape depends on the data. */
export const NonZero: Operator = {
  domain: "",
  type: "NonZero",
  sinceVersions: [9, 13],
  evaluate(inputs) {
    const { shape, data } = numericInput(inputs, 0);
    const found = Array.from(data.keys()).filter((i) => data[i] !== 0);
    const rows = stridesOf(shape).map((stride, axis) =>
      found.map((position) => Math.floor(position / stride) % shape[axis]!),
    );
    return [tensor("int64", [shape.length, found.length], rows.flat())];
  },
};
