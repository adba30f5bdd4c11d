import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericTensor } from "../onnx/Tensor.ts";
import { sigmoid } from "./elementwiseUnary.ts";
import type { Operator } from "./Operator.ts";
import { range } from "./support/axes.ts";
import { classLabelsOf, labelTensor } from "./support/classLabels.ts";
import { numericInput } from "./support/inputs.ts";
import { pairwiseProbabilities } from "./support/pairwiseProbabilities.ts";
import { pairOfScore, postTransformOf, transformScores } from "./support/postTransform.ts";
import { roundData } from "./support/roundData.ts";
import { rowsOf } from "./support/rows.ts";

type Kernel = (x: Float64Array, y: readonly number[]) => number;

function dot(x: Float64Array, y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}

/** The kernel function; `kernel_params` are gamma, coef0 and degree. */
function kernelOf(attributes: Attributes): Kernel {
  const [gamma = 0, offset = 0, degree = 0] = attributes.floats("kernel_params", []);
  const type = attributes.string("kernel_type", "LINEAR");
  switch (type) {
    case "LINEAR":
      return dot;
    case "POLY":
      return (x, y) => (gamma * dot(x, y) + offset) ** degree;
    case "SIGMOID":
      return (x, y) => Math.tanh(gamma * dot(x, y) + offset);
    case "RBF":
      return (x, y) => Math.exp(-gamma * x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0));
    default:
      throw new OnnxOperatorError(`kernel_type "${type}" is unknown.`);
  }
}

/** The support vectors, each of as many numbers as the input has features. */
function supportVectors(attributes: Attributes, count: number, features: number): number[][] {
  const all = attributes.floats("support_vectors", []);
  if (all.length !== count * features) {
    throw new OnnxOperatorError(
      `${all.length} numbers are not ${count} support vectors of ${features} features.`,
    );
  }
  return range(count).map((i) => all.slice(i * features, (i + 1) * features));
}

function splitRows(input: NumericTensor): Float64Array[] {
  const { rows, features } = rowsOf(input);
  // The specification's kernels are float32, whatever type the features come in.
  return range(rows).map((row) => input.data.slice(row * features, (row + 1) * features).map(Math.fround));
}

/** sum coefficients[i] K(x, support vector i) + rho; without support vectors, x times the coefficients. */
export const SVMRegressor: Operator = {
  domain: "ai.onnx.ml",
  type: "SVMRegressor",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const { features } = rowsOf(input);
    const count = attributes.int("n_supports", 0);
    const coefficients = attributes.floats("coefficients");
    const [rho = 0] = attributes.floats("rho", []);
    const kernel = kernelOf(attributes);
    const vectors = supportVectors(attributes, count, count === 0 ? 0 : features);
    const isOneClass = attributes.int("one_class", 0) !== 0;
    const transform = postTransformOf(attributes.string("post_transform", "NONE"));
    const data = splitRows(input).map((row) => {
      const sum =
        count === 0
          ? dot(row, coefficients)
          : vectors.reduce((total, vector, i) => total + coefficients[i]! * kernel(row, vector), 0);
      if (isOneClass) return sum + rho > 0 ? 1 : -1;
      // Transforming is left to classifiers by ONNX Runtime; PROBIT is the one transform of a single score.
      return transform === "PROBIT" ? transformScores([sum + rho], transform)[0]! : sum + rho;
    });
    return [roundData("float32", [data.length, 1], Float64Array.from(data))];
  },
};

/** One decision value for each pair of classes i < j, positive for i; and how many pairs each class wins. */
function decide(
  row: Float64Array,
  attributes: Attributes,
  classes: number,
): { decisions: number[]; votes: number[] } {
  const perClass = attributes.ints("vectors_per_class");
  const count = perClass.reduce((sum, each) => sum + each, 0);
  const starts = perClass.map((_, i) => perClass.slice(0, i).reduce((sum, each) => sum + each, 0));
  const coefficients = attributes.floats("coefficients");
  const rho = attributes.floats("rho");
  const kernel = kernelOf(attributes);
  const kernels = supportVectors(attributes, count, row.length).map((vector) => kernel(row, vector));
  if (perClass.length !== classes || coefficients.length < (classes - 1) * count) {
    throw new OnnxOperatorError(`${coefficients.length} coefficients do not serve ${classes} classes.`);
  }
  // Row r of the coefficients weighs the vectors of class c against class r, or r + 1 from c on (libsvm's layout).
  const partial = (own: number, coefficientRow: number) =>
    range(perClass[own]!).reduce((sum, m) => {
      const at = starts[own]! + m;
      return sum + coefficients[coefficientRow * count + at]! * kernels[at]!;
    }, 0);
  const decisions: number[] = [];
  const votes = new Array<number>(classes).fill(0);
  for (let i = 0; i < classes - 1; i++) {
    for (let j = i + 1; j < classes; j++) {
      const sum = partial(i, j - 1) + partial(j, i) + rho[decisions.length]!;
      decisions.push(sum);
      votes[sum > 0 ? i : j]!++;
    }
  }
  return { decisions, votes };
}

function largestIndex(values: readonly number[]): number {
  return values.indexOf(Math.max(...values));
}

/** Linear scores, one a class. For two classes ONNX Runtime decides by the sign, or above 1/2 if no weight is negative. */
function classifyLinear(row: Float64Array, attributes: Attributes, classes: number): [number, number[]] {
  const coefficients = attributes.floats("coefficients");
  const [rho = 0] = attributes.floats("rho", []);
  const scores = range(classes).map(
    (i) => dot(row, coefficients.slice(i * row.length, (i + 1) * row.length)) + rho,
  );
  const best = largestIndex(scores);
  const isAllPositive = coefficients.every((weight) => weight >= 0);
  const isPositive = isAllPositive ? scores[best]! >= 0.5 : scores[best]! > 0;
  const hasProbabilities = attributes.floats("prob_a", []).length > 0;
  return [classes === 2 && !hasProbabilities && isPositive ? 1 : best, scores];
}

/** Chosen class and scores of one row: votes of the pairs, with probabilities where the model has their parameters. */
function classifyByVectors(row: Float64Array, attributes: Attributes, classes: number): [number, number[]] {
  const { decisions, votes } = decide(row, attributes, classes);
  const transform = postTransformOf(attributes.string("post_transform", "NONE"));
  const probA = attributes.floats("prob_a", []);
  const probB = attributes.floats("prob_b", []);
  const chosen = largestIndex(votes);
  if (probA.length > 0) {
    const pairs = decisions.map((sum, i) => 1 - sigmoid(sum * probA[i]! + probB[i]!));
    return [chosen, transformScores(pairwiseProbabilities(pairs, classes), transform)];
  }
  if (classes > 2) return [chosen, transformScores(decisions, transform)];
  const [sum] = decisions as [number];
  return [chosen, transform === "NONE" ? [-sum, sum] : pairOfScore(sum, transform)];
}

/** Outputs the label and the scores: one a class with probabilities, else one a pair of classes (two for one pair). */
export const SVMClassifier: Operator = {
  domain: "ai.onnx.ml",
  type: "SVMClassifier",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const labels = classLabelsOf(attributes, "classlabels_ints");
    const isLinear = attributes.ints("vectors_per_class", []).every((count) => count === 0);
    const transform = postTransformOf(attributes.string("post_transform", "NONE"));
    const results = splitRows(numericInput(inputs, 0)).map((row): [number, number[]] => {
      if (!isLinear) return classifyByVectors(row, attributes, labels.length);
      const [chosen, scores] = classifyLinear(row, attributes, labels.length);
      return [chosen, transformScores(scores, transform)];
    });
    const width = results[0]?.[1].length ?? labels.length;
    return [
      labelTensor(
        labels,
        results.map(([chosen]) => chosen),
      ),
      roundData(
        "float32",
        [results.length, width],
        Float64Array.from(results.flatMap(([, scores]) => scores)),
      ),
    ];
  },
};
