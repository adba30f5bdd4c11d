/** How one multi-scalar multiplication is cut into windows. */
export interface MsmPlan {
  /** Bits of a window; digits are signed, so there are 2^(bits - 1) buckets. */
  bits: number;
  windows: number;
}

/** Scalars are first made smaller than r / 2 < 2^253 in absolute value, and signed digits need one bit more. */
const SCALAR_BITS = 254;

/**
 * The cheapest window for `dense` full-size scalars: additions a window are one a point, then 2.14 a bucket for
 * the weighted sum, whose short batches cost half as much again in inversions.
 */
export function planMsm(dense: number): MsmPlan {
  let best: MsmPlan = { bits: 4, windows: Math.ceil(SCALAR_BITS / 4) };
  let lowest = Number.POSITIVE_INFINITY;
  for (let bits = 4; bits <= 15; bits++) {
    const windows = Math.ceil(SCALAR_BITS / bits);
    const cost = windows * (dense + 3.2 * 2 ** (bits - 1) + 500);
    if (cost < lowest) {
      lowest = cost;
      best = { bits, windows };
    }
  }
  return best;
}
