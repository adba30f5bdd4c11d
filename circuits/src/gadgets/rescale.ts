import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant } from "../builder/linearCombination.ts";
import { bitsFor, type Signal, signal } from "../builder/Signal.ts";
import { roundShift } from "../integer/roundShift.ts";
import { decompose, recompose } from "./decompose.ts";

/**
 * `floor((x + 2^(shift-1)) / 2^shift)`, in as many constraints as the shifted interval has bits.
 *
 * Unique: the rounded value moved by a multiple of 2^shift to be non-negative is split into bits (see
 * {@link decompose}); the quotient is the bits from `shift` on, the remainder is the rest and below 2^shift.
 */
export function rescale(builder: CircuitBuilder, x: Signal, shift: number): Signal {
  if (shift === 0) return x;
  const [lo, hi] = [roundShift(x.lo, shift), roundShift(x.hi, shift)];
  if (lo === hi) return signal(x.lc, lo, hi);
  const unit = 1n << BigInt(shift);
  const half = unit >> 1n;
  const shifted = addConstant(x.lc, half - lo * unit);
  const width = bitsFor(x.hi + half - lo * unit);
  const bits = decompose(builder, shifted, width);
  return signal(addConstant(recompose(bits.slice(shift)), lo), lo, hi);
}
