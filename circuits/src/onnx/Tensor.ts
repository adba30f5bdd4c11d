import { OnnxOperatorError } from "./errors.ts";

export type FloatType = "float16" | "bfloat16" | "float32" | "float64";
export type IntegerType =
  | "int4"
  | "uint4"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64";
export type NumericType = FloatType | IntegerType | "bool";
export type DataType = NumericType | "string";

/**
 * A dense tensor of numbers, row-major (last axis fastest).
 *
 * Whatever `dtype` says, elements are held as float64: every value of every supported type but the 64-bit integers
 * fits exactly, and those are exact up to 2^53 in magnitude. Larger ones are rounded to the nearest double when they
 * are read (exporters use them only as "to the end" markers) and refused when arithmetic would make them.
 * A float32 tensor holds only float32 values, and so on: see `roundTo`. Booleans are 0 and 1.
 */
export interface NumericTensor {
  readonly dtype: NumericType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A dense tensor of strings: class labels and categories of the ONNX-ML domain. */
export interface StringTensor {
  readonly dtype: "string";
  readonly shape: readonly number[];
  readonly data: readonly string[];
}

export type Tensor = NumericTensor | StringTensor;

/** Above this many elements a tensor is refused rather than allocated (2 GiB as float64). */
export const MAX_ELEMENTS = 2 ** 28;

/**
 * Number of elements of a shape; 1 for a scalar.
 * @throws OnnxOperatorError for a dimension that is no natural number or a size above MAX_ELEMENTS.
 */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) {
      throw new OnnxOperatorError(`Shape [${shape.join(", ")}] has the impossible dimension ${dimension}.`);
    }
    size *= dimension;
  }
  if (size > MAX_ELEMENTS) {
    throw new OnnxOperatorError(`Shape [${shape.join(", ")}] has over ${MAX_ELEMENTS} elements.`);
  }
  return size;
}

/**
 * Makes a tensor of numbers without rounding: the caller's values are already values of `dtype`.
 * @throws OnnxOperatorError when the number of values is not the shape's.
 */
export function tensor(
  dtype: NumericType,
  shape: readonly number[],
  values: ArrayLike<number>,
): NumericTensor {
  const size = sizeOf(shape);
  if (size !== values.length) {
    throw new OnnxOperatorError(`Shape [${shape.join(", ")}] needs ${size} values, got ${values.length}.`);
  }
  const data = values instanceof Float64Array ? values : Float64Array.from(values);
  return { dtype, shape: [...shape], data };
}

/** Makes a tensor of strings; throws like `tensor`. */
export function stringTensor(shape: readonly number[], values: readonly string[]): StringTensor {
  const size = sizeOf(shape);
  if (size !== values.length) {
    throw new OnnxOperatorError(`Shape [${shape.join(", ")}] needs ${size} strings, got ${values.length}.`);
  }
  return { dtype: "string", shape: [...shape], data: [...values] };
}

export function isNumeric(value: Tensor): value is NumericTensor {
  return value.dtype !== "string";
}

export function isFloatType(dtype: DataType): dtype is FloatType {
  return dtype === "float32" || dtype === "float64" || dtype === "float16" || dtype === "bfloat16";
}
