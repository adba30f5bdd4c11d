/**
 * A function of one integer as polynomials on equal segments. The domain is
 * [start, start + 2^(segmentBits + localBits)); with u = x - start, segment = u >> localBits and
 * t = u mod 2^localBits, the value is `sum_j coefs[segment][j] * t^j`. Outside the domain it is affine, by default
 * constant: `below + belowSlope * u` for u < 0, `above + aboveSlope * u` beyond. All in integers: there is no rounding
 * inside.
 */
export interface PiecewiseTable {
  readonly start: bigint;
  readonly segmentBits: number;
  readonly localBits: number;
  /** One row of degree + 1 coefficients a segment; 2^segmentBits rows. */
  readonly coefs: readonly (readonly bigint[])[];
  readonly below: bigint;
  readonly above: bigint;
  /** Change of the value with u below the domain. Default 0. */
  readonly belowSlope?: bigint;
  /** Change of the value with u above the domain. Default 0. */
  readonly aboveSlope?: bigint;
}

interface Interval {
  readonly lo: bigint;
  readonly hi: bigint;
}

/** Bits of the domain's offset u. */
export function domainBits(table: PiecewiseTable): number {
  return table.segmentBits + table.localBits;
}

/** The table's value at x. */
export function evaluatePiecewise(table: PiecewiseTable, x: bigint): bigint {
  const u = x - table.start;
  if (u < 0n) return table.below + (table.belowSlope ?? 0n) * u;
  const segment = u >> BigInt(table.localBits);
  if (segment >= BigInt(table.coefs.length)) return table.above + (table.aboveSlope ?? 0n) * u;
  const t = u & ((1n << BigInt(table.localBits)) - 1n);
  return table.coefs[Number(segment)]!.reduceRight((sum, coef) => sum * t + coef, 0n);
}

/** Bounds of the values that the polynomials take on the domain, by interval arithmetic on each segment. */
export function insideBounds(table: PiecewiseTable): Interval {
  const last = (1n << BigInt(table.localBits)) - 1n;
  let bounds: Interval | undefined;
  for (const coefs of table.coefs) {
    // Horner over the interval t in [0, last]
    let [low, high] = [0n, 0n];
    for (const coef of [...coefs].reverse()) {
      low = coef + (low < 0n ? low * last : 0n);
      high = coef + (high > 0n ? high * last : 0n);
    }
    bounds = bounds ? hull(bounds, { lo: low, hi: high }) : { lo: low, hi: high };
  }
  return bounds!;
}

/** Bounds of all values that the table takes for x in [from, to]. */
export function piecewiseBounds(table: PiecewiseTable, from: bigint, to: bigint): Interval {
  const [first, last] = [from - table.start, to - table.start];
  const size = 1n << BigInt(domainBits(table));
  const below = line(table.below, table.belowSlope, first, last < -1n ? last : -1n);
  const above = line(table.above, table.aboveSlope, first > size ? first : size, last);
  const inside = last >= 0n && first < size ? insideBounds(table) : undefined;
  return [below, inside, above].filter((part) => part !== undefined).reduce(hull);
}

/** Bounds of `value + slope * u` for u in [from, to]; undefined for none. */
function line(value: bigint, slope = 0n, from: bigint, to: bigint): Interval | undefined {
  if (from > to) return undefined;
  const [x, y] = [value + slope * from, value + slope * to];
  return x < y ? { lo: x, hi: y } : { lo: y, hi: x };
}

function hull(a: Interval, b: Interval): Interval {
  return { lo: a.lo < b.lo ? a.lo : b.lo, hi: a.hi > b.hi ? a.hi : b.hi };
}
