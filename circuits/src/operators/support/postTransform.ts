import { OnnxOperatorError } from "../../onnx/errors.ts";
import { sigmoid } from "../elementwiseUnary.ts";

/** The score transforms of the ONNX-ML classifiers and regressors. */
export type PostTransform = "NONE" | "LOGISTIC" | "SOFTMAX" | "SOFTMAX_ZERO" | "PROBIT";

const NAMES: readonly string[] = ["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO", "PROBIT"];

// Below this a score counts as zero for SOFTMAX_ZERO; the specification is silent, the value is ONNX Runtime's.
const NEGLIGIBLE = 1e-7;

/**
 * Quantile of the standard normal distribution by Winitzki's closed form of the inverse error function (a = 0.147,
 * relative error below 2e-3). The specification names no formula; this is the one that ONNX Runtime ships.
 */
function probit(probability: number): number {
  const x = 2 * probability - 1;
  const log = Math.log((1 - x) * (1 + x));
  const v = 2 / (Math.PI * 0.147) + 0.5 * log;
  return Math.SQRT2 * (x < 0 ? -1 : 1) * Math.sqrt(Math.sqrt(v * v - log / 0.147) - v);
}

function softmax(scores: readonly number[], keepsZero: boolean): number[] {
  const largest = Math.max(...scores);
  const isSkipped = (score: number) => keepsZero && Math.abs(score) <= NEGLIGIBLE;
  const powers = scores.map((score) =>
    isSkipped(score) ? score * Math.exp(-largest) : Math.exp(score - largest),
  );
  const sum = powers.reduce((total, power, i) => (isSkipped(scores[i]!) ? total : total + power), 0);
  return powers.map((power) => power / sum);
}

/** The transform that a `post_transform` attribute names. */
export function postTransformOf(name: string): PostTransform {
  if (!NAMES.includes(name)) throw new OnnxOperatorError(`post_transform "${name}" is unknown.`);
  return name as PostTransform;
}

/** The transformed scores of one row. */
export function transformScores(scores: readonly number[], transform: PostTransform): number[] {
  switch (transform) {
    case "NONE":
      return [...scores];
    case "LOGISTIC":
      return scores.map(sigmoid);
    case "SOFTMAX":
      return softmax(scores, false);
    case "SOFTMAX_ZERO":
      return softmax(scores, true);
    case "PROBIT":
      return scores.map(probit);
  }
}

/**
 * The scores of two classes when a model has one score, for the second class. The specification leaves open what the
 * other class gets; this is ONNX Runtime's reading: the logistic of the negation, else the complement to one.
 */
export function pairOfScore(score: number, transform: PostTransform): [number, number] {
  return transform === "LOGISTIC" ? [sigmoid(-score), sigmoid(score)] : [1 - score, score];
}
