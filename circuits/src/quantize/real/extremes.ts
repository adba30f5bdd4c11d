import type { Quantizer } from "../Quantizer.ts";
import {
  affine,
  isConstant,
  laneExpression,
  type RealExpression,
  sumExpressions,
} from "../RealExpression.ts";

/** The largest element of each group. Groups that overlap (pooling windows) share their lanes. */
export function maximum(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  groups: readonly (readonly number[])[],
): RealExpression[] {
  const { lanes, scale } = quantizer.accumulateBits(elements, quantizer.options.outputBits);
  const made = quantizer.graph.maximum(groups.map((group) => group.map((i) => lanes[i]!)));
  return quantizer.describe(made, scale).map(laneExpression);
}

/** The smallest element of each group. */
export function minimum(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  groups: readonly (readonly number[])[],
): RealExpression[] {
  return affine(maximum(quantizer, affine(elements, -1), groups), -1);
}

/** max(0, x) of each element, not rounded further than `accumulateBits` does. */
export function positivePart(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  bits = quantizer.options.outputBits,
): RealExpression[] {
  const symbolic = elements.filter((element) => !isConstant(element));
  const { lanes, scale } = quantizer.accumulateBits(symbolic, bits);
  const made = symbolic.length === 0 ? [] : quantizer.describe(quantizer.graph.relu(lanes, 0), scale);
  let next = 0;
  return elements.map((element) =>
    isConstant(element)
      ? { lanes: [], weights: [], bias: Math.max(0, element.bias) }
      : laneExpression(made[next++]!),
  );
}

/** max(x, floor) of each element. */
export function atLeastConstant(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  floor: number,
): RealExpression[] {
  return affine(positivePart(quantizer, affine(elements, 1, -floor)), 1, floor);
}

/** min(x, ceiling) of each element. */
export function atMostConstant(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  ceiling: number,
): RealExpression[] {
  return affine(positivePart(quantizer, affine(elements, -1, ceiling)), -1, ceiling);
}

/** |x| of each element, as 2 max(0, x) - x. */
export function magnitude(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const { lanes, scale } = quantizer.accumulateBits(elements, quantizer.options.outputBits);
  const positive = quantizer.describe(quantizer.graph.relu(lanes, 0), scale);
  return lanes.map((lane, i) =>
    sumExpressions([
      [2, laneExpression(positive[i]!)],
      [-1, laneExpression(lane)],
    ]),
  );
}
