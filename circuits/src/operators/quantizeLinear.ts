import { elementTypeOf } from "../onnx/elementType.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import { roundTo } from "../onnx/roundTo.ts";
import { isFloatType, type NumericType, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product } from "./support/axes.ts";
import { numericInput, optionalInput } from "./support/inputs.ts";
import { parameterPositions, quantize, quantizedLimits } from "./support/quantization.ts";

function axisOf(given: number, scaleShape: readonly number[], rank: number): number {
  // A single scale needs no axis, and the default axis 1 need not exist.
  return product(scaleShape) === 1 && scaleShape.length <= 1 ? 0 : normalizeAxis(given, rank);
}

/** saturate(round(x / scale) + zero point): for the whole tensor, by axis (opset 13) or by blocks (21). */
export const QuantizeLinear: Operator = {
  domain: "",
  type: "QuantizeLinear",
  sinceVersions: [10, 13, 19, 21, 23],
  evaluate(inputs, attributes) {
    const { shape, data } = numericInput(inputs, 0);
    const scale = numericInput(inputs, 1);
    const zeroPoint = optionalInput(inputs, 2);
    const named = attributes.int("output_dtype", 0);
    const dtype =
      zeroPoint?.dtype ?? (named === 0 ? "uint8" : elementTypeOf(named, "QuantizeLinear's result"));
    if (dtype === "string") throw new OnnxOperatorError("QuantizeLinear makes integers, not strings.");
    const axis = axisOf(attributes.int("axis", 1), scale.shape, shape.length);
    const at = parameterPositions(shape, scale.shape, axis, attributes.int("block_size", 0));
    const limits = quantizedLimits(dtype);
    const round = roundTo(isFloatType(scale.dtype) ? scale.dtype : "float32");
    const result = data.map((x, i) => {
      const position = at(i);
      return quantize(round(x / scale.data[position]!), zeroPoint?.data[position] ?? 0, limits);
    });
    return [tensor(dtype, shape, result)];
  },
};

/** (x - zero point) * scale, in the scale's element type. */
export const DequantizeLinear: Operator = {
  domain: "",
  type: "DequantizeLinear",
  sinceVersions: [10, 13, 19, 21, 23],
  evaluate(inputs, attributes) {
    const { shape, data } = numericInput(inputs, 0);
    const scale = numericInput(inputs, 1);
    const zeroPoint = optionalInput(inputs, 2);
    const named = attributes.int("output_dtype", 0);
    const dtype =
      named === 0 ? scale.dtype : (elementTypeOf(named, "DequantizeLinear's result") as NumericType);
    const axis = axisOf(attributes.int("axis", 1), scale.shape, shape.length);
    const at = parameterPositions(shape, scale.shape, axis, attributes.int("block_size", 0));
    const round = roundTo(dtype);
    const result = data.map((x, i) => {
      const position = at(i);
      // An int32 difference may need rounding before it is multiplied.
      return round(Math.fround(x - (zeroPoint?.data[position] ?? 0)) * scale.data[position]!);
    });
    return [tensor(dtype, shape, result)];
  },
};

/** Quantises to uint8 by the range of the very values, zero included: result, scale, zero point. */
export const DynamicQuantizeLinear: Operator = {
  domain: "",
  type: "DynamicQuantizeLinear",
  sinceVersions: [11],
  evaluate(inputs) {
    const { shape, data } = numericInput(inputs, 0);
    const high = data.reduce((best, x) => Math.max(best, x), 0);
    const low = data.reduce((best, x) => Math.min(best, x), 0);
    const scale = Math.fround(Math.fround(high - low) / 255);
    const limits = quantizedLimits("uint8");
    const zeroPoint = scale === 0 ? 0 : quantize(Math.fround(-Math.fround(low / scale)), 0, limits);
    const result = data.map((x) => quantize(Math.fround(x / (scale || 1)), zeroPoint, limits));
    return [tensor("uint8", shape, result), tensor("float32", [], [scale]), tensor("uint8", [], [zeroPoint])];
  },
};
