import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, combine, constantLc, subLc, wireLc } from "../builder/linearCombination.ts";
import { bitsFor, type Signal, signal } from "../builder/Signal.ts";
import { GadgetError } from "../errors.ts";
import { floorDivide } from "../integer/floorDivide.ts";
import { decompose, MAX_BITS } from "./decompose.ts";

/**
 * `floor(a / b)` for b >= 1. Costs the bits of the quotient's interval, twice the bits of b's largest value and one
 * product (none where b is constant; and its bits only once where b is a power of two).
 *
 * Unique: with q counted from its least value, `q * b + r = a'` where q < 2^n, 0 <= r and 0 <= b - 1 - r are all
 * enforced by splits, and 2^n * b stays below the field, so the equation holds between integers: Euclidean division.
 */
export function divide(builder: CircuitBuilder, a: Signal, b: Signal): Signal {
  if (b.lo < 1n) throw new GadgetError(`division by [${b.lo}, ${b.hi}]: the divisor must be at least 1`);
  const lo = floorDivide(a.lo, a.lo < 0n ? b.lo : b.hi);
  const hi = floorDivide(a.hi, a.hi < 0n ? b.hi : b.lo);
  if (lo === hi) return signal(constantLc(lo), lo, hi);
  const [quotientBits, divisorBits] = [bitsFor(hi - lo), bitsFor(b.hi - 1n)];
  if (quotientBits + bitsFor(b.hi) >= MAX_BITS) {
    throw new GadgetError(
      `a quotient of ${quotientBits} bits by a divisor of ${divisorBits} can wrap around the field: rescale first`,
    );
  }
  const numerator = combine([
    [1n, a.lc],
    [-lo, b.lc],
  ]);
  const quotient = wireLc(builder.newWire());
  builder.step({ op: "quotient", numerator, denominator: b.lc, out: quotient.wires[0]! });
  decompose(builder, quotient, quotientBits);
  const remainder = subLc(numerator, builder.product("select", quotient, b.lc));
  decompose(builder, remainder, divisorBits);
  const isPowerOfTwo = b.lo === b.hi && b.hi === 1n << BigInt(divisorBits);
  if (!isPowerOfTwo) decompose(builder, addConstant(subLc(b.lc, remainder), -1n), divisorBits);
  return signal(addConstant(quotient, lo), lo, hi);
}
