import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addLc, type LinearCombination, subLc } from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";

/**
 * `bit ? a : b` in one constraint. `bit` must be boolean by the constraints that made it.
 *
 * Unique: the output is `b + bit * (a - b)`, a product of determined values.
 */
export function select(builder: CircuitBuilder, bit: LinearCombination, a: Signal, b: Signal): Signal {
  const lo = a.lo < b.lo ? a.lo : b.lo;
  const hi = a.hi > b.hi ? a.hi : b.hi;
  return signal(addLc(b.lc, builder.product("select", bit, subLc(a.lc, b.lc))), lo, hi);
}
