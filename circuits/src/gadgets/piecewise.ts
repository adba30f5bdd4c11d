import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import {
  addConstant,
  addLc,
  combine,
  constantLc,
  type LinearCombination,
  subLc,
} from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";
import { domainBits, type PiecewiseTable, piecewiseBounds } from "../integer/PiecewiseTable.ts";
import { recompose } from "./decompose.ts";
import { isZero } from "./isZero.ts";
import { signedBits } from "./signBit.ts";

/**
 * The value of a piecewise polynomial table at `floor((x + 2^(shift-1)) / 2^shift)`. Beyond the bits of x it costs 2^s - s - 1 constraints for s segment
 * bits (products of bits; any table over them is then linear), one for each degree, and up to five where x can leave the domain.
 *
 * Unique: sign and bits of the rounded x - start are (see {@link signedBits}); everything else is products and linear forms of them.
 */
export function piecewise(builder: CircuitBuilder, x: Signal, shift: number, table: PiecewiseTable): Signal {
  const domain = domainBits(table);
  const offset = (shift === 0 ? 0n : 1n << BigInt(shift - 1)) - (table.start << BigInt(shift));
  const u = { lc: addConstant(x.lc, offset), lo: x.lo + offset, hi: x.hi + offset };
  const from = u.lo >> BigInt(shift);
  const to = u.hi >> BigInt(shift);
  const { lo, hi } = piecewiseBounds(table, from + table.start, to + table.start);
  if (lo === hi) return signal(constantLc(lo), lo, hi);
  const { isNonNegative, low } = signedBits(builder, u);
  const bits = low.slice(shift);
  // The signed bits are those of u modulo 2^low.length, so the rounded u is theirs less 2^length where u < 0.
  const magnitude = recompose(bits);
  const rounded = combine(
    [
      [1n, magnitude],
      [1n << BigInt(bits.length), isNonNegative],
    ],
    -(1n << BigInt(bits.length)),
  );
  while (bits.length < domain) bits.push(constantLc(0n));
  let result = polynomial(builder, table, bits);
  const beyond = bits.slice(domain);
  if (beyond.length > 0) {
    const isInside = isZero(builder, recompose(beyond));
    result = chosen(builder, isInside, result, combine([[table.aboveSlope ?? 0n, magnitude]], table.above));
  }
  if (u.lo < 0n) {
    result = chosen(
      builder,
      isNonNegative,
      result,
      combine([[table.belowSlope ?? 0n, rounded]], table.below),
    );
  }
  return signal(result, lo, hi);
}

/** The polynomial of the segment that the top bits name, at the local bits. */
function polynomial(
  builder: CircuitBuilder,
  table: PiecewiseTable,
  bits: readonly LinearCombination[],
): LinearCombination {
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
  return value;
}

/** `bit ? a : b`, whose bounds the caller knows better than a select can. */
function chosen(
  builder: CircuitBuilder,
  bit: LinearCombination,
  a: LinearCombination,
  b: LinearCombination,
): LinearCombination {
  return addLc(b, builder.product("select", bit, subLc(a, b)));
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
