import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, combine, constantLc, type LinearCombination } from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";
import { domainBits, type PiecewiseTable, piecewiseBounds } from "../integer/PiecewiseTable.ts";
import { recompose } from "./decompose.ts";
import { isZero } from "./isZero.ts";
import { select } from "./select.ts";
import { signedBits } from "./signBit.ts";

/**
 * The value of a piecewise polynomial table at `floor((x + 2^(shift-1)) / 2^shift)`. Beyond the bits of x it costs 2^s - s - 1 constraints for s segment
 * bits (products of bits; any table over them is then linear), one for each degree, and up to five where x can leave the domain.
 *
 * Unique: sign and bits of the rounded x - start are (see {@link signedBits}); everything else is products and linear forms of them.
 */
export function piecewise(builder: CircuitBuilder, x: Signal, shift: number, table: PiecewiseTable): Signal {
  const { lo, hi } = piecewiseBounds(table);
  const offset = (shift === 0 ? 0n : 1n << BigInt(shift - 1)) - (table.start << BigInt(shift));
  const u = { lc: addConstant(x.lc, offset), lo: x.lo + offset, hi: x.hi + offset };
  if (u.hi < 0n) return signal(constantLc(table.below), table.below, table.below);
  if (u.lo >> BigInt(shift + domainBits(table)) > 0n) {
    return signal(constantLc(table.above), table.above, table.above);
  }
  const { isNonNegative, low } = signedBits(builder, u);
  const bits = low.slice(shift);
  while (bits.length < domainBits(table)) bits.push(constantLc(0n));
  const local = recompose(bits.slice(0, table.localBits));
  const monomials = bitMonomials(builder, bits.slice(table.localBits, domainBits(table)));
  const degree = table.coefs[0]!.length - 1;
  let value = selectCoefficient(table, degree, monomials);
  for (let j = degree - 1; j >= 0; j--) {
    const scaled = builder.product("select", value, local);
    value = combine([
      [1n, scaled],
      [1n, selectCoefficient(table, j, monomials)],
    ]);
  }
  let result = signal(value, lo, hi);
  const beyond = bits.slice(domainBits(table));
  if (beyond.length > 0) {
    const isInside = isZero(builder, recompose(beyond));
    result = select(builder, isInside, result, signal(constantLc(table.above), table.above, table.above));
  }
  if (u.lo < 0n) {
    result = select(
      builder,
      isNonNegative,
      result,
      signal(constantLc(table.below), table.below, table.below),
    );
  }
  return signal(result.lc, lo, hi);
}

/** Products of all subsets of `bits`, by subset mask: a basis of the functions of those bits. */
function bitMonomials(builder: CircuitBuilder, bits: readonly LinearCombination[]): LinearCombination[] {
  const monomials = [constantLc(1n)];
  for (const bit of bits) {
    for (const known of monomials.slice()) monomials.push(builder.product("select", known, bit));
  }
  return monomials;
}

/** Coefficient j of the segment that the bits name: the Moebius transform of the table's column, in the monomial basis. */
function selectCoefficient(
  table: PiecewiseTable,
  j: number,
  monomials: readonly LinearCombination[],
): LinearCombination {
  const weights = table.coefs.map((row) => row[j]!);
  for (let bit = 1; bit < weights.length; bit <<= 1) {
    for (let mask = 0; mask < weights.length; mask++) {
      if (mask & bit) weights[mask] = weights[mask]! - weights[mask ^ bit]!;
    }
  }
  return combine(weights.map((weight, mask): [bigint, LinearCombination] => [weight, monomials[mask]!]));
}
