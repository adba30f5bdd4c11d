import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, constantLc } from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";
import { roundShift } from "../integer/roundShift.ts";
import { recompose } from "./decompose.ts";
import { rescale } from "./rescale.ts";
import { signedBits } from "./signBit.ts";

/**
 * `max(0, floor((x + 2^(shift-1)) / 2^shift))`: ReLU and rescale in one, for the bits of the rounded value and one
 * constraint more. (Rounding first is the same as rounding last: a negative x never rounds above 0.)
 *
 * Unique: sign and bits are (see {@link signedBits}); the output is their product.
 */
export function relu(builder: CircuitBuilder, x: Signal, shift: number): Signal {
  const half = shift === 0 ? 0n : 1n << BigInt(shift - 1);
  if (x.lo >= 0n) return rescale(builder, x, shift);
  const hi = roundShift(x.hi, shift);
  if (hi <= 0n) return signal(constantLc(0n), 0n, 0n);
  const rounded = { lc: addConstant(x.lc, half), lo: x.lo + half, hi: x.hi + half };
  const { isNonNegative, low } = signedBits(builder, rounded);
  const out = builder.product("select", isNonNegative, recompose(low.slice(shift)));
  return signal(out, 0n, hi);
}
