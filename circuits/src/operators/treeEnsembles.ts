import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericTensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { classLabelsOf, labelTensor } from "./support/classLabels.ts";
import { numericInput } from "./support/inputs.ts";
import { type PostTransform, postTransformOf, transformScores } from "./support/postTransform.ts";
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

/** Chosen class and scores of one row with more than two classes: the largest score, the first of equals. */
function classifyMany(model: TreeClassifierModel, row: Float64Array): [number, number[]] {
  const { scores, isScored } = aggregateTrees(model.trees, row, model.classes, "SUM");
  const totals = scores.map((score, i) => score + (model.base[i] ?? 0));
  const candidates = totals.map((score, i) => (isScored[i] || i < model.base.length ? score : -Infinity));
  return [candidates.indexOf(Math.max(...candidates)), transformScores(totals, model.transform)];
}

/**
 * Two classes. The specification does not say how one weighed class becomes two scores, or when the positive one wins;
 * this follows ONNX Runtime, by which converters test: above 1/2 where all weights are positive (probabilities), else
 * above 0 (margins), the other score being the complement or the negation.
 */
function classifyTwo(model: TreeClassifierModel, row: Float64Array): [number, number[]] {
  const { base, transform } = model;
  const { scores, isScored } = aggregateTrees(model.trees, row, 2, "SUM");
  let [first, second] = scores as [number, number];
  let hasSecond = isScored[1]!;
  if (base.length === 2) {
    if (hasSecond) {
      second = base[1]! + first;
      first = -second;
    } else {
      first += base[0]!;
      second += base[1]!;
    }
  } else if (base.length === 1) first += base[0]!;
  const isPair = base.length === 2 || hasSecond;
  hasSecond = isPair && hasSecond;
  const weight = hasSecond ? second : first;
  const chosen = Number(weight > (model.isBinary && model.isAllPositive ? 0.5 : 0));
  if (isPair) return [chosen, transformScores([first, second], transform)];
  if (transform === "PROBIT") return [chosen, [...transformScores([first], transform), 0]];
  if (model.isBinary && model.isAllPositive) return [chosen, [1 - first, first]];
  if (transform === "LOGISTIC") return [chosen, transformScores([-first, first], transform)];
  // Without a positive winner ONNX Runtime writes the negated score on the other side.
  return [chosen, chosen === 1 || !model.isBinary ? [-first, first] : [first, -first]];
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
    const classify = model.classes === 2 ? classifyTwo : classifyMany;
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
