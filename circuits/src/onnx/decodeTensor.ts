import type { onnx } from "onnx-proto";

import { elementTypeOf } from "./elementType.ts";
import { OnnxExternalDataError, OnnxMalformedError } from "./errors.ts";
import { type NumericType, sizeOf, stringTensor, type Tensor, tensor } from "./Tensor.ts";

/** A protobuf int64: a Long object, or a number where it came from a default. */
type Integer64 = number | { toNumber(): number };

// TensorProto.DataLocation.EXTERNAL
const EXTERNAL = 1;

const RAW_BYTES: Record<NumericType, number> = {
  int4: 0.5,
  uint4: 0.5,
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  float16: 2,
  bfloat16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/** A protobuf int64 as a number, rounded to the nearest double beyond 2^53. */
export function toNumber(value: Integer64): number {
  return typeof value === "number" ? value : value.toNumber();
}

function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const conversion = new DataView(new ArrayBuffer(4));

function bfloat16FromBits(bits: number): number {
  conversion.setUint32(0, (bits & 0xffff) * 0x1_0000);
  return conversion.getFloat32(0);
}

function nibble(byte: number, isHigh: boolean, isSigned: boolean): number {
  const value = isHigh ? byte >>> 4 : byte & 15;
  return isSigned && value > 7 ? value - 16 : value;
}

function readRaw(view: DataView, dtype: NumericType, index: number): number {
  switch (dtype) {
    case "bool":
      return view.getUint8(index) === 0 ? 0 : 1;
    case "int4":
    case "uint4":
      return nibble(view.getUint8(index >> 1), index % 2 === 1, dtype === "int4");
    case "int8":
      return view.getInt8(index);
    case "uint8":
      return view.getUint8(index);
    case "int16":
      return view.getInt16(2 * index, true);
    case "uint16":
      return view.getUint16(2 * index, true);
    case "float16":
      return float16FromBits(view.getUint16(2 * index, true));
    case "bfloat16":
      return bfloat16FromBits(view.getUint16(2 * index, true));
    case "int32":
      return view.getInt32(4 * index, true);
    case "uint32":
      return view.getUint32(4 * index, true);
    case "float32":
      return view.getFloat32(4 * index, true);
    case "int64":
      return Number(view.getBigInt64(8 * index, true));
    case "uint64":
      return Number(view.getBigUint64(8 * index, true));
    case "float64":
      return view.getFloat64(8 * index, true);
  }
}

function fromRaw(raw: Uint8Array, dtype: NumericType, size: number, name: string): Float64Array {
  const expected = Math.ceil(size * RAW_BYTES[dtype]);
  if (raw.length !== expected) {
    throw new OnnxMalformedError(
      `tensor "${name}" has ${raw.length} bytes of data, its shape needs ${expected}`,
    );
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const data = new Float64Array(size);
  for (let i = 0; i < size; i++) data[i] = readRaw(view, dtype, i);
  return data;
}

/** The typed field that holds a type's elements when they are not raw, as onnx.proto assigns them. */
function fromField(proto: onnx.ITensorProto, dtype: NumericType): number[] {
  switch (dtype) {
    case "float32":
      return proto.floatData ?? [];
    case "float64":
      return proto.doubleData ?? [];
    case "int64":
      return (proto.int64Data ?? []).map(toNumber);
    case "uint32":
    case "uint64":
      return (proto.uint64Data ?? []).map(toNumber);
    case "float16":
      return (proto.int32Data ?? []).map(float16FromBits);
    case "bfloat16":
      return (proto.int32Data ?? []).map(bfloat16FromBits);
    case "bool":
      return (proto.int32Data ?? []).map((value) => (value === 0 ? 0 : 1));
    case "int4":
    case "uint4":
      return (proto.int32Data ?? []).flatMap((byte) => [
        nibble(byte & 255, false, dtype === "int4"),
        nibble(byte & 255, true, dtype === "int4"),
      ]);
    default:
      return proto.int32Data ?? [];
  }
}

/**
 * Decodes a TensorProto of any supported element type, raw or typed.
 * @throws OnnxExternalDataError, OnnxUnsupportedTypeError, or OnnxMalformedError when data and shape disagree.
 */
export function decodeTensor(proto: onnx.ITensorProto): Tensor {
  const name = proto.name ?? "";
  if (proto.dataLocation === EXTERNAL || (proto.externalData?.length ?? 0) > 0) {
    throw new OnnxExternalDataError(name);
  }
  const dtype = elementTypeOf(proto.dataType ?? 0, `Tensor "${name}"`);
  const shape = (proto.dims ?? []).map(toNumber);
  const size = sizeOf(shape);
  if (dtype === "string") {
    const decoder = new TextDecoder();
    const strings = (proto.stringData ?? []).map((bytes) => decoder.decode(bytes));
    if (strings.length !== size) {
      throw new OnnxMalformedError(`tensor "${name}" has ${strings.length} strings, its shape needs ${size}`);
    }
    return stringTensor(shape, strings);
  }
  const raw = proto.rawData;
  if (raw && raw.length > 0) return tensor(dtype, shape, fromRaw(raw, dtype, size, name));
  const values = fromField(proto, dtype);
  const isPacked = dtype === "int4" || dtype === "uint4";
  // A packed tensor of odd size is padded by one unused half byte.
  const used = isPacked && values.length === size + 1 ? values.slice(0, size) : values;
  if (used.length !== size) {
    throw new OnnxMalformedError(`tensor "${name}" has ${used.length} values, its shape needs ${size}`);
  }
  return tensor(dtype, shape, used);
}
