import { QuantizationError } from "../errors.ts";

/** `round(x * 2^scale)`, exact for every double. */
export function scaledInteger(x: number, scale: number): bigint {
  if (!Number.isFinite(x))
    throw new QuantizationError(`${x} is not a finite number: the model cannot be quantised`);
  const scaled = x * 2 ** scale;
  if (Math.abs(scaled) < 2 ** 52) return BigInt(Math.round(scaled));
  // x = mantissa * 2^(exponent - 52) with an integer mantissa, and no fraction is left to round.
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  return BigInt(x * 2 ** (52 - exponent)) << BigInt(scale + exponent - 52);
}
