import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, constantLc } from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";
import { roundShift } from "../integer/roundShift.ts";
import { recompose } from "./decompose.ts";
import { isZero } from "./isZero.ts";
import { rescale } from "./rescale.ts";
import { select } from "./select.ts";
import { signedBits } from "./signBit.ts";

/**
 * `max(0, floor((x + 2^(shift-1)) / 2^shift))`: ReLU and rescale in one, for the bits of the rounded value and one
 * constraint more. (Rounding first is the same as rounding last: a negative x never rounds above 0.)
 * With `limitBits` the result is at most 2^limitBits - 1, for four constraints more.
 *
 * Unique: sign and bits are (see {@link signedBits}); the output is their product, and whether it is within the limit
 * a determined bit (see {@link isZero}) of the bits above.
 */
export function relu(builder: CircuitBuilder, x: Signal, shift: number, limitBits?: number): Signal {
  const half = shift === 0 ? 0n : 1n << BigInt(shift - 1);
  const hi = roundShift(x.hi, shift);
  if (hi <= 0n) return signal(constantLc(0n), 0n, 0n);
  const limit = limitBits === undefined ? hi : (1n << BigInt(limitBits)) - 1n;
  if (x.lo >= 0n && limit >= hi) return rescale(builder, x, shift);
  const rounded = { lc: addConstant(x.lc, half), lo: x.lo + half, hi: x.hi + half };
  const { isNonNegative, low } = signedBits(builder, rounded);
  const bits = low.slice(shift);
  let magnitude = signal(recompose(bits), 0n, hi);
  if (limitBits !== undefined && limit < hi) {
    const isWithin = isZero(builder, recompose(bits.slice(limitBits)));
    const kept = signal(recompose(bits.slice(0, limitBits)), 0n, limit);
    magnitude = select(builder, isWithin, kept, signal(constantLc(limit), limit, limit));
  }
  return signal(builder.product("select", isNonNegative, magnitude.lc), 0n, limit < hi ? limit : hi);
}
