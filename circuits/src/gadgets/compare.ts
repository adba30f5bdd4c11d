import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { constantLc, type LinearCombination, subLc } from "../builder/linearCombination.ts";
import type { Signal } from "../builder/Signal.ts";
import { signedBits } from "./signBit.ts";

/**
 * 1 when a >= b, else 0, in as many constraints as the difference's interval has bits.
 *
 * Unique: it is the sign of a - b, whose interval does not wrap (see {@link signedBits}).
 */
export function atLeast(builder: CircuitBuilder, a: Signal, b: Signal): LinearCombination {
  const difference = { lc: subLc(a.lc, b.lc), lo: a.lo - b.hi, hi: a.hi - b.lo };
  if (difference.lo >= 0n) return constantLc(1n);
  if (difference.hi < 0n) return constantLc(0n);
  return signedBits(builder, difference).isNonNegative;
}
