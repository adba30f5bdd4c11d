import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import {
  combine,
  constantLc,
  isConstantLc,
  type LinearCombination,
  wireLc,
} from "../builder/linearCombination.ts";

/**
 * 1 when `lc` is 0, else 0, in three constraints: `zero = 1 - lc * inverse`, `lc * zero = 0`, `inverse * zero = 0`.
 *
 * Unique: if lc is not 0 the second forces zero = 0 and the first inverse = 1 / lc; if lc is 0 the first forces
 * zero = 1 and the third inverse = 0. (The usual two constraints leave the inverse of 0 free.)
 */
export function isZero(builder: CircuitBuilder, lc: LinearCombination): LinearCombination {
  if (isConstantLc(lc)) return constantLc(lc.constant === 0n ? 1n : 0n);
  const inverse = wireLc(builder.newWire());
  builder.step({ op: "inverse", source: lc, out: inverse.wires[0]! });
  const zero = combine([[-1n, builder.product("select", lc, inverse)]], 1n);
  builder.constrain("select", lc, zero, constantLc(0n));
  builder.constrain("select", inverse, zero, constantLc(0n));
  return zero;
}
