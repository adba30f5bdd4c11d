import { OnnxOperatorError } from "./errors.ts";
import type { NumericType } from "./Tensor.ts";

const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** Nearest bfloat16, ties to even: the upper half of the float32 pattern. */
function roundBfloat16(value: number): number {
  scratchFloat[0] = value;
  const bits = scratchBits[0]!;
  if (Number.isNaN(value)) return value;
  scratchBits[0] = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return scratchFloat[0];
}

/** Nearest float16, ties to even (IEEE 754 binary16: 11 significant bits, smallest step 2^-24, largest 65504). */
function roundFloat16(value: number): number {
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value) || magnitude === 0) return value;
  if (magnitude >= 65520) return value < 0 ? -Infinity : Infinity;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  // log2 may round up to the next integer just below a power of two; the step is then still right after rounding.
  const step = 2 ** (exponent - 10);
  return roundHalfEven(value / step) * step;
}

/** Nearest integer, ties to even, as IEEE 754 and ONNX Round prescribe. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function wrapper(bits: number, isSigned: boolean): (value: number) => number {
  const modulus = 2 ** bits;
  const low = isSigned ? -modulus / 2 : 0;
  const high = low + modulus - 1;
  return (value) => {
    const whole = Math.trunc(value) + 0;
    if (whole >= low && whole <= high) return whole;
    if (!Number.isFinite(whole)) return whole > 0 ? high : low;
    const rest = (((whole - low) % modulus) + modulus) % modulus;
    return rest + low;
  };
}

/** The 4-bit types saturate, as the specification of Cast has it for them alone. */
function saturating(low: number, high: number): (value: number) => number {
  return (value) => Math.max(low, Math.min(high, Math.trunc(value) + 0));
}

function exactInteger(value: number): number {
  const whole = Math.trunc(value) + 0;
  if (!Number.isSafeInteger(whole)) {
    throw new OnnxOperatorError(`The 64-bit integer ${value} is beyond 2^53 and would lose digits.`);
  }
  return whole;
}

const ROUNDING: Record<NumericType, (value: number) => number> = {
  float16: roundFloat16,
  bfloat16: roundBfloat16,
  float32: Math.fround,
  float64: (value) => value,
  bool: (value) => (value === 0 ? 0 : 1),
  int4: saturating(-8, 7),
  uint4: saturating(0, 15),
  int8: wrapper(8, true),
  uint8: wrapper(8, false),
  int16: wrapper(16, true),
  uint16: wrapper(16, false),
  int32: wrapper(32, true),
  uint32: wrapper(32, false),
  int64: exactInteger,
  uint64: exactInteger,
};

/**
 * The function that brings a float64 result back to a value of `dtype`: nearest for floats, truncation and two's
 * complement wrapping for integers of 8 to 32 bits, an error beyond 2^53 for 64-bit integers.
 */
export function roundTo(dtype: NumericType): (value: number) => number {
  return ROUNDING[dtype];
}
