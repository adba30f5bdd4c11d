import { OnnxOperatorError } from "../../onnx/errors.ts";
import { roundHalfEven, roundTo } from "../../onnx/roundTo.ts";
import { type NumericTensor, type NumericType, tensor } from "../../onnx/Tensor.ts";
import { product } from "./axes.ts";

const LIMITS: Partial<Record<NumericType, readonly [number, number]>> = {
  int4: [-8, 7],
  uint4: [0, 15],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** The smallest and largest value of a quantised type. */
export function quantizedLimits(dtype: NumericType): readonly [number, number] {
  const limits = LIMITS[dtype];
  if (limits === undefined) throw new OnnxOperatorError(`Quantisation to ${dtype} is not supported.`);
  return limits;
}

/**
 * round(value / scale), ties to even, plus the zero point, saturated. The quotient is first rounded to the element type
 * of the scale, as in a runtime that divides in float32: the difference decides ties.
 */
export function quantize(
  quotient: number,
  zeroPoint: number,
  [low, high]: readonly [number, number],
): number {
  const value = roundHalfEven(quotient) + zeroPoint;
  return Number.isNaN(value) ? 0 : Math.max(low, Math.min(high, value));
}

/**
 * The position of the scale or zero point that goes with each element: one for all, one for each index along an axis, or
 * (opset 21) one for each block of indices along the axis.
 */
export function parameterPositions(
  shape: readonly number[],
  parameter: readonly number[],
  axis: number,
  blockSize: number,
): (element: number) => number {
  if (product(parameter) === 1 && parameter.length <= 1) return () => 0;
  const inner = product(shape, axis + 1);
  const size = shape[axis]!;
  if (parameter.length === 1) {
    if (parameter[0] !== size) {
      throw new OnnxOperatorError(`${parameter[0]} scales do not serve axis ${axis} of ${size} elements.`);
    }
    return (element) => Math.floor(element / inner) % size;
  }
  const blocks = parameter[axis];
  if (blockSize < 1 || parameter.length !== shape.length || blocks !== Math.ceil(size / blockSize)) {
    throw new OnnxOperatorError(
      `Scales of shape [${parameter.join(", ")}] do not serve [${shape.join(", ")}] in blocks of ${blockSize}.`,
    );
  }
  return (element) => {
    const outer = Math.floor(element / (inner * size));
    const block = Math.floor((Math.floor(element / inner) % size) / blockSize);
    return (outer * blocks + block) * inner + (element % inner);
  };
}

/** The zero points subtracted, as float64; they broadcast to the tensor. */
export function centered(
  value: NumericTensor,
  zeroPoint: NumericTensor | undefined,
  axis: number,
): NumericTensor {
  if (zeroPoint === undefined) return tensor("float64", value.shape, value.data);
  const rank = value.shape.length;
  const isVector = zeroPoint.shape.length <= 1;
  const at = isVector
    ? parameterPositions(value.shape, zeroPoint.shape, axis, 0)
    : sharedPositions(value.shape, zeroPoint.shape, rank);
  const data = value.data.map((x, i) => x - zeroPoint.data[at(i)]!);
  return tensor("float64", value.shape, data);
}

/** Positions in a parameter of the same rank whose dimensions are either full or 1. */
function sharedPositions(
  shape: readonly number[],
  parameter: readonly number[],
  rank: number,
): (element: number) => number {
  if (parameter.length !== rank) {
    throw new OnnxOperatorError(`Zero points [${parameter.join(", ")}] do not serve [${shape.join(", ")}].`);
  }
  return (element) => {
    let rest = element;
    let position = 0;
    let stride = 1;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      if (parameter[axis] !== 1) position += index * stride;
      stride *= parameter[axis]!;
    }
    return position;
  };
}

/** The exact accumulator of a quantised product, as the int32 that runtimes keep it in. */
export function asInt32(shape: readonly number[], data: Float64Array): NumericTensor {
  const wrap = roundTo("int32");
  return tensor("int32", shape, data.map(wrap));
}

/**
 * Brings an int32 accumulator to the output's scale: round(float32(acc) * float32(sx * sw / sy)) + zero point, saturated,
 * every step in float32. This is what ONNX Runtime computes, and decides ties like it.
 *
 * @param scaleAt the input's and the weights' scale of an element.
 */
export function requantize(
  accumulator: NumericTensor,
  scaleAt: (element: number) => readonly [number, number],
  output: { readonly scale: number; readonly zeroPoint: number; readonly dtype: NumericType },
): NumericTensor {
  const limits = quantizedLimits(output.dtype);
  const data = accumulator.data.map((x, i) => {
    const [input, weights] = scaleAt(i);
    const multiplier = Math.fround(Math.fround(input * weights) / output.scale);
    return quantize(Math.fround(Math.fround(x) * multiplier), output.zeroPoint, limits);
  });
  return tensor(output.dtype, accumulator.shape, data);
}
