import { QuantizationError } from "../../errors.ts";
import type { ValueRange } from "../calibrate.ts";
import { type Asymptote, type FitOptions, fitPiecewise } from "../fitPiecewise.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
} from "../RealExpression.ts";

/** A function of one real number, with what is known of it far out. */
export interface RealFunction {
  readonly f: (x: number) => number;
  /** The line that f approaches for x to minus infinity, if it does. */
  readonly left?: Asymptote;
  /** The line that f approaches for x to plus infinity, if it does. */
  readonly right?: Asymptote;
  /** Where f is defined; it is held at its value at the ends outside. Default everywhere. */
  readonly defined?: readonly [from: number, to: number];
  /** Set where the argument is known to lie in `defined`, though its interval says less: the table covers all of it. */
  readonly isBounded?: true;
  /** Set for a function of positive numbers that is steep near 0: margins are then factors. */
  readonly isPositive?: true;
  /** A point where f has a kink and one of its lines begins, exactly. */
  readonly kink?: { readonly at: number; readonly side: "left" | "right" };
}

/** Grid points at which a function's size and steepness are measured. */
const GRID = 512;

/** How far beyond the calibrated range the polynomials reach, and how much looser the tolerance gets, in this order. */
const ATTEMPTS: readonly { readonly margin: number; readonly looser: number }[] = [
  { margin: Number.POSITIVE_INFINITY, looser: 1 },
  { margin: 1, looser: 1 },
  { margin: Number.POSITIVE_INFINITY, looser: 4 },
  { margin: 1, looser: 4 },
  { margin: 0.25, looser: 4 },
  { margin: 0.05, looser: 4 },
  { margin: 0.05, looser: 16 },
  { margin: 0.05, looser: 64 },
];

/**
 * The piecewise polynomial approximation of `fn`, element by element.
 *
 * The polynomials cover every value that an in-range input can give, except: where f follows a line to within the
 * tolerance the line is used, and where worst-case bounds are more than four times as wide as the calibrated range
 * widened by half (and a quarter of its magnitude) on each side, f is held at its value at the ends of that range.
 * A function too steep for that gets a narrower margin, then a looser tolerance.
 */
export function approximate(
  quantizer: Quantizer,
  fn: RealFunction,
  elements: readonly RealExpression[],
): RealExpression[] {
  const symbolic = elements.filter((element) => !isConstant(element));
  if (symbolic.length === 0) return elements.map(({ bias }) => constantExpression(fn.f(bias)));
  const { kink, right } = fn;
  if (right && kink?.side === "right" && quantizer.worstCase(symbolic).min >= kink.at) {
    return affine(elements, right.slope, right.offset);
  }
  const made = attemptAll(quantizer, fn, symbolic);
  let next = 0;
  return elements.map((element) =>
    isConstant(element) ? constantExpression(fn.f(element.bias)) : laneExpression(made[next++]!),
  );
}

function attemptAll(quantizer: Quantizer, fn: RealFunction, elements: readonly RealExpression[]): number[] {
  const [worst, seen] = [quantizer.worstCase(elements), quantizer.calibratedRange(elements)];
  let failure: unknown;
  for (const { margin, looser } of ATTEMPTS) {
    const core = fn.isBounded ? fn.defined! : coreOf(fn, worst, seen, margin);
    try {
      return fitAndApply(quantizer, fn, elements, { core, domain: domainOf(fn, worst, core), looser });
    } catch (error) {
      if (!(error instanceof QuantizationError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

interface Attempt {
  readonly core: readonly [number, number];
  readonly domain: readonly [number, number];
  readonly looser: number;
}

function fitAndApply(
  quantizer: Quantizer,
  fn: RealFunction,
  elements: readonly RealExpression[],
  { core, domain, looser }: Attempt,
): number[] {
  const { size, slope } = measure(fn.f, core);
  // Half of the tolerance for the polynomials and their ends, half for rounding the argument.
  const half = (quantizer.options.functionTolerance * size) / 2;
  const resolution = Math.ceil(Math.log2(slope / half));
  // The table is found before lanes are made, so that a failed attempt leaves nothing behind.
  const inputScale = Math.min(quantizer.accumulatorScale(elements, resolution), resolution);
  const { table, outputScale } = fitPiecewise(fn.f, {
    ...clipped(fn, domain, half / 2),
    inputScale,
    tolerance: half * looser,
  });
  const { lanes, scale } = quantizer.accumulate(elements, resolution);
  const values = quantizer.graph.piecewise(lanes, scale - inputScale, table);
  return quantizer.describe(values, outputScale);
}

/** Where the function is likely to be asked: the calibrated range, widened, and the worst case where that is not far wider. */
function coreOf(
  fn: RealFunction,
  worst: ValueRange,
  seen: ValueRange,
  share: number,
): readonly [number, number] {
  const span = seen.max - seen.min;
  const full = span / 2 + Math.max(Math.abs(seen.min), Math.abs(seen.max)) / 4 + 2 ** -10;
  const margin = full * Math.min(1, share);
  const factor = 1 + Math.min(1, share);
  const [low, high] = fn.isPositive
    ? [seen.min / factor ** 2, seen.max * factor]
    : [seen.min - margin, seen.max + margin];
  const isAffordable = share > 1 && !fn.isPositive && worst.max - worst.min <= 4 * (high - low);
  const [from, to] = isAffordable
    ? [worst.min, worst.max]
    : [Math.max(worst.min, low), Math.min(worst.max, high)];
  return inside(fn, from, to);
}

/** The interval that the table must cover before its lines are taken into account. */
function domainOf(
  fn: RealFunction,
  worst: ValueRange,
  core: readonly [number, number],
): readonly [number, number] {
  return inside(fn, fn.left ? worst.min : core[0], fn.right ? worst.max : core[1]);
}

/** The part of [from, to] on which the function is defined, never empty. */
function inside({ defined }: RealFunction, from: number, to: number): readonly [number, number] {
  const [least, most] = defined ?? [from, to];
  const [low, high] = [Math.min(Math.max(from, least), most), Math.max(Math.min(to, most), least)];
  return low < high ? [low, high] : [low, low + 2 ** -10];
}

/** Cuts off the parts of the domain where f is its line to within `tolerance`. */
function clipped(
  { f, left, right, kink }: RealFunction,
  [from, to]: readonly [number, number],
  tolerance: number,
): Pick<FitOptions, "domain" | "below" | "above" | "anchor"> {
  const isKinkInside = kink !== undefined && kink.at > from && kink.at < to;
  const low = isKinkInside && kink.side === "left" ? kink.at : from;
  const high = isKinkInside && kink.side === "right" ? kink.at : to;
  const middle = Math.min(Math.max(0, low), high);
  const start = left && low === from ? joins(f, left, from, middle, tolerance) : low;
  const end = right && high === to ? joins(f, right, to, middle, tolerance) : high;
  const isEmpty = !(start < end);
  return {
    domain: isEmpty ? [start, start + (to - from) / 16] : [start, end],
    below: left && start > from ? left : kink?.side === "left" && isKinkInside ? left : undefined,
    above: right && end < to ? right : kink?.side === "right" && isKinkInside ? right : undefined,
    anchor: isKinkInside && kink.side === "right" ? "to" : "from",
  };
}

/** The point between `far` and `near` from which outward f stays within `tolerance` of its line. */
function joins(
  f: (x: number) => number,
  { slope, offset }: Asymptote,
  far: number,
  near: number,
  tolerance: number,
): number {
  let join = far;
  // Geometric steps: the far end may be millions away, the place where the line begins a few units.
  for (let distance = far - near; Math.abs(distance) > 2 ** -12; distance *= 2 ** (-1 / 16)) {
    const x = near + distance;
    if (!(Math.abs(f(x) - slope * x - offset) <= tolerance)) break;
    join = x;
  }
  return join;
}

/** Largest magnitude and slope of f on the part of the domain where it matters. */
function measure(
  f: (x: number) => number,
  [from, to]: readonly [number, number],
): { size: number; slope: number } {
  let [size, slope] = [0, 0];
  const step = (to - from) / GRID;
  let before = f(from);
  for (let i = 0; i <= GRID; i++) {
    const y = f(from + i * step);
    if (!Number.isFinite(y)) continue;
    size = Math.max(size, Math.abs(y));
    if (Number.isFinite(before)) slope = Math.max(slope, Math.abs(y - before) / step);
    before = y;
  }
  return { size: size || 1, slope: slope || size || 1 };
}
