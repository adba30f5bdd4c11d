import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericTensor } from "../onnx/Tensor.ts";
import type { Operator, OperatorInputs } from "./Operator.ts";
import { product } from "./support/axes.ts";
import { addBias, convolve } from "./support/convolution.ts";
import { numericInput, optionalInput, scalarOf } from "./support/inputs.ts";
import { matmul } from "./support/matmul.ts";
import { asInt32, centered, parameterPositions, requantize } from "./support/quantization.ts";

/** Matrix product of centred operands; zero points by row on the left and by column on the right. */
function integerMatmul(
  a: NumericTensor,
  b: NumericTensor,
  aZero: NumericTensor | undefined,
  bZero: NumericTensor | undefined,
): NumericTensor {
  const rowAxis = Math.max(0, a.shape.length - 2);
  const columnAxis = Math.max(0, b.shape.length - 1);
  const { shape, data } = matmul(centered(a, aZero, rowAxis), centered(b, bZero, columnAxis));
  return asInt32(shape, data);
}

export const MatMulInteger: Operator = {
  domain: "",
  type: "MatMulInteger",
  sinceVersions: [10],
  evaluate: (inputs) => [
    integerMatmul(
      numericInput(inputs, 0),
      numericInput(inputs, 1),
      optionalInput(inputs, 2),
      optionalInput(inputs, 3),
    ),
  ],
};

/** What three inputs say of a quantised tensor: its integers, their scale and zero point. */
interface Quantized {
  readonly value: NumericTensor;
  readonly scale: NumericTensor;
  readonly zeroPoint: NumericTensor;
}

function quantizedInput(inputs: OperatorInputs, first: number): Quantized {
  return {
    value: numericInput(inputs, first),
    scale: numericInput(inputs, first + 1),
    zeroPoint: numericInput(inputs, first + 2),
  };
}

function outputOf(inputs: OperatorInputs, scalePosition: number) {
  const zeroPoint = numericInput(inputs, scalePosition + 1);
  return {
    scale: scalarOf(numericInput(inputs, scalePosition), "The output's scale"),
    zeroPoint: scalarOf(zeroPoint, "The output's zero point"),
    dtype: zeroPoint.dtype,
  };
}

export const QLinearMatMul: Operator = {
  domain: "",
  type: "QLinearMatMul",
  sinceVersions: [10, 21],
  evaluate(inputs) {
    const a = quantizedInput(inputs, 0);
    const b = quantizedInput(inputs, 3);
    const sums = integerMatmul(a.value, b.value, a.zeroPoint, b.zeroPoint);
    const rank = sums.shape.length;
    const rowAt = parameterPositions(sums.shape, flat(a.scale), Math.max(0, rank - 2), 0);
    const columnAt = parameterPositions(sums.shape, flat(b.scale), Math.max(0, rank - 1), 0);
    return [
      requantize(sums, (i) => [a.scale.data[rowAt(i)]!, b.scale.data[columnAt(i)]!], outputOf(inputs, 6)),
    ];
  },
};

/** A scale of shape [..., M, 1] or [..., 1, N] whose leading dimensions are 1 is a vector in disguise. */
function flat(scale: NumericTensor): readonly number[] {
  if (scale.shape.filter((size) => size !== 1).length > 1) {
    throw new OnnxOperatorError(`Scales of shape [${scale.shape.join(", ")}] vary along more than one axis.`);
  }
  return scale.shape.length <= 1 ? scale.shape : [product(scale.shape)];
}

function integerConvolution(
  input: NumericTensor,
  weights: NumericTensor,
  zeroPoints: readonly [NumericTensor | undefined, NumericTensor | undefined],
  attributes: Parameters<Operator["evaluate"]>[1],
  bias: NumericTensor | undefined,
): NumericTensor {
  // Padding stands for real zeros, that is for the zero point: so for zeros once it is subtracted.
  const { shape, data } = convolve(
    centered(input, zeroPoints[0], 0),
    centered(weights, zeroPoints[1], 0),
    attributes,
  );
  addBias(shape, data, bias);
  return asInt32(shape, data);
}

export const ConvInteger: Operator = {
  domain: "",
  type: "ConvInteger",
  sinceVersions: [10],
  evaluate(inputs, attributes) {
    const zeroPoints = [optionalInput(inputs, 2), optionalInput(inputs, 3)] as const;
    return [
      integerConvolution(numericInput(inputs, 0), numericInput(inputs, 1), zeroPoints, attributes, undefined),
    ];
  },
};

/** Weights may have a scale and zero point for each output channel; the bias is in units of both scales' product. */
export const QLinearConv: Operator = {
  domain: "",
  type: "QLinearConv",
  sinceVersions: [10],
  evaluate(inputs, attributes) {
    const x = quantizedInput(inputs, 0);
    const w = quantizedInput(inputs, 3);
    const bias = optionalInput(inputs, 8);
    const sums = integerConvolution(x.value, w.value, [x.zeroPoint, w.zeroPoint], attributes, bias);
    const inputScale = scalarOf(x.scale, "The input's scale");
    const filterAt = parameterPositions(sums.shape, w.scale.shape, 1, 0);
    return [requantize(sums, (i) => [inputScale, w.scale.data[filterAt(i)]!], outputOf(inputs, 6))];
  },
};
