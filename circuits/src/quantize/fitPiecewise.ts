import { QuantizationError } from "../errors.ts";
import type { PiecewiseTable } from "../integer/PiecewiseTable.ts";
import { scaledInteger } from "./Quantizer.ts";

export interface FitOptions {
  /** Scale of the table's argument: real x = integer / 2^inputScale. */
  readonly inputScale: number;
  /** Real interval that the polynomials must cover; outside it the function is constant to within the tolerance, or never asked. */
  readonly domain: readonly [from: number, to: number];
  /** Largest absolute error allowed inside the domain. */
  readonly tolerance: number;
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

/**
 * The cheapest table of equal segments and polynomials that approximates `f` within the tolerance: 2^s - s - 1
 * constraints select the coefficients, each degree costs one more, and the bits of the values are paid by whatever
 * reads them.
 *
 * @throws QuantizationError when 128 segments of degree 4 are not enough.
 */
export function fitPiecewise(f: (x: number) => number, options: FitOptions): FittedTable {
  const { inputScale, domain, tolerance } = options;
  const start = Math.floor(domain[0] * 2 ** inputScale);
  const span = Math.max(1, Math.ceil(domain[1] * 2 ** inputScale) - start);
  const domainBits = Math.max(1, Math.ceil(Math.log2(span)));
  let best: (FittedTable & { cost: number }) | undefined;
  for (let segmentBits = 0; segmentBits <= Math.min(MAX_SEGMENT_BITS, domainBits); segmentBits++) {
    for (let degree = 0; degree <= MAX_DEGREE; degree++) {
      const localBits = domainBits - segmentBits;
      const outputScale = outputScaleFor(degree, localBits, tolerance);
      const cost = 2 ** segmentBits - segmentBits - 1 + degree + outputScale;
      if (best && cost >= best.cost) continue;
      const segments = fitSegments(f, {
        start,
        inputScale,
        segmentBits,
        localBits,
        degree,
        tolerance: tolerance / 2,
      });
      if (!segments) continue;
      best = {
        cost,
        outputScale,
        table: integerTable(f, segments, { start, inputScale, segmentBits, localBits, outputScale }),
      };
    }
  }
  if (!best) {
    throw new QuantizationError(
      `no table of ${2 ** MAX_SEGMENT_BITS} segments of degree ${MAX_DEGREE} meets ${tolerance} on [${domain}]: ` +
        "allow a larger function tolerance or narrow the range",
    );
  }
  return best;
}

interface Layout {
  readonly start: number;
  readonly inputScale: number;
  readonly segmentBits: number;
  readonly localBits: number;
}

/** Bits after the point such that rounding degree + 1 coefficients costs at most half the tolerance. */
function outputScaleFor(degree: number, localBits: number, tolerance: number): number {
  return Math.ceil(degree * localBits + Math.log2((degree + 1) / tolerance));
}

/** Polynomial coefficients in z = t / 2^localBits in [0, 1), a row a segment; undefined when some segment misses the tolerance. */
function fitSegments(
  f: (x: number) => number,
  layout: Layout & { degree: number; tolerance: number },
): number[][] | undefined {
  const { degree, tolerance } = layout;
  const rows: number[][] = [];
  for (let segment = 0; segment < 2 ** layout.segmentBits; segment++) {
    const at = (z: number): number => f(realAt(layout, segment, z));
    const row = interpolate(at, degree);
    for (let probe = 0; probe <= PROBES; probe++) {
      const z = probe / PROBES;
      const error = row.reduceRight((sum, coef) => sum * z + coef, 0) - at(z);
      if (!(Math.abs(error) <= tolerance)) return undefined;
    }
    rows.push(row);
  }
  return rows;
}

function realAt({ start, inputScale, localBits }: Layout, segment: number, z: number): number {
  return (start + (segment + z) * 2 ** localBits) / 2 ** inputScale;
}

/** Interpolation at the Chebyshev nodes of [0, 1], in the monomial basis (Newton's divided differences). */
function interpolate(f: (z: number) => number, degree: number): number[] {
  const nodes = Array.from({ length: degree + 1 }, (_, i) => {
    return (1 - Math.cos((Math.PI * (2 * i + 1)) / (2 * degree + 2))) / 2;
  });
  const differences = nodes.map(f);
  for (let order = 1; order <= degree; order++) {
    for (let i = degree; i >= order; i--) {
      differences[i] = (differences[i]! - differences[i - 1]!) / (nodes[i]! - nodes[i - order]!);
    }
  }
  let polynomial: number[] = [];
  for (let i = degree; i >= 0; i--) {
    const shifted = [0, ...polynomial];
    for (const [j, coef] of polynomial.entries()) shifted[j] = shifted[j]! - nodes[i]! * coef;
    shifted[0] = shifted[0]! + differences[i]!;
    polynomial = shifted;
  }
  return polynomial;
}

function integerTable(
  f: (x: number) => number,
  segments: readonly number[][],
  layout: Layout & { outputScale: number },
): PiecewiseTable {
  const { start, segmentBits, localBits, outputScale } = layout;
  const last = 2 ** segmentBits - 1;
  return {
    start: BigInt(start),
    segmentBits,
    localBits,
    // z = t / 2^localBits, so the coefficient of t^j is that of z^j over 2^(j * localBits).
    coefs: segments.map((row) => row.map((coef, j) => scaledInteger(coef, outputScale - j * localBits))),
    below: scaledInteger(f(realAt(layout, 0, 0)), outputScale),
    above: scaledInteger(f(realAt(layout, last, 1)), outputScale),
  };
}
