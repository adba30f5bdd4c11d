import { OnnxOperatorError } from "../onnx/errors.ts";
import { type NumericTensor, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { broadcastData } from "./support/broadcast.ts";
import { numericInput, optionalInput } from "./support/inputs.ts";
import { matmul } from "./support/matmul.ts";
import { roundData } from "./support/roundData.ts";
import { transpose } from "./Transpose.ts";

function matrix(value: NumericTensor, isTransposed: boolean): NumericTensor {
  if (value.shape.length !== 2) {
    throw new OnnxOperatorError(`Gemm multiplies matrices, got shape [${value.shape.join(", ")}].`);
  }
  return isTransposed ? (transpose(value, [1, 0]) as NumericTensor) : value;
}

export const Gemm: Operator = {
  domain: "",
  type: "Gemm",
  sinceVersions: [1, 6, 7, 9, 11, 13],
  evaluate(inputs, attributes) {
    const a = matrix(numericInput(inputs, 0), attributes.int("transA", 0) !== 0);
    const b = matrix(numericInput(inputs, 1), attributes.int("transB", 0) !== 0);
    const c = optionalInput(inputs, 2);
    const alpha = attributes.float("alpha", 1);
    const beta = attributes.float("beta", 1);
    const { shape, data } = matmul(tensor("float64", a.shape, a.data), b);
    const bias = c === undefined ? undefined : broadcastData(c, shape);
    for (let i = 0; i < data.length; i++) data[i] = alpha * data[i]! + (bias ? beta * bias[i]! : 0);
    return [roundData(a.dtype, shape, data)];
  },
};
