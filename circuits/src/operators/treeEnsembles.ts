import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericTensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { classLabelsOf, labelTensor } from "./support/classLabels.ts";
import { numericInput } from "./support/inputs.ts";
import {
  type PostTransform,
  pairOfScore,
  postTransformOf,
  transformScores,
} from "./support/postTransform.ts";
import { roundData } from "./support/roundData.ts";
import { rowsOf } from "./support/rows.ts";
import {
  type Aggregate,
  aggregateTrees,
  numbersOf,
  readTreeEnsemble,
  readTrees,
  type TreeNode,
} from "./support/trees.ts";

const AGGREGATES: readonly Aggregate[] = ["AVERAGE", "SUM", "MIN", "MAX"];
const TRANSFORMS: readonly PostTransform[] = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"];

function splitRows(input: NumericTensor): Float64Array[] {
  const { rows, features } = rowsOf(input);
  return Array.from({ length: rows }, (_, row) => input.data.subarray(row * features, (row + 1) * features));
}

function aggregateOf(name: string): Aggregate {
  const found = AGGREGATES.find((each) => each === name);
  if (found === undefined) throw new OnnxOperatorError(`aggregate_function "${name}" is unknown.`);
  return found;
}

/** One target is only transformed by PROBIT: ONNX Runtime's reading of "post_transform" of a single score. */
function transformTargets(scores: readonly number[], transform: PostTransform): number[] {
  return scores.length === 1 && transform !== "PROBIT" ? [...scores] : transformScores(scores, transform);
}

function regress(
  input: NumericTensor,
  trees: readonly TreeNode[],
  targets: number,
  aggregate: Aggregate,
  transform: PostTransform,
  base: readonly number[],
): Float64Array {
  const isBased = base.length === targets;
  const rows = splitRows(input).map((row) => {
    const { scores } = aggregateTrees(trees, row, targets, aggregate);
    return transformTargets(
      scores.map((score, i) => score + (isBased ? base[i]! : 0)),
      transform,
    );
  });
  return Float64Array.from(rows.flat());
}

export const TreeEnsembleRegressor: Operator = {
  domain: "ai.onnx.ml",
  type: "TreeEnsembleRegressor",
  sinceVersions: [1, 3, 5],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const targets = attributes.int("n_targets", 1);
    const data = regress(
      input,
      readTrees(attributes, "target"),
      targets,
      aggregateOf(attributes.string("aggregate_function", "SUM")),
      postTransformOf(attributes.string("post_transform", "NONE")),
      numbersOf(attributes, "base_values"),
    );
    return [roundData("float32", [rowsOf(input).rows, targets], data)];
  },
};

export const TreeEnsemble: Operator = {
  domain: "ai.onnx.ml",
  type: "TreeEnsemble",
  sinceVersions: [5],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const targets = attributes.int("n_targets");
    const aggregate = AGGREGATES[attributes.int("aggregate_function", 1)];
    const transform = TRANSFORMS[attributes.int("post_transform", 0)];
    if (aggregate === undefined || transform === undefined) {
      throw new OnnxOperatorError("The aggregate_function or post_transform code is unknown.");
    }
    const data = regress(input, readTreeEnsemble(attributes), targets, aggregate, transform, []);
    return [roundData(input.dtype, [rowsOf(input).rows, targets], data)];
  },
};

/** Everything about a tree classifier that does not hang on the row. */
export interface TreeClassifierModel {
  readonly trees: readonly TreeNode[];
  readonly classes: number;
  readonly base: readonly number[];
  /** Two classes of which the leaves weigh only one. */
  readonly isBinary: boolean;
  readonly isAllPositive: boolean;
  readonly transform: PostTransform;
}

/** Reads a TreeEnsembleClassifier node. */
export function treeClassifierOf(attributes: Attributes): TreeClassifierModel {
  const classes = classLabelsOf(attributes, "classlabels_int64s").length;
  const weighed = new Set(attributes.ints("class_ids", []));
  return {
    trees: readTrees(attributes, "class"),
    classes,
    base: numbersOf(attributes, "base_values"),
    isBinary: classes === 2 && weighed.size === 1,
    isAllPositive: numbersOf(attributes, "class_weights").every((weight) => weight >= 0),
    transform: postTransformOf(attributes.string("post_transform", "NONE")),
  };
}

/** Chosen class and scores of one row: the largest score of a class that a leaf spoke of, the first of equals. */
function classifyByScores(model: TreeClassifierModel, row: Float64Array): [number, number[]] {
  const { scores, isScored } = aggregateTrees(model.trees, row, model.classes, "SUM");
  const totals = scores.map((score, i) => score + (model.base[i] ?? 0));
  const candidates = totals.map((score, i) => (isScored[i] || i < model.base.length ? score : -Infinity));
  return [Math.max(0, candidates.indexOf(Math.max(...candidates))), transformScores(totals, model.transform)];
}

/**
 * Two classes of which the leaves weigh one, as converters write binary models. The specification does not say how the
 * one score becomes two, or when the second class wins; this follows ONNX Runtime, by which converters test. The second
 * class wins above 1/2 where all weights are positive (probabilities), else above 0 (margins). Leaves that weigh the
 * first class speak for the second one all the same, and the first gets the complement or the negation.
 */
function classifyByOneScore(model: TreeClassifierModel, row: Float64Array): [number, number[]] {
  const { base, isAllPositive, transform } = model;
  const { scores, isScored } = aggregateTrees(model.trees, row, 2, "SUM");
  const isPlain = isScored[1]!;
  const isBased = isPlain ? base.length === 2 : base.length > 0;
  const score = isPlain ? scores[1]! + (isBased ? base[1]! : 0) : scores[0]! + (isBased ? base[0]! : 0);
  const chosen = Number(score > (isAllPositive ? 0.5 : 0));
  if (isPlain) return [chosen, transformScores([0, score], transform)];
  if (base.length === 2) return [chosen, transformScores([score, 0], transform)];
  if (transform === "PROBIT") return [chosen, [...transformScores([score], transform), 0]];
  const isPair = isAllPositive || transform === "LOGISTIC";
  return [chosen, isPair ? pairOfScore(score, transform) : [-score, score]];
}

/** Outputs the label and the score of each class. */
export const TreeEnsembleClassifier: Operator = {
  domain: "ai.onnx.ml",
  type: "TreeEnsembleClassifier",
  sinceVersions: [1, 3, 5],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const model = treeClassifierOf(attributes);
    const labels = classLabelsOf(attributes, "classlabels_int64s");
    const classify = model.isBinary ? classifyByOneScore : classifyByScores;
    const results = splitRows(input).map((row) => classify(model, row));
    return [
      labelTensor(
        labels,
        results.map(([chosen]) => chosen),
      ),
      roundData(
        "float32",
        [results.length, model.classes],
        Float64Array.from(results.flatMap(([, scores]) => scores)),
      ),
    ];
  },
};
