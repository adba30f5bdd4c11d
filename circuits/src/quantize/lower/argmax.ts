import type { Lane } from "../../integer/IntegerGraph.ts";
import { normalizeAxis } from "../../operators/support/axes.ts";
import type { Quantizer } from "../Quantizer.ts";
import { laneExpression, type SymbolicTensor } from "../RealExpression.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** Lanes of a tensor that are to be compared with each other, all at one scale fine enough for `name`'s range. */
export function comparableLanes(quantizer: Quantizer, x: SymbolicTensor, name: string): Lane[] {
  const magnitude = quantizer.calibratedMagnitude(name);
  const resolution = quantizer.scaleFor(magnitude, quantizer.options.outputBits);
  const scale = quantizer.accumulatorScale(x.elements, resolution);
  return quantizer.lanesAt(x.elements, scale, magnitude);
}

/** ArgMax and ArgMin along one axis; ArgMin is the ArgMax of the negated lanes. */
export const lowerArgExtreme: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const axis = normalizeAxis(node.attributes.int("axis", 0), x.shape.length);
  const tie = node.attributes.int("select_last_index", 0) === 0 ? "first" : "last";
  const comparable = comparableLanes(quantizer, x, node.inputs[0]!);
  const lanes =
    node.type === "ArgMax"
      ? comparable
      : quantizer.graph.affine(comparable.map((lane) => ({ lanes: [lane], weights: [-1n], bias: 0n })));
  const count = x.shape[axis]!;
  const inner = x.shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const groups = Array.from({ length: lanes.length / count }, (_, i) => {
    const start = Math.floor(i / inner) * count * inner + (i % inner);
    return Array.from({ length: count }, (_unused, j) => lanes[start + j * inner]!);
  });
  const indices = quantizer.describe(quantizer.graph.argmax(groups, tie), 0, count - 1 || 1);
  const kept = x.shape.with(axis, 1);
  const shape = node.attributes.int("keepdims", 1) === 0 ? kept.toSpliced(axis, 1) : kept;
  return [{ shape, elements: indices.map(laneExpression) }];
};
