import { OnnxOperatorError } from "../onnx/errors.ts";
import { stringTensor, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";

export const Constant: Operator = {
  domain: "",
  type: "Constant",
  sinceVersions: [1, 9, 11, 12, 13, 19, 21],
  evaluate(_inputs, attributes) {
    if (attributes.has("value")) return [attributes.tensor("value")];
    if (attributes.has("sparse_value")) return [attributes.tensor("sparse_value")];
    if (attributes.has("value_float")) return [tensor("float32", [], [attributes.float("value_float")])];
    if (attributes.has("value_int")) return [tensor("int64", [], [attributes.int("value_int")])];
    if (attributes.has("value_string")) return [stringTensor([], [attributes.string("value_string")])];
    if (attributes.has("value_floats")) {
      const values = attributes.floats("value_floats");
      return [tensor("float32", [values.length], values)];
    }
    if (attributes.has("value_ints")) {
      const values = attributes.ints("value_ints");
      return [tensor("int64", [values.length], values)];
    }
    if (attributes.has("value_strings")) {
      const values = attributes.strings("value_strings");
      return [stringTensor([values.length], values)];
    }
    throw new OnnxOperatorError("The constant has no value of a supported kind.");
  },
};
