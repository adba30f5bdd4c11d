import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { normalizeAxis, range } from "../../operators/support/axes.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  constantExpression,
  laneExpression,
  type RealExpression,
  type SymbolicTensor,
  subtract,
  total,
} from "../RealExpression.ts";
import { divide } from "../real/divide.ts";
import { positionsAlong } from "./groups.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";
import { belowLargest, decays, logOfDecays } from "./reductions.ts";

type Groups = readonly (readonly number[])[];

/** Before opset 13 all axes from `axis` (default 1) on are one group; since then the one axis (default -1) is. */
function softmaxGroups({ attributes, opset }: PreparedNode, { shape }: SymbolicTensor): Groups {
  const axis = normalizeAxis(attributes.int("axis", opset < 13 ? 1 : -1), shape.length);
  return positionsAlong(shape, opset < 13 ? range(shape.length).slice(axis) : [axis]).groups;
}

/**
 * e^(x - largest) / sum: the largest by comparisons, one table an element, one reciprocal a group, one product an
 * element. The sum is at least 1, up to the table's error.
 */
export function softmax(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  groups: Groups,
): RealExpression[] {
  const { below } = belowLargest(quantizer, elements, groups);
  const powers = decays(quantizer, below);
  const sums: RealExpression[] = [];
  for (const group of groups) {
    const sum = total(group.map((i) => powers[i]!));
    for (const i of group) sums[i] = sum;
  }
  return divide(quantizer, powers, sums);
}

export const lowerSoftmax: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  return [{ shape: x.shape, elements: softmax(quantizer, x.elements, softmaxGroups(node, x)) }];
};

/** x - largest - ln(sum e^(x - largest)) */
export const lowerLogSoftmax: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const groups = softmaxGroups(node, x);
  const { below } = belowLargest(quantizer, x.elements, groups);
  const powers = decays(quantizer, below);
  const logs = logOfDecays(
    quantizer,
    groups.map((group) => total(group.map((i) => powers[i]!))),
    Math.max(2, groups[0]?.length ?? 2),
  );
  const elements: RealExpression[] = [];
  for (const [g, group] of groups.entries()) {
    for (const i of group) elements[i] = subtract([below[i]!], [logs[g]!])[0]!;
  }
  return [{ shape: x.shape, elements }];
};

/** 1 at the first largest element of each group, 0 elsewhere. */
export const lowerHardmax: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const groups = softmaxGroups(node, x);
  const { graph } = quantizer;
  const { lanes } = quantizer.accumulateBits(x.elements, quantizer.options.outputBits);
  const winners = quantizer.describe(
    graph.argmax(
      groups.map((group) => group.map((i) => lanes[i]!)),
      "first",
    ),
    0,
  );
  const differences = graph.affine(
    groups.flatMap((group, g) =>
      group.map((_, k) => ({ lanes: [winners[g]!], weights: [1n], bias: -BigInt(k) })),
    ),
  );
  const hits = quantizer.describe(graph.isZero(quantizer.describe(differences, 0)), 0);
  const elements: RealExpression[] = x.elements.map(() => constantExpression(0));
  for (const [k, i] of groups.flat().entries()) elements[i] = laneExpression(hits[k]!);
  return [{ shape: x.shape, elements }];
};
