import { normalizeAxis } from "../../operators/support/axes.ts";
import { affine, laneExpression } from "../RealExpression.ts";
import { positionsAlong } from "./groups.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** ArgMax and ArgMin along one axis; ArgMin is the ArgMax of the negated numbers. */
export const lowerArgExtreme: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const axis = normalizeAxis(node.attributes.int("axis", 0), x.shape.length);
  const tie = node.attributes.int("select_last_index", 0) === 0 ? "first" : "last";
  const compared = node.type === "ArgMax" ? x.elements : affine(x.elements, -1);
  const { lanes } = quantizer.accumulateBits(compared, quantizer.options.outputBits);
  const { groups, outer, kept } = positionsAlong(x.shape, [axis]);
  const made = quantizer.graph.argmax(
    groups.map((group) => group.map((i) => lanes[i]!)),
    tie,
  );
  const elements = quantizer.describe(made, 0).map(laneExpression);
  return [{ shape: node.attributes.int("keepdims", 1) === 0 ? outer : kept, elements }];
};
