import { QuantizationError } from "../errors.ts";
import type { PiecewiseTable } from "../integer/PiecewiseTable.ts";
import { interpolate } from "./interpolate.ts";
import { scaledInteger } from "./scaledInteger.ts";

/** The line that a function follows outside of a table's domain. */
export interface Asymptote {
  readonly slope: number;
  readonly offset: number;
}

export interface FitOptions {
  /** Scale of the table's argument: real x = integer / 2^inputScale. */
  readonly inputScale: number;
  /** Real interval that the polynomials must cover. */
  readonly domain: readonly [from: number, to: number];
  /** Largest absolute error allowed inside the domain. */
  readonly tolerance: number;
  /** The end that falls exactly on a segment's border, so that a kink there costs nothing. Default "from". */
  readonly anchor?: "from" | "to";
  /** What the function follows below the domain. Default: the constant f(from). */
  readonly below?: Asymptote | undefined;
  /** What the function follows above the domain. Default: the constant f(to). */
  readonly above?: Asymptote | undefined;
}

export interface FittedTable {
  readonly table: PiecewiseTable;
  /** Scale of the table's values. */
  readonly outputScale: number;
}

const MAX_SEGMENT_BITS = 7;
const MAX_DEGREE = 4;
/** Points at which each segment's error is measured. */
const PROBES = 48;

interface Layout {
  /** Integer at which the domain begins. */
  readonly start: number;
  readonly inputScale: number;
  readonly segmentBits: number;
  readonly localBits: number;
}

/**
 * The cheapest table of equal segments and polynomials that approximates `f` within the tolerance: 2^s - s - 1
 * constraints select the coefficients, each degree costs one more, and the bits of the values are paid by whatever
 * reads them. Where the domain does not fill the last segment, the segment's polynomial runs on to its end.
 *
 * @throws QuantizationError when 128 segments of degree 4 are not enough.
 */
export function fitPiecewise(f: (x: number) => number, options: FitOptions): FittedTable {
  const { inputScale, domain, tolerance } = options;
  const first = Math.floor(domain[0] * 2 ** inputScale);
  const end = Math.ceil(domain[1] * 2 ** inputScale);
  const domainBits = Math.max(1, Math.ceil(Math.log2(Math.max(1, end - first))));
  const start = options.anchor === "to" ? end - 2 ** domainBits : first;
  let best: (Layout & { cost: number; outputScale: number; segments: number[][] }) | undefined;
  for (let segmentBits = 0; segmentBits <= Math.min(MAX_SEGMENT_BITS, domainBits); segmentBits++) {
    for (let degree = 0; degree <= MAX_DEGREE; degree++) {
      const layout = { start, inputScale, segmentBits, localBits: domainBits - segmentBits };
      const outputScale = outputScaleFor(degree, layout.localBits, options);
      const cost = 2 ** segmentBits - segmentBits - 1 + degree + outputScale;
      if (best && cost >= best.cost) continue;
      const segments = fitSegments(f, layout, degree, { ...options, tolerance: tolerance / 2 });
      if (segments) best = { ...layout, cost, outputScale, segments };
    }
  }
  if (!best) {
    throw new QuantizationError(
      `no table of ${2 ** MAX_SEGMENT_BITS} segments of degree ${MAX_DEGREE} meets ${tolerance} on [${domain}]: ` +
        "allow a larger function tolerance or narrow the range",
    );
  }
  return { outputScale: best.outputScale, table: integerTable(best.segments, best, lineEnds(f, options)) };
}

/** Bits after the point such that rounding degree + 1 coefficients costs at most half the tolerance. */
function outputScaleFor(degree: number, localBits: number, options: FitOptions): number {
  const scale = Math.ceil(degree * localBits + Math.log2((degree + 1) / options.tolerance));
  const isSloped = (options.below?.slope ?? 0) !== 0 || (options.above?.slope ?? 0) !== 0;
  // A slope of one is exact where the values are at least as fine as the argument.
  return isSloped ? Math.max(scale, options.inputScale) : scale;
}

/** Both lines, the constants included. */
function lineEnds(f: (x: number) => number, { domain, below, above }: FitOptions): [Asymptote, Asymptote] {
  return [below ?? { slope: 0, offset: f(domain[0]) }, above ?? { slope: 0, offset: f(domain[1]) }];
}

/** Polynomial coefficients in z = t / 2^localBits in [0, 1), a row a segment; undefined when some segment misses the tolerance. */
function fitSegments(
  f: (x: number) => number,
  layout: Layout,
  degree: number,
  options: FitOptions,
): number[][] | undefined {
  const [below, above] = lineEnds(f, options);
  const [from, to] = options.domain;
  const width = 2 ** (layout.localBits - layout.inputScale);
  const rows: number[][] = [];
  for (let segment = 0; segment < 2 ** layout.segmentBits; segment++) {
    const left = layout.start / 2 ** layout.inputScale + segment * width;
    const isOutside = left >= to || left + width <= from;
    const line = left >= to ? above : below;
    const g = isOutside ? (x: number) => line.slope * x + line.offset : f;
    // Only the part inside the domain is fitted: the function may not exist beyond.
    const [low, high] = isOutside
      ? [0, 1]
      : [Math.max(0, (from - left) / width), Math.min(1, (to - left) / width)];
    const row = interpolate((z) => g(left + z * width), degree, low, high);
    for (let probe = 0; probe <= PROBES; probe++) {
      const z = low + ((high - low) * probe) / PROBES;
      const error = row.reduceRight((sum, coef) => sum * z + coef, 0) - g(left + z * width);
      if (!(Math.abs(error) <= options.tolerance)) return undefined;
    }
    rows.push(row);
  }
  return rows;
}

function integerTable(
  segments: readonly number[][],
  { start, inputScale, segmentBits, localBits, outputScale }: Layout & { outputScale: number },
  [below, above]: [Asymptote, Asymptote],
): PiecewiseTable {
  // Lines are counted from the domain's start: slope * (x - start) + value at start.
  const atStart = ({ slope, offset }: Asymptote) =>
    scaledInteger((slope * start) / 2 ** inputScale + offset, outputScale);
  const steepness = ({ slope }: Asymptote) => scaledInteger(slope, outputScale - inputScale);
  return {
    start: BigInt(start),
    segmentBits,
    localBits,
    // z = t / 2^localBits, so the coefficient of t^j is that of z^j over 2^(j * localBits).
    coefs: segments.map((row) => row.map((coef, j) => scaledInteger(coef, outputScale - j * localBits))),
    below: atStart(below),
    above: atStart(above),
    ...(below.slope === 0 ? {} : { belowSlope: steepness(below) }),
    ...(above.slope === 0 ? {} : { aboveSlope: steepness(above) }),
  };
}
