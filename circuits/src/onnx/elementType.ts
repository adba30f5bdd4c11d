import { OnnxUnsupportedTypeError } from "./errors.ts";
import type { DataType } from "./Tensor.ts";

// TensorProto.DataType of onnx.proto. The 4-bit types came with ONNX 1.16, after the protobuf description we decode by,
// which does not matter: the field is a plain int32.
const BY_CODE = new Map<number, DataType>([
  [1, "float32"],
  [2, "uint8"],
  [3, "int8"],
  [4, "uint16"],
  [5, "int16"],
  [6, "int32"],
  [7, "int64"],
  [8, "string"],
  [9, "bool"],
  [10, "float16"],
  [11, "float64"],
  [12, "uint32"],
  [13, "uint64"],
  [16, "bfloat16"],
  [21, "uint4"],
  [22, "int4"],
]);

const BY_TYPE = new Map([...BY_CODE].map(([code, type]) => [type, code]));

const UNSUPPORTED_NAMES = new Map([
  [0, "undefined"],
  [14, "complex64"],
  [15, "complex128"],
  [17, "float8e4m3fn"],
  [18, "float8e4m3fnuz"],
  [19, "float8e5m2"],
  [20, "float8e5m2fnuz"],
  [23, "float4e2m1"],
]);

/**
 * The type that an ONNX element-type code stands for.
 * @param where what has the type, for the message.
 * @throws OnnxUnsupportedTypeError for complex, float8 and unknown codes.
 */
export function elementTypeOf(code: number, where: string): DataType {
  const type = BY_CODE.get(code);
  if (type === undefined) {
    throw new OnnxUnsupportedTypeError(where, UNSUPPORTED_NAMES.get(code) ?? `number ${code}`);
  }
  return type;
}

/** The ONNX code of a type: what attributes such as Cast's `to` hold. */
export function elementCodeOf(type: DataType): number {
  return BY_TYPE.get(type)!;
}
