import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { combine, constantLc, type LinearCombination, subLc, wireLc } from "../builder/linearCombination.ts";
import { bitsFor, type Signal, signal } from "../builder/Signal.ts";
import { atLeast } from "./compare.ts";
import { decompose } from "./decompose.ts";

/** From so many thresholds on, bins are cheaper than comparisons one by one. */
const FEWEST_BINS = 3;

/**
 * For each of the ascending `thresholds` whether x is at least it. k thresholds inside x's interval cost k + 1 boolean
 * bins and twice the bits of the widest bin, in place of k comparisons of all bits.
 *
 * Unique: the bins are boolean and their sum is 1 by the definition of the last, so exactly one is 1; x less that bin's
 * lower end and its upper end less x are both split, hence non-negative, and the bins do not overlap. The results are
 * sums of bins.
 */
export function thresholdBits(builder: CircuitBuilder, x: Signal, thresholds: readonly bigint[]): Signal[] {
  const inside = thresholds.filter((threshold) => threshold > x.lo && threshold <= x.hi);
  const bits = inside.length < FEWEST_BINS ? oneByOne(builder, x, inside) : byBins(builder, x, inside);
  const known = new Map(inside.map((threshold, i) => [threshold, signal(bits[i]!, 0n, 1n)]));
  return thresholds.map((threshold) => {
    const fixed = x.lo >= threshold ? 1n : 0n;
    return known.get(threshold) ?? signal(constantLc(fixed), fixed, fixed);
  });
}

function oneByOne(builder: CircuitBuilder, x: Signal, thresholds: readonly bigint[]): LinearCombination[] {
  return thresholds.map((threshold) => {
    return atLeast(builder, x, { lc: constantLc(threshold), lo: threshold, hi: threshold });
  });
}

function byBins(builder: CircuitBuilder, x: Signal, thresholds: readonly bigint[]): LinearCombination[] {
  const first = builder.newWires(thresholds.length);
  builder.step({ op: "bin", source: x.lc, bounds: thresholds, first });
  const bins = thresholds.map((_, i) => wireLc(first + i));
  const last = combine(
    bins.map((bin): [bigint, LinearCombination] => [-1n, bin]),
    1n,
  );
  bins.push(last);
  for (const bin of bins) builder.assertBoolean(bin);
  const lower = [x.lo, ...thresholds];
  const upper = [...thresholds.map((threshold) => threshold - 1n), x.hi];
  const widest = lower.reduce((most, low, i) => (upper[i]! - low > most ? upper[i]! - low : most), 0n);
  const chosen = (ends: readonly bigint[]) =>
    combine(bins.map((bin, i): [bigint, LinearCombination] => [ends[i]!, bin]));
  decompose(builder, subLc(x.lc, chosen(lower)), bitsFor(widest));
  decompose(builder, subLc(chosen(upper), x.lc), bitsFor(widest));
  // x >= thresholds[i] where one of the bins after i holds x.
  return thresholds.map((_, i) =>
    combine(bins.slice(i + 1).map((bin): [bigint, LinearCombination] => [1n, bin])),
  );
}
