import type { Quantizer } from "../Quantizer.ts";
import { affine, isConstant, laneExpression, type RealExpression } from "../RealExpression.ts";
import { clampIndex } from "./clampIndex.ts";

/** An index as `base + sum 2^k bits[k]`; `names` tell equal bits of different indices. */
export interface IndexBits {
  readonly base: number;
  readonly bits: readonly RealExpression[];
  readonly names: readonly string[];
}

/**
 * The bits of each index into `counts[i]` elements (nothing for a constant one). An index that is written as a sum of
 * bits with different powers of two, as decisions in trees are, has its bits already; any other is held in range and
 * split, counted from the least value that its interval allows.
 */
export function indexBits(
  quantizer: Quantizer,
  index: readonly RealExpression[],
  counts: readonly number[],
): (IndexBits | undefined)[] {
  const known = new Map<RealExpression, IndexBits>();
  return index.map((each, i) => {
    if (isConstant(each)) return undefined;
    const bits =
      known.get(each) ?? writtenBits(quantizer, each, counts[i]!) ?? splitIndex(quantizer, each, counts[i]!);
    known.set(each, bits);
    return bits;
  });
}

/** The bits of `bias + sum w * lane` with boolean lanes and weights plus or minus different powers of two. */
function writtenBits(
  quantizer: Quantizer,
  { lanes, weights, bias }: RealExpression,
  count: number,
): IndexBits | undefined {
  const bits: RealExpression[] = [];
  const names: string[] = [];
  let base = bias;
  for (const [i, lane] of lanes.entries()) {
    const weight = weights[i]!;
    const place = Math.log2(Math.abs(weight));
    const isBoolean =
      quantizer.scale(lane) === 0 && quantizer.graph.lo(lane) >= 0n && quantizer.graph.hi(lane) <= 1n;
    if (!isBoolean || !Number.isInteger(place) || place < 0 || bits[place]) return undefined;
    // -w b = w (1 - b) - w
    const bit = laneExpression(lane);
    bits[place] = weight > 0 ? bit : affine([bit], -1, 1)[0]!;
    names[place] = weight > 0 ? `${lane}` : `not ${lane}`;
    if (weight < 0) base += weight;
  }
  const isContiguous = bits.length === lanes.length;
  const isInside = Number.isInteger(base) && base >= 0 && base + 2 ** bits.length <= count;
  return isContiguous && isInside ? { base, bits, names } : undefined;
}

function splitIndex(quantizer: Quantizer, index: RealExpression, count: number): IndexBits {
  const [held] = clampIndex(quantizer, [index], count);
  const { min, max } = quantizer.worstCase([held!]);
  const [base, last] = [Math.max(0, min), Math.min(count - 1, max)];
  const width = Math.max(1, Math.ceil(Math.log2(last - base + 1)));
  const [lane] = quantizer.lanesAt(affine([held!], 1, -base), 0);
  const bits = quantizer.describe(quantizer.graph.bits([lane!], width), 0);
  return { base, bits: bits.map(laneExpression), names: bits.map((bit) => `${bit}`) };
}
