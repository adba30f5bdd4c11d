import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer, ScaledLanes } from "../Quantizer.ts";
import { isConstant, type RealExpression, sumExpressions } from "../RealExpression.ts";
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
  if (b.every(isConstant)) {
    return Array.from(sums, (terms) => sumExpressions(terms.map(([i, j]) => [b[j]!.bias, a[i]!])));
  }
  if (a.every(isConstant)) {
    return Array.from(sums, (terms) => sumExpressions(terms.map(([i, j]) => [a[i]!.bias, b[j]!])));
  }
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

/** The factor rounded, where its own range checks cost less than the bits that the sums would carry on. */
function economical(quantizer: Quantizer, factor: ScaledLanes, sums: number): ScaledLanes {
  const width = widthOf(quantizer, factor.lanes);
  const excess = width - factorBits(quantizer) - USUAL_HEADROOM;
  const distinct = new Set(factor.lanes).size;
  return excess > 0 && sums * excess > distinct * width
    ? narrowDistinct(quantizer, factor, factorBits(quantizer))
    : factor;
}
