import { QuantizationError } from "../../errors.ts";
import { normalizeAxis, product } from "../../operators/support/axes.ts";
import { stridesOf } from "../../operators/support/strides.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  add,
  affine,
  constantExpression,
  laneExpression,
  type RealExpression,
  subtract,
} from "../RealExpression.ts";
import { choose } from "../real/choose.ts";
import { isAtLeast } from "../real/compare.ts";
import { positionsAlong } from "./groups.ts";
import { constantInput, symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** Values and positions of the groups' elements, column by column. */
interface Columns {
  readonly values: RealExpression[][];
  readonly indices: RealExpression[][];
}

/**
 * The k largest elements in order, of equals the first ones first: k passes of comparing neighbours from the back and
 * exchanging them where the later one is larger; each exchange is a comparison and a product for value and position.
 */
export const lowerTopK: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const axis = normalizeAxis(node.attributes.int("axis", -1), x.shape.length);
  const k = node.opset < 10 ? node.attributes.int("k") : constantInput(node, inputs, 1)?.data[0];
  if (k === undefined || k > x.shape[axis]!) {
    throw new QuantizationError(`node "${node.name}" (TopK) needs a constant k of at most ${x.shape[axis]}`);
  }
  const sign = node.attributes.int("largest", 1) === 0 ? -1 : 1;
  const { groups } = positionsAlong(x.shape, [axis]);
  const { lanes } = quantizer.accumulateBits(affine(x.elements, sign), quantizer.options.outputBits);
  const count = groups[0]?.length ?? 0;
  const columns: Columns = {
    values: Array.from({ length: count }, (_, i) => groups.map((group) => laneExpression(lanes[group[i]!]!))),
    indices: Array.from({ length: count }, (_, i) => groups.map(() => constantExpression(i))),
  };
  for (let place = 0; place < k; place++) {
    for (let i = count - 1; i > place; i--) exchange(quantizer, columns, i);
  }
  const shape = x.shape.with(axis, k);
  const starts = positionsAlong(shape, [axis]).groups.map((group) => group[0]!);
  const stride = stridesOf(shape)[axis]!;
  const values: RealExpression[] = new Array(product(shape));
  const indices: RealExpression[] = new Array(product(shape));
  for (const [g, start] of starts.entries()) {
    for (let place = 0; place < k; place++) {
      values[start + place * stride] = affine([columns.values[place]![g]!], sign)[0]!;
      indices[start + place * stride] = columns.indices[place]![g]!;
    }
  }
  return [
    { shape, elements: values },
    { shape, elements: indices },
  ];
};

/** Moves the larger of columns i - 1 and i to the front; equals stay. */
function exchange(quantizer: Quantizer, { values, indices }: Columns, i: number): void {
  const [first, second] = [values[i - 1]!, values[i]!];
  const stays = isAtLeast(quantizer, first, second);
  const larger = choose(quantizer, stays, first, second);
  const [near, far] = [indices[i - 1]!, indices[i]!];
  const winner = choose(quantizer, stays, near, far);
  values[i] = subtract(add(first, second), larger);
  values[i - 1] = larger;
  indices[i] = subtract(add(near, far), winner);
  indices[i - 1] = winner;
}
