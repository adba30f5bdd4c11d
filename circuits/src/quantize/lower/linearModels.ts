import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { classLabelsOf } from "../../operators/support/classLabels.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
  type SymbolicTensor,
  sumExpressions,
  total,
} from "../RealExpression.ts";
import { isAtLeast } from "../real/compare.ts";
import { divide } from "../real/divide.ts";
import { magnitude, maximum } from "../real/extremes.ts";
import { lookUp } from "../real/lookup.ts";
import { positionsAlong } from "./groups.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";
import { normalizeRows } from "./normalizations.ts";
import { postTransform } from "./postTransform.ts";

/** (x - offset) * scale, a feature. */
export const lowerScaler: LoweringRule = (_quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const features = x.shape.at(-1) ?? 1;
  const [offsets, scales] = [node.attributes.floats("offset", [0]), node.attributes.floats("scale", [1])];
  const elements = x.elements.map((element, i) => {
    const feature = i % features;
    const scale = scales[scales.length === 1 ? 0 : feature]!;
    return sumExpressions([[scale, element]], -offsets[offsets.length === 1 ? 0 : feature]! * scale);
  });
  return [{ shape: x.shape, elements }];
};

export const lowerLinearRegressor: LoweringRule = (quantizer, node, inputs) => {
  const targets = node.attributes.int("targets", 1);
  const scores = linearScores(node, symbolicInput(node, inputs, 0), targets);
  return [{ shape: scores.shape, elements: postTransform(quantizer, node, scores.elements, targets) }];
};

/**
 * Label and scores. The label is the class of the largest score, for one score the second class when it is positive;
 * a label that is a string is given as the index of its class.
 */
export const lowerLinearClassifier: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const features = x.shape.at(-1) ?? 1;
  const coefficients = node.attributes.floats("coefficients").length;
  const targets = node.attributes.floats("intercepts", []).length || coefficients / features;
  const scores = linearScores(node, x, targets);
  const labels = classLabelsOf(node.attributes, "classlabels_ints");
  const label = labelOf(quantizer, chosenClass(quantizer, scores, targets), labels, targets);
  const probabilities = {
    shape: scores.shape,
    elements: postTransform(quantizer, node, scores.elements, targets),
  };
  const isBinary = targets === 1 && labels.length === 2;
  return [
    { shape: [scores.shape[0]!], elements: label },
    isBinary
      ? {
          shape: [scores.shape[0]!, 2],
          elements: probabilities.elements.flatMap((p) => [sumExpressions([[-1, p]], 1), p]),
        }
      : probabilities,
  ];
};

function linearScores(node: PreparedNode, x: SymbolicTensor, targets: number): SymbolicTensor {
  const features = x.shape.at(-1) ?? 1;
  const rows = x.elements.length / features;
  const coefficients = node.attributes.floats("coefficients");
  const intercepts = node.attributes.floats("intercepts", []);
  const elements: RealExpression[] = [];
  for (let row = 0; row < rows; row++) {
    for (let target = 0; target < targets; target++) {
      const terms = Array.from({ length: features }, (_, i): [number, RealExpression] => [
        coefficients[target * features + i]!,
        x.elements[row * features + i]!,
      ]);
      elements.push(sumExpressions(terms, intercepts[target] ?? 0));
    }
  }
  return { shape: [rows, targets], elements };
}

/** The chosen class' label as a number, a string's being its place. */
export function labelOf(
  quantizer: Quantizer,
  chosen: readonly RealExpression[],
  labels: readonly (string | number)[],
  classes: number,
): RealExpression[] {
  const values = labelValues(labels, classes).map(constantExpression);
  const step = values.length > 1 ? values[1]!.bias - values[0]!.bias : 0;
  if (values.every(({ bias }, i) => bias === values[0]!.bias + i * step))
    return affine(chosen, step, values[0]!.bias);
  return lookUp(
    quantizer,
    chosen,
    chosen.map(() => values),
  );
}

/** Index of the winning class of each row. */
function chosenClass(quantizer: Quantizer, scores: SymbolicTensor, targets: number): RealExpression[] {
  const zeros = scores.elements.map(() => constantExpression(0));
  // One score: the second class where it is positive.
  if (targets === 1) return affine(isAtLeast(quantizer, zeros, scores.elements), -1, 1);
  const { lanes } = quantizer.accumulateBits(scores.elements, quantizer.options.outputBits);
  const groups = Array.from({ length: scores.shape[0]! }, (_, row) =>
    lanes.slice(row * targets, (row + 1) * targets),
  );
  return quantizer.describe(quantizer.graph.argmax(groups, "first"), 0).map(laneExpression);
}

function labelValues(labels: readonly (string | number)[], targets: number): number[] {
  const classes = targets === 1 ? 2 : targets;
  return Array.from({ length: classes }, (_, i) => {
    const label = labels[i];
    return typeof label === "number" ? label : i;
  });
}

/** Division of each row by its norm. */
export const lowerNormalizer: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const { groups } = positionsAlong(x.shape, [x.shape.length - 1]);
  const norm = node.attributes.string("norm", "MAX");
  return [{ shape: x.shape, elements: byNorm(quantizer, x.elements, groups, norm) }];
};

function byNorm(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  groups: readonly (readonly number[])[],
  norm: string,
): RealExpression[] {
  if (norm === "L1" && quantizer.worstCase(x).min >= 0) {
    // Probabilities whose sum does not depend on the input: division by a constant.
    const sums = groups.map((group) => total(group.map((i) => x[i]!)));
    if (sums.every((sum) => isConstant(sum) && sum.bias > 0)) {
      return groups.flatMap((group, g) =>
        affine(
          group.map((i) => x[i]!),
          1 / sums[g]!.bias,
        ),
      );
    }
  }
  if (norm === "L1" || norm === "L2") return normalizeRows(quantizer, x, groups, norm);
  const largest = maximum(quantizer, magnitude(quantizer, x), groups);
  const divisors: RealExpression[] = [];
  for (const [g, group] of groups.entries()) for (const i of group) divisors[i] = largest[g]!;
  return divide(quantizer, x, divisors);
}
