import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericType } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { mapElements, zipElements } from "./support/broadcast.ts";
import { numericInput } from "./support/inputs.ts";

type BigBinary = (x: bigint, y: bigint) => bigint;

const BITS: Partial<Record<NumericType, number>> = {
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
};

function bitsOf(dtype: NumericType): number {
  const bits = BITS[dtype];
  if (bits === undefined)
    throw new OnnxOperatorError(`Bits of ${dtype} are not accessible; integers have bits.`);
  return bits;
}

/** Wraps into the type: two's complement where it is signed. */
function wrap(value: bigint, dtype: NumericType): number {
  const bits = bitsOf(dtype);
  return Number(dtype.startsWith("u") ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
}

// BigInt throughout: JavaScript's own bit operators stop at 32 bits.
function binary(type: string, apply: BigBinary): Operator {
  return {
    domain: "",
    type,
    sinceVersions: [18],
    evaluate(inputs) {
      const x = numericInput(inputs, 0);
      return [zipElements(x, numericInput(inputs, 1), (a, b) => wrap(apply(BigInt(a), BigInt(b)), x.dtype))];
    },
  };
}

export const BitwiseAnd = binary("BitwiseAnd", (x, y) => x & y);
export const BitwiseOr = binary("BitwiseOr", (x, y) => x | y);
export const BitwiseXor = binary("BitwiseXor", (x, y) => x ^ y);

export const BitwiseNot: Operator = {
  domain: "",
  type: "BitwiseNot",
  sinceVersions: [18],
  evaluate(inputs) {
    const x = numericInput(inputs, 0);
    return [mapElements(x, (value) => wrap(~BigInt(value), x.dtype))];
  },
};

/** Shifts unsigned integers by `direction` LEFT or RIGHT; bits shifted out are lost. */
export const BitShift: Operator = {
  domain: "",
  type: "BitShift",
  sinceVersions: [11],
  evaluate(inputs, attributes) {
    const x = numericInput(inputs, 0);
    const direction = attributes.string("direction");
    if (direction !== "LEFT" && direction !== "RIGHT") {
      throw new OnnxOperatorError(`Direction "${direction}" is neither LEFT nor RIGHT.`);
    }
    const shift: BigBinary = direction === "LEFT" ? (a, b) => a << b : (a, b) => a >> b;
    return [zipElements(x, numericInput(inputs, 1), (a, b) => wrap(shift(BigInt(a), BigInt(b)), x.dtype))];
  },
};
