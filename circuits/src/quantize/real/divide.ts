import { QuantizationError } from "../../errors.ts";
import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer, ScaledLanes } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
} from "../RealExpression.ts";
import { isAtLeast } from "./compare.ts";
import { atLeastConstant, magnitude } from "./extremes.ts";
import { factorBits, multiply } from "./multiply.ts";

/** How far below its least calibrated magnitude a divisor may fall before it is held at that bound. */
const DIVISOR_MARGIN = 8;

/**
 * Divisors made positive and bounded away from 0. A divisor that can fall far below what calibration saw, be 0 or change
 * its sign for some input is held at the least magnitude that calibration saw, divided by {@link DIVISOR_MARGIN}; its
 * sign is returned apart.
 */
function positiveDivisors(
  quantizer: Quantizer,
  b: readonly RealExpression[],
): { divisors: readonly RealExpression[]; signs?: readonly RealExpression[]; sign: 1 | -1 } {
  const worst = quantizer.worstCase(b);
  const seen = quantizer.calibratedRange(b);
  if (worst.max < 0 || seen.max < 0) {
    const negated = positiveDivisors(quantizer, affine(b, -1));
    return { ...negated, sign: -1 };
  }
  if (worst.min > 0 && worst.min * DIVISOR_MARGIN ** 2 >= seen.min) return { divisors: b, sign: 1 };
  if (seen.min > 0) {
    return { divisors: atLeastConstant(quantizer, b, seen.min / DIVISOR_MARGIN), sign: 1 };
  }
  const least = leastMagnitude(quantizer, b);
  const isPositive = isAtLeast(
    quantizer,
    b,
    b.map(() => constantExpression(0)),
  );
  const bounded = atLeastConstant(quantizer, magnitude(quantizer, b), least / DIVISOR_MARGIN);
  return { divisors: bounded, signs: affine(isPositive, 2, -1), sign: 1 };
}

function leastMagnitude(quantizer: Quantizer, b: readonly RealExpression[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const element of b) {
    const { min, max } = quantizer.calibratedRange([element]);
    least = Math.min(least, Math.abs(min) || least, Math.abs(max) || least);
  }
  return Number.isFinite(least) ? least : 1;
}

/** Lanes of divisors, resolved to `bits` bits of the least one that calibration saw. */
function divisorLanes(quantizer: Quantizer, divisors: readonly RealExpression[], bits: number): ScaledLanes {
  const positions = new Map<RealExpression, number>();
  for (const element of divisors) if (!positions.has(element)) positions.set(element, positions.size);
  const distinct = [...positions.keys()];
  const least = Math.max(quantizer.calibratedRange(distinct).min, quantizer.worstCase(distinct).min);
  const { lanes, scale } = quantizer.accumulate(distinct, quantizer.scaleFor(least, bits));
  return { lanes: divisors.map((element) => lanes[positions.get(element)!]!), scale };
}

/**
 * a / b, element by element, rounded to `bits` bits of the largest quotient that calibration saw: a quotient and a
 * remainder each, both range-checked. Where one divisor serves several dividends its reciprocal is found once and
 * multiplied.
 */
export function divide(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
  bits = factorBits(quantizer),
): RealExpression[] {
  if (b.every(isConstant)) {
    return a.map((x, i) => {
      if (b[i]!.bias === 0) throw new QuantizationError("division by the constant 0 has no finite value");
      return affine([x], 1 / b[i]!.bias)[0]!;
    });
  }
  const distinct = new Set(b).size;
  if (distinct * 2 <= a.length) {
    const unique = [...new Set(b)];
    const inverse = divide(
      quantizer,
      unique.map(() => constantExpression(1)),
      unique,
      bits,
    );
    const byDivisor = new Map(unique.map((element, i) => [element, inverse[i]!]));
    return multiply(
      quantizer,
      a,
      b.map((element) => byDivisor.get(element)!),
    );
  }
  const { divisors, signs, sign } = positiveDivisors(quantizer, b);
  const quotients = positiveDivisor(quantizer, a, divisors, bits);
  const signed = signs ? multiply(quantizer, quotients, signs) : quotients;
  return sign === 1 ? signed : affine(signed, -1);
}

/** a / b rounded to nearest, for b > 0: floor((2 A 2^k + B) / 2 B) in the integers A, B of a and b. */
function positiveDivisor(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
  bits: number,
): RealExpression[] {
  if (a.every((element) => isConstant(element) && element.bias === 0)) return [...a];
  const divisor = divisorLanes(quantizer, b, bits);
  const largest = a.every(isConstant) ? smallestQuotient(quantizer, a, b) : largestQuotient(quantizer, a, b);
  const scale = quantizer.scaleFor(largest, bits);
  // a's error of 2^-s becomes 2^-s / b in the quotient; b's integer is at least 1, however small b is.
  const known = Math.max(quantizer.calibratedRange(b).min, quantizer.worstCase(b).min);
  const least = Math.max(known, 2 ** -divisor.scale);
  const dividend = quantizer.accumulate(a, Math.max(0, scale - Math.floor(Math.log2(least))));
  const shift = scale - dividend.scale + divisor.scale;
  const [up, down] = shift >= 0 ? [BigInt(shift), 0n] : [0n, BigInt(-shift)];
  const { graph } = quantizer;
  const doubled = divisor.lanes.map((lane) => ({ lanes: [lane], weights: [2n << down], bias: 0n }));
  const twice: Lane[] = quantizer.describe(graph.affine(doubled), divisor.scale);
  const rows = dividend.lanes.map((lane, i) => ({
    lanes: [lane, divisor.lanes[i]!],
    weights: [2n << up, 1n << down],
    bias: 0n,
  }));
  const numerators = quantizer.describe(graph.affine(rows), dividend.scale);
  return quantizer.describe(graph.divide(numerators, twice), scale).map(laneExpression);
}

/** Most bits by which a reciprocal may exceed `bits` so that small ones are resolved as well. */
const RECIPROCAL_RANGE = 24;

/** Reciprocals are multiplied by anything: what counts is the relative error of the smallest, within reason. */
function smallestQuotient(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): number {
  const { max } = quantizer.calibratedRange(b);
  const least = a.reduce(
    (smallest, { bias }) => Math.min(smallest, Math.abs(bias) || smallest),
    Number.MAX_VALUE,
  );
  return Math.max(least / max, largestQuotient(quantizer, a, b) * 2 ** -RECIPROCAL_RANGE);
}

function largestQuotient(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): number {
  let most = 0;
  for (const [i, x] of a.entries()) {
    const dividend = quantizer.calibratedRange([x]);
    const { min } = quantizer.calibratedRange([b[i]!]);
    if (min > 0) most = Math.max(most, Math.abs(dividend.min) / min, Math.abs(dividend.max) / min);
  }
  return most || 1;
}
