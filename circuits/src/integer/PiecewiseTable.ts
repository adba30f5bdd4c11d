/**
 * A function of one integer as polynomials on equal segments, saturated outside. The domain is
 * [start, start + 2^(segmentBits + localBits)); with u = x - start, segment = u >> localBits and
 * t = u mod 2^localBits, the value is `sum_j coefs[segment][j] * t^j`; below the domain it is `below`,
 * above it is `above`. All in integers: there is no rounding inside.
 */
export interface PiecewiseTable {
  readonly start: bigint;
  readonly segmentBits: number;
  readonly localBits: number;
  /** One row of degree + 1 coefficients a segment; 2^segmentBits rows. */
  readonly coefs: readonly (readonly bigint[])[];
  readonly below: bigint;
  readonly above: bigint;
}

/** Bits of the domain's offset u. */
export function domainBits(table: PiecewiseTable): number {
  return table.segmentBits + table.localBits;
}

/** The table's value at x. */
export function evaluatePiecewise(table: PiecewiseTable, x: bigint): bigint {
  const u = x - table.start;
  if (u < 0n) return table.below;
  const segment = u >> BigInt(table.localBits);
  if (segment >= BigInt(table.coefs.length)) return table.above;
  const t = u & ((1n << BigInt(table.localBits)) - 1n);
  return table.coefs[Number(segment)]!.reduceRight((sum, coef) => sum * t + coef, 0n);
}

/** Bounds of all values that the table can take, by interval arithmetic on each segment. */
export function piecewiseBounds(table: PiecewiseTable): { lo: bigint; hi: bigint } {
  const last = (1n << BigInt(table.localBits)) - 1n;
  let [lo, hi] = table.below < table.above ? [table.below, table.above] : [table.above, table.below];
  for (const coefs of table.coefs) {
    // Horner over the interval t in [0, last]
    let [low, high] = [0n, 0n];
    for (const coef of [...coefs].reverse()) {
      low = coef + (low < 0n ? low * last : 0n);
      high = coef + (high > 0n ? high * last : 0n);
    }
    if (low < lo) lo = low;
    if (high > hi) hi = high;
  }
  return { lo, hi };
}
