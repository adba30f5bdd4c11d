import { QuantizationError } from "../../errors.ts";
import type { Lane } from "../../integer/IntegerGraph.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { classLabelsOf } from "../../operators/support/classLabels.ts";
import type { Quantizer } from "../Quantizer.ts";
import { type RealExpression, type SymbolicTensor, sumExpressions } from "../RealExpression.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";
import { lookup } from "./lookup.ts";
import { approximate, SIGMOID } from "./unaryFunction.ts";

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
  return [transform(quantizer, node, scores, "LinearRegressor")];
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
  const label = lookup(quantizer, chosenClass(quantizer, scores, targets), labelValues(labels, targets));
  const probabilities = transform(quantizer, node, scores, "LinearClassifier");
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

function transform(
  quantizer: Quantizer,
  node: PreparedNode,
  scores: SymbolicTensor,
  type: string,
): SymbolicTensor {
  const name = node.attributes.string("post_transform", "NONE");
  if (name === "NONE") return scores;
  if (name === "LOGISTIC") return approximate(quantizer, SIGMOID, scores);
  throw new QuantizationError(
    `node "${node.name}" (${type}) has post_transform ${name}; supported are NONE and LOGISTIC. Export raw scores`,
  );
}

/** Index of the winning class of each row, one lane each. */
function chosenClass(quantizer: Quantizer, scores: SymbolicTensor, targets: number): Lane[] {
  // Scores are logits: an absolute resolution of 2^-outputBits tells them apart.
  const scale = quantizer.accumulatorScale(scores.elements, quantizer.options.outputBits);
  const lanes = quantizer.lanesAt(scores.elements, scale, 1);
  const { graph } = quantizer;
  if (targets === 1) return graph.atLeast(lanes, graph.constants(lanes.map(() => 1n)));
  const groups = Array.from({ length: scores.shape[0]! }, (_, row) =>
    lanes.slice(row * targets, (row + 1) * targets),
  );
  return graph.argmax(groups, "first");
}

function labelValues(labels: readonly (string | number)[], targets: number): number[] {
  const classes = targets === 1 ? 2 : targets;
  return Array.from({ length: classes }, (_, i) => {
    const label = labels[i];
    return typeof label === "number" ? label : i;
  });
}

/**
 * Division of each row by its L1 norm, where the norm does not depend on the input: probabilities that already sum to
 * a constant.
 */
export const lowerNormalizer: LoweringRule = (_quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const width = x.shape.at(-1) ?? 1;
  const elements = x.elements.flatMap((_, i) => {
    if (i % width !== 0) return [];
    const row = x.elements.slice(i, i + width);
    const sum = sumExpressions(row.map((element): [number, RealExpression] => [1, element]));
    if (node.attributes.string("norm", "MAX") !== "L1" || sum.lanes.length > 0 || sum.bias <= 0) {
      throw new QuantizationError(
        `node "${node.name}" (Normalizer) divides by a norm that depends on the input, which is not supported: ` +
          "export the model without it",
      );
    }
    return row.map((element) => sumExpressions([[1 / sum.bias, element]]));
  });
  return [{ shape: x.shape, elements }];
};
