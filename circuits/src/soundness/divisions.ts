import { combine, constantLc, isConstantLc, type LinearCombination } from "../builder/linearCombination.ts";
import { FIELD_ORDER, inverse, toCentered } from "../field/scalarField.ts";
import type { Deduction, Propagation } from "./Propagation.ts";
import type { RangeFact, Ranges } from "./Ranges.ts";

/**
 * A quotient q, and the wire that carries it into the remainder: it moves by `rate * divisor` when q moves by
 * one.
 */
interface Quotient {
  readonly wire: number;
  readonly divisor: LinearCombination;
  /** The product of q and the divisor, or q itself where the divisor is constant. */
  readonly carrier: number;
  readonly rate: bigint;
  readonly constraints: readonly number[];
}

/**
 * Euclid's uniqueness. Two assignments whose quotients differ by d have remainders that differ by d times the
 * divisor; where the remainder and `divisor - 1 - remainder` are both held to ranges from 0, that is less
 * than the divisor, so d = 0. The ranges must be small enough for the argument to hold between integers.
 */
export function divisions(system: Propagation, ranges: Ranges): Deduction[] {
  return [...productQuotients(system), ...constantQuotients(ranges)].flatMap((quotient) => {
    const range = ranges.spanOf(quotient.wire);
    const bound = range && remainderBound(ranges, quotient, range.hi - range.lo);
    if (!range || !bound) return [];
    const wires = [...new Set([quotient.wire, quotient.carrier])];
    const constraints = [...quotient.constraints, ...range.constraints, ...bound];
    return [{ wires, rule: "division" as const, constraints }];
  });
}

/** Constraints `q * divisor = product` with a determined divisor. */
function productQuotients(system: Propagation): Quotient[] {
  return system.constraints.flatMap(({ a, b, c }, index): Quotient[] => {
    const unknowns = system.unknownsOf(index, 2);
    if (unknowns?.length !== 2 || isConstantLc(a) || isConstantLc(b)) return [];
    const [divisor, factor] = system.isKnownLc(b) ? [b, a] : [a, b];
    if (!system.isKnownLc(divisor)) return [];
    const [wire, carrier] = factor.wires.includes(unknowns[0]!) ? unknowns : [...unknowns].reverse();
    const alpha = coefOf(factor, wire!);
    const gamma = coefOf(c, carrier!);
    if (coefOf(factor, carrier!) !== 0n || coefOf(c, wire!) !== 0n || alpha === 0n || gamma === 0n) return [];
    const rate = toCentered(alpha * inverse(gamma));
    return [{ wire: wire!, divisor, carrier: carrier!, rate, constraints: [index] }];
  });
}

/** Wires whose own range is known: quotients by a constant, if other ranges say so. */
function constantQuotients(ranges: Ranges): Quotient[] {
  return [...new Set(ranges.facts.flatMap(({ form }) => ranges.unknownsOf(form)))].flatMap((wire) => {
    const divisors = new Set(ranges.aboutOnly(wire).map(({ form }) => abs(coefOf(form, wire))));
    return [...divisors].map((size) => ({
      wire,
      divisor: constantLc(size),
      carrier: wire,
      rate: inverse(size),
      constraints: [],
    }));
  });
}

/**
 * The constraints that bound the remainder below the divisor, when there are such: x1 + x2 = divisor + t with
 * t < 0 and both at least 0, x1 moving by exactly the divisor with the quotient; or, under a constant
 * divisor, one range short enough.
 */
function remainderBound(ranges: Ranges, quotient: Quotient, span: bigint): readonly number[] | undefined {
  const { carrier, divisor, rate } = quotient;
  const facts = ranges.aboutOnly(carrier).filter(({ form, lo }) => {
    return lo === 0n && abs(toCentered(coefOf(form, carrier) * rate)) === 1n;
  });
  for (const first of facts) {
    if (isConstantLc(divisor) && first.hi < divisor.constant && holds(span, divisor.constant, first)) {
      return first.constraints;
    }
    for (const second of facts) {
      const rest = combine([
        [1n, first.form],
        [1n, second.form],
        [-1n, divisor],
      ]);
      if (!isConstantLc(rest) || rest.constant >= 0n || rest.constant < -(1n << 200n)) continue;
      // The divisor is x1 + x2 - t between integers, hence at most this.
      if (holds(span, first.hi + second.hi - rest.constant, first)) {
        return [...first.constraints, ...second.constraints];
      }
    }
  }
  return undefined;
}

/** Whether a quotient of this span times a divisor up to `largest`, and a remainder, stay below r. */
function holds(span: bigint, largest: bigint, remainder: RangeFact): boolean {
  return span * largest + remainder.hi < FIELD_ORDER;
}

function coefOf(lc: LinearCombination, wire: number): bigint {
  const at = lc.wires.indexOf(wire);
  return at < 0 ? 0n : lc.coefs[at]!;
}

function abs(x: bigint): bigint {
  return x < 0n ? -x : x;
}
