import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer, ScaledLanes } from "../Quantizer.ts";
import { isConstant, laneExpression, type RealExpression, sumExpressions } from "../RealExpression.ts";
import { lanesOf } from "./lanesOf.ts";
import { boundedFactors, factorBits, narrowDistinct, widthOf } from "./multiply.ts";

/** One term of a sum: element `a` of the left factor times element `b` of the right. */
export type Term = readonly [a: number, b: number];

/** Bits by which a worst case usually exceeds what calibration saw. */
const USUAL_HEADROOM = 5;

/**
 * For each list of terms the sum of a[i] * b[j]. Where one side is constant that is affine and free; else each product
 * costs one constraint. A factor is rounded first only where that costs less than the bits it saves in the sums.
 */
export function sumsOfProducts(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
  sums: Iterable<readonly Term[]>,
): RealExpression[] {
  if (b.every(isConstant)) return weightedSums(quantizer, a, b, sums, 0);
  if (a.every(isConstant)) return weightedSums(quantizer, b, a, sums, 1);
  const lists = [...sums];
  const bits = factorBits(quantizer);
  const [left, right] = boundedFactors(
    quantizer,
    economical(quantizer, lanesOf(quantizer, a, bits), lists.length),
    economical(quantizer, lanesOf(quantizer, b, bits), lists.length),
  );
  const pairs = lists.flat();
  const products = quantizer.describe(
    quantizer.graph.product(
      pairs.map(([i]) => left.lanes[i]!),
      pairs.map(([, j]) => right.lanes[j]!),
    ),
    left.scale + right.scale,
  );
  let next = 0;
  return lists.map((terms) => {
    const lanes: Lane[] = products.slice(next, next + terms.length);
    next += terms.length;
    return { lanes, weights: lanes.map(() => 1), bias: 0 };
  });
}

/** Terms of the composed sums from which on the summed elements become lanes first. */
const MOST_TERMS = 40_000_000;

/** Sums of `x`, which is term number `side`, with constant weights. */
function weightedSums(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  weights: readonly RealExpression[],
  sums: Iterable<readonly Term[]>,
  side: 0 | 1,
): RealExpression[] {
  const lists = [...sums];
  const longest = x.reduce((most, { lanes }) => Math.max(most, lanes.length), 0);
  const terms = lists.reduce((count, list) => count + list.length, 0) * longest;
  const summed =
    longest > 1 && terms > MOST_TERMS
      ? lanesOf(quantizer, x, quantizer.options.outputBits).lanes.map(laneExpression)
      : withoutWideLanes(quantizer, x, lists.length);
  return lists.map((list) =>
    sumExpressions(list.map((term) => [weights[term[1 - side]!]!.bias, summed[term[side]!]!])),
  );
}

/**
 * The expressions with their wide lanes (of tables and products) rounded, where that costs less than the bits that
 * `sums` sums of them would carry on.
 */
function withoutWideLanes(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  sums: number,
): readonly RealExpression[] {
  const byScale = new Map<number, Set<Lane>>();
  const most = factorBits(quantizer) + USUAL_HEADROOM;
  for (const { lanes } of x) {
    for (const lane of lanes) {
      if (widthOf(quantizer, [lane]) <= most) continue;
      const scale = quantizer.scale(lane);
      byScale.set(scale, (byScale.get(scale) ?? new Set()).add(lane));
    }
  }
  const rounded = new Map<Lane, Lane>();
  for (const [scale, set] of byScale) {
    const wide = [...set];
    const width = widthOf(quantizer, wide);
    if (sums * (width - most) <= wide.length * width) continue;
    const { lanes } = quantizer.narrow({ lanes: wide, scale }, factorBits(quantizer));
    for (const [i, lane] of wide.entries()) rounded.set(lane, lanes[i]!);
  }
  if (rounded.size === 0) return x;
  return x.map(({ lanes, weights, bias }) => ({
    lanes: lanes.map((lane) => rounded.get(lane) ?? lane),
    weights,
    bias,
  }));
}

/** The factor rounded, where its own range checks cost less than the bits that the sums would carry on. */
function economical(quantizer: Quantizer, factor: ScaledLanes, sums: number): ScaledLanes {
  const width = widthOf(quantizer, factor.lanes);
  const excess = width - factorBits(quantizer) - USUAL_HEADROOM;
  const distinct = new Set(factor.lanes).size;
  return excess > 0 && sums * excess > distinct * width
    ? narrowDistinct(quantizer, factor, factorBits(quantizer))
    : factor;
}
