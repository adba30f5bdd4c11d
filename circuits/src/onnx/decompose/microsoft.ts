import { product, range } from "../../operators/support/axes.ts";
import type { Attributes } from "../Attributes.ts";
import { elementCodeOf } from "../elementType.ts";
import type { Decomposition } from "./Decomposition.ts";
import type { EmittedAttributes, Emitter } from "./Emitter.ts";

const FLOAT32 = elementCodeOf("float32");

/** The attributes of the given names, as they are. */
function passOn(attributes: Attributes, ...names: readonly string[]): EmittedAttributes {
  const result: Record<string, EmittedAttributes[string]> = {};
  for (const name of names) {
    const found = attributes.entries.get(name);
    if (found?.kind === "float") result[name] = { float: found.value };
    if (found?.kind === "int" || found?.kind === "ints" || found?.kind === "string")
      result[name] = found.value;
  }
  return result;
}

/** The real numbers that three inputs from `first` on stand for: integers, scale, zero point. */
function dequantized(emit: Emitter, inputs: readonly string[], first: number): string {
  return emit.op("DequantizeLinear", inputs.slice(first, first + 3));
}

/** An operator on quantised inputs as the float operator between dequantisation and quantisation. */
function between(
  operands: readonly number[],
  result: number,
  write: (
    emit: Emitter,
    values: readonly string[],
    attributes: Attributes,
    inputs: readonly string[],
  ) => string,
): Decomposition {
  return (emit, { inputs, attributes }) => {
    const values = operands.map((first) => dequantized(emit, inputs, first));
    const real = write(emit, values, attributes, inputs);
    return [emit.op("QuantizeLinear", [real, ...inputs.slice(result, result + 2)])];
  };
}

const POOL_ATTRIBUTES = ["auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"];

/** Pools with the channels last are transposed there and back. */
function pooled(type: string): Decomposition {
  return between([0], 3, (emit, [x = ""], attributes) => {
    const own = passOn(attributes, ...POOL_ATTRIBUTES);
    if (attributes.int("channels_last", 0) === 0) return emit.op(type, [x], own);
    const rank = emit.shapeOf(x).length;
    const spatial = range(rank - 2);
    const first = emit.op("Transpose", [x], { perm: [0, rank - 1, ...spatial.map((axis) => axis + 1)] });
    const result = emit.op(type, [first], own);
    return emit.op("Transpose", [result], { perm: [0, ...spatial.map((axis) => axis + 2), 1] });
  });
}

/** Inputs: scale and zero point of the result, then integers, scale and zero point of each part. */
const concat: Decomposition = (emit, { inputs, attributes }) => {
  const parts = range((inputs.length - 2) / 3).map((i) => dequantized(emit, inputs, 2 + 3 * i));
  const joined = emit.op("Concat", parts, passOn(attributes, "axis"));
  return [emit.op("QuantizeLinear", [joined, ...inputs.slice(0, 2)])];
};

/** The product of integer matrices in real numbers, with an optional bias. */
function productToFloat(
  emit: Emitter,
  [a, b]: readonly [string, string],
  [aScale, bScale]: readonly [string, string],
  [aZero, bZero]: readonly [string, string],
  bias: string,
): string {
  const sums = emit.op("MatMulInteger", [a, b, aZero, bZero]);
  const scale = emit.op("Mul", [aScale, bScale]);
  const real = emit.op("Mul", [emit.op("Cast", [sums], { to: FLOAT32 }), scale]);
  return bias === "" ? real : emit.op("Add", [real, bias]);
}

const matMulIntegerToFloat: Decomposition = (emit, { inputs }) => {
  const [a = "", b = "", aScale = "", bScale = "", aZero = "", bZero = "", bias = ""] = inputs;
  return [productToFloat(emit, [a, b], [aScale, bScale], [aZero, bZero], bias)];
};

const dynamicQuantizeMatMul: Decomposition = (emit, { inputs }) => {
  const [a = "", b = "", bScale = "", bZero = "", bias = ""] = inputs;
  const [quantized = "", scale = "", zero = ""] = emit.ops("DynamicQuantizeLinear", [a], 3);
  return [productToFloat(emit, [quantized, b], [scale, bScale], [zero, bZero], bias)];
};

function transposedIf(emit: Emitter, value: string, isTransposed: boolean): string {
  const rank = emit.shapeOf(value).length;
  if (!isTransposed || rank < 2) return value;
  return emit.op("Transpose", [value], { perm: [...range(rank - 2), rank - 1, rank - 2] });
}

/** A quantised Gemm is a convolution of width 1, whose bias and rounding are those of QLinearConv. */
const qGemm: Decomposition = (emit, { inputs, attributes }) => {
  const [
    a = "",
    aScale = "",
    aZero = "",
    b = "",
    bScale = "",
    bZero = "",
    bias = "",
    yScale = "",
    yZero = "",
  ] = inputs;
  const isBiasRow = bias === "" || emit.shapeOf(bias).length === 1 || emit.shapeOf(bias)[0] === 1;
  // Without an output scale, with a factor or with a bias for each row there is no such convolution.
  if (yScale === "" || attributes.float("alpha", 1) !== 1 || !isBiasRow) return undefined;
  const left = transposedIf(emit, a, attributes.int("transA", 0) !== 0);
  const right = transposedIf(emit, b, attributes.int("transB", 0) === 0);
  const [rows, columns] = [emit.shapeOf(left)[0]!, emit.shapeOf(right)[0]!];
  const image = emit.reshape(left, [...emit.shapeOf(left), 1]);
  const weights = emit.reshape(right, [...emit.shapeOf(right), 1]);
  const row = bias === "" ? "" : emit.reshape(bias, [product(emit.shapeOf(bias))]);
  const result = emit.op("QLinearConv", [image, aScale, aZero, weights, bScale, bZero, yScale, yZero, row]);
  return [emit.reshape(result, [rows, columns])];
};

const fusedMatMul: Decomposition = (emit, { inputs, attributes }) => {
  if (attributes.int("transBatchA", 0) !== 0 || attributes.int("transBatchB", 0) !== 0) return undefined;
  const result = emit.op("MatMul", [
    transposedIf(emit, inputs[0]!, attributes.int("transA", 0) !== 0),
    transposedIf(emit, inputs[1]!, attributes.int("transB", 0) !== 0),
  ]);
  const alpha = attributes.float("alpha", 1);
  return [alpha === 1 ? result : emit.op("Mul", [result, emit.scalarLike(result, alpha)])];
};

function withBias(emit: Emitter, [x = "", bias = ""]: readonly string[]): string {
  return bias === "" ? x : emit.op("Add", [x, bias]);
}

const quickGelu: Decomposition = (emit, { inputs, attributes }) => {
  const x = inputs[0]!;
  const alpha = emit.scalarLike(x, attributes.float("alpha", 1.702));
  return [emit.op("Mul", [x, emit.op("Sigmoid", [emit.op("Mul", [x, alpha])])])];
};

/** Normalises the sum of an input, what skipped a layer, and an optional bias; the sum is the fourth output. */
const skipLayerNormalization: Decomposition = (emit, { inputs, attributes }) => {
  const [x = "", skip = "", scale = "", shift = "", bias = ""] = inputs;
  const sum = withBias(emit, [emit.op("Add", [x, skip]), bias]);
  const epsilon = { float: attributes.float("epsilon", 1e-5) };
  const [result = "", mean = "", deviation = ""] = emit.ops("LayerNormalization", [sum, scale, shift], 3, {
    epsilon,
  });
  return [result, mean, deviation, sum];
};

/**
 * Operators that ONNX Runtime's tools put into a model when they quantise or optimise it, by the standard operators that
 * they stand for. Domain `com.microsoft`.
 */
export const MICROSOFT: Readonly<Record<string, Decomposition>> = {
  BiasGelu: (emit, { inputs }) => [emit.op("Gelu", [withBias(emit, inputs)])],
  DynamicQuantizeMatMul: dynamicQuantizeMatMul,
  FastGelu: (emit, { inputs }) => [emit.op("Gelu", [withBias(emit, inputs)], { approximate: "tanh" })],
  FusedMatMul: fusedMatMul,
  Gelu: (emit, { inputs }) => [emit.op("Gelu", inputs)],
  MatMulIntegerToFloat: matMulIntegerToFloat,
  QGemm: qGemm,
  QLinearAdd: between([0, 3], 6, (emit, values) => emit.op("Add", values)),
  QLinearAveragePool: pooled("AveragePool"),
  QLinearConcat: concat,
  QLinearGlobalAveragePool: pooled("GlobalAveragePool"),
  QLinearLeakyRelu: between([0], 3, (emit, values, attributes) =>
    emit.op("LeakyRelu", values, passOn(attributes, "alpha")),
  ),
  QLinearMul: between([0, 3], 6, (emit, values) => emit.op("Mul", values)),
  QLinearSigmoid: between([0], 3, (emit, values) => emit.op("Sigmoid", values)),
  QLinearWhere: between([1, 4], 7, (emit, values, _attributes, inputs) =>
    emit.op("Where", [inputs[0]!, ...values]),
  ),
  QuickGelu: quickGelu,
  SkipLayerNormalization: skipLayerNormalization,
};
