import { sizeOf, stringTensor, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { numericInput } from "./support/inputs.ts";

/** One value (float32 zero by default) in the shape that the input spells out. */
export const ConstantOfShape: Operator = {
  domain: "",
  type: "ConstantOfShape",
  sinceVersions: [9, 20, 21, 23],
  evaluate(inputs, attributes) {
    const shape = Array.from(numericInput(inputs, 0).data);
    const size = sizeOf(shape);
    const value = attributes.has("value") ? attributes.tensor("value") : tensor("float32", [1], [0]);
    return value.dtype === "string"
      ? [stringTensor(shape, new Array<string>(size).fill(value.data[0]!))]
      : [tensor(value.dtype, shape, new Float64Array(size).fill(value.data[0]!))];
  },
};
