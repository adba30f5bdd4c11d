import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, constantLc, type LinearCombination } from "../builder/linearCombination.ts";
import { bitsFor, type Signal } from "../builder/Signal.ts";
import { decompose } from "./decompose.ts";

/** Bits of a signed value: `isNonNegative` is 1 when x >= 0; `low` are the bits below the sign, of x modulo 2^low.length. */
export interface SignedBits {
  readonly isNonNegative: LinearCombination;
  readonly low: readonly LinearCombination[];
}

/**
 * Splits x into its sign and the bits below it, in as many constraints as bits. Two's complement with the sign
 * turned round: x + 2^low.length is split (see {@link decompose}, which makes it unique) and its top bit is 1
 * exactly when x >= 0. Zero is non-negative; there is no second encoding of it.
 */
export function signedBits(builder: CircuitBuilder, x: Signal): SignedBits {
  if (x.lo >= 0n) {
    return { isNonNegative: constantLc(1n), low: decompose(builder, x.lc, bitsFor(x.hi)) };
  }
  const magnitude = x.hi > -x.lo - 1n ? x.hi : -x.lo - 1n;
  const lowBits = bitsFor(magnitude);
  const bits = decompose(builder, addConstant(x.lc, 1n << BigInt(lowBits)), lowBits + 1);
  return { isNonNegative: bits[lowBits]!, low: bits.slice(0, lowBits) };
}
