import type { Quantizer } from "../Quantizer.ts";
import { affine, constantExpression, type RealExpression, sumExpressions } from "../RealExpression.ts";
import { isAtLeast } from "./compare.ts";
import { positivePart } from "./extremes.ts";

/**
 * Integers made indices of `count` elements: those below 0 count from the back, and what is still outside is held at
 * the nearest end. Free where the intervals say that no input can leave them.
 */
export function clampIndex(
  quantizer: Quantizer,
  index: readonly RealExpression[],
  count: number,
): RealExpression[] {
  const wrapped = quantizer.worstCase(index).min < 0 ? fromBack(quantizer, index, count) : index;
  const { min, max } = quantizer.worstCase(wrapped);
  const raised = min < 0 ? positivePart(quantizer, wrapped) : [...wrapped];
  if (max < count) return raised;
  // min(x, last) = last - max(0, last - x)
  const last = count - 1;
  return affine(positivePart(quantizer, affine(raised, -1, last)), -1, last);
}

function fromBack(quantizer: Quantizer, index: readonly RealExpression[], count: number): RealExpression[] {
  const isForward = isAtLeast(
    quantizer,
    index,
    index.map(() => constantExpression(0)),
  );
  return index.map((each, i) =>
    sumExpressions(
      [
        [1, each],
        [-count, isForward[i]!],
      ],
      count,
    ),
  );
}
