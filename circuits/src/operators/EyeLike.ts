import { elementTypeOf } from "../onnx/elementType.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import { isNumeric, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { anyInput } from "./support/inputs.ts";

/** Ones on the k-th diagonal of a matrix of the input's shape. */
export const EyeLike: Operator = {
  domain: "",
  type: "EyeLike",
  sinceVersions: [9, 22],
  readsOnlyShapes: true,
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const [rows, columns] = source.shape;
    if (source.shape.length !== 2) throw new OnnxOperatorError("EyeLike needs a matrix.");
    const given = attributes.has("dtype")
      ? elementTypeOf(attributes.int("dtype"), "EyeLike's result")
      : undefined;
    const dtype = given ?? (isNumeric(source) ? source.dtype : "float32");
    if (dtype === "string") throw new OnnxOperatorError("EyeLike makes numbers, not strings.");
    const k = attributes.int("k", 0);
    const data = new Float64Array(rows! * columns!);
    for (let row = 0; row < rows!; row++) {
      if (row + k >= 0 && row + k < columns!) data[row * columns! + row + k] = 1;
    }
    return [tensor(dtype, source.shape, data)];
  },
};
