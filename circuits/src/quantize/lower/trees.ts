import { QuantizationError } from "../../errors.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { classLabelsOf } from "../../operators/support/classLabels.ts";
import { numbersOf, readTreeEnsemble, readTrees, type TreeNode } from "../../operators/support/trees.ts";
import { treeClassifierOf } from "../../operators/treeEnsembles.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  laneExpression,
  type RealExpression,
  type SymbolicTensor,
  sumExpressions,
} from "../RealExpression.ts";
import { isGreaterThan } from "./activations.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";
import { labelOf } from "./linearModels.ts";
import { postTransform, sigmoids } from "./postTransform.ts";
import { decideBranches } from "./treeDecisions.ts";
import { treeScores } from "./treeScores.ts";

/** The features of each row: a vector is one row. */
export function featureRows({ shape, elements }: SymbolicTensor): RealExpression[][] {
  const rows = shape.length < 2 ? 1 : shape[0]!;
  const width = elements.length / rows;
  return Array.from({ length: rows }, (_, row) => elements.slice(row * width, (row + 1) * width));
}

/** The sum of the leaves that each row reaches, for each target. */
function scoresOf(
  quantizer: Quantizer,
  x: SymbolicTensor,
  trees: readonly TreeNode[],
  targets: number,
): RealExpression[][] {
  return featureRows(x).map((row) =>
    treeScores(quantizer, trees, decideBranches(quantizer, trees, row), targets),
  );
}

function regress(
  quantizer: Quantizer,
  node: PreparedNode,
  x: SymbolicTensor,
  { trees, targets, aggregate, base }: Regression,
): SymbolicTensor[] {
  if (aggregate !== "SUM" && aggregate !== "AVERAGE") {
    throw new QuantizationError(
      `node "${node.name}" (${node.type}) aggregates by ${aggregate}; supported are SUM and AVERAGE`,
    );
  }
  const factor = aggregate === "AVERAGE" ? 1 / trees.length : 1;
  const rows = scoresOf(quantizer, x, trees, targets).map((scores) => {
    return scores.map((score, i) =>
      sumExpressions([[factor, score]], base.length === targets ? base[i]! : 0),
    );
  });
  // A single score is not transformed, as ONNX Runtime reads it.
  const elements = targets === 1 ? rows.flat() : postTransform(quantizer, node, rows.flat(), targets);
  return [{ shape: [rows.length, targets], elements }];
}

interface Regression {
  readonly trees: readonly TreeNode[];
  readonly targets: number;
  readonly aggregate: string;
  readonly base: readonly number[];
}

export const lowerTreeRegressor: LoweringRule = (quantizer, node, inputs) => {
  const { attributes } = node;
  return regress(quantizer, node, symbolicInput(node, inputs, 0), {
    trees: readTrees(attributes, "target"),
    targets: attributes.int("n_targets", 1),
    aggregate: attributes.string("aggregate_function", "SUM"),
    base: numbersOf(attributes, "base_values"),
  });
};

/** The codes of TreeEnsemble's `aggregate_function` and `post_transform`. */
const AGGREGATES = ["AVERAGE", "SUM", "MIN", "MAX"];

export const lowerTreeEnsemble: LoweringRule = (quantizer, node, inputs) => {
  const { attributes } = node;
  if (attributes.int("post_transform", 0) !== 0) {
    throw new QuantizationError(
      `node "${node.name}" (TreeEnsemble) transforms its scores: export raw scores`,
    );
  }
  return regress(quantizer, node, symbolicInput(node, inputs, 0), {
    trees: readTreeEnsemble(attributes),
    targets: attributes.int("n_targets"),
    aggregate: AGGREGATES[attributes.int("aggregate_function", 1)] ?? "unknown",
    base: [],
  });
};

/** Label and scores; what ONNX Runtime makes of two classes of which the leaves weigh one is followed. */
export const lowerTreeClassifier: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const model = treeClassifierOf(node.attributes);
  const { classes, base } = model;
  const rows = scoresOf(quantizer, x, model.trees, classes);
  const labels = classLabelsOf(node.attributes, "classlabels_int64s");
  if (model.isBinary) return classifyByOneScore(quantizer, node, rows, model, labels);
  const totals = rows.map((scores) => scores.map((score, i) => affine([score], 1, base[i] ?? 0)[0]!));
  const { lanes } = quantizer.accumulateBits(totals.flat(), quantizer.options.outputBits);
  const winners = quantizer.graph.argmax(
    totals.map((_, row) => lanes.slice(row * classes, (row + 1) * classes)),
    "first",
  );
  const chosen = quantizer.describe(winners, 0).map(laneExpression);
  return [
    { shape: [rows.length], elements: labelOf(quantizer, chosen, labels, classes) },
    { shape: [rows.length, classes], elements: postTransform(quantizer, node, totals.flat(), classes) },
  ];
};

function classifyByOneScore(
  quantizer: Quantizer,
  node: PreparedNode,
  rows: readonly (readonly RealExpression[])[],
  { base, isAllPositive, trees }: ReturnType<typeof treeClassifierOf>,
  labels: readonly (string | number)[],
): SymbolicTensor[] {
  const isPlain = trees.some((tree) => speaksOf(tree, 1));
  const isBased = isPlain ? base.length === 2 : base.length > 0;
  const target = isPlain ? 1 : 0;
  const scores = rows.map((row) => affine([row[target]!], 1, isBased ? base[target]! : 0)[0]!);
  const chosen = isGreaterThan(quantizer, scores, isAllPositive ? 0.5 : 0);
  const label = { shape: [rows.length], elements: labelOf(quantizer, chosen, labels, 2) };
  const pair = (first: readonly RealExpression[], second: readonly RealExpression[]) => [
    label,
    { shape: [rows.length, 2], elements: first.flatMap((each, i) => [each, second[i]!]) },
  ];
  const zeros = scores.map(() => constantExpression(0));
  const transformed = (first: readonly RealExpression[], second: readonly RealExpression[]) => {
    const both = first.flatMap((each, i) => [each, second[i]!]);
    return [label, { shape: [rows.length, 2], elements: postTransform(quantizer, node, both, 2) }];
  };
  if (isPlain) return transformed(zeros, scores);
  if (base.length === 2) return transformed(scores, zeros);
  const transform = node.attributes.string("post_transform", "NONE");
  if (transform === "LOGISTIC") {
    const second = sigmoids(quantizer, scores);
    return pair(affine(second, -1, 1), second);
  }
  return isAllPositive ? pair(affine(scores, -1, 1), scores) : pair(affine(scores, -1), scores);
}

function speaksOf(node: TreeNode, target: number): boolean {
  return node.kind === "leaf"
    ? node.weights.some((each) => each.target === target)
    : speaksOf(node.whenTrue, target) || speaksOf(node.whenFalse, target);
}
