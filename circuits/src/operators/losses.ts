import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericTensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { logSoftmax } from "./softmaxFamily.ts";
import { product } from "./support/axes.ts";
import { mapGroups } from "./support/groups.ts";
import { numericInput, optionalInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

/** -weight * log probability of each target, as a whole, a sum or a mean by weight; ignored targets count nothing. */
function likelihoodLoss(
  logProbabilities: NumericTensor,
  targets: NumericTensor,
  weights: NumericTensor | undefined,
  attributes: Attributes,
): NumericTensor {
  const { dtype, shape, data } = logProbabilities;
  const classes = shape[1]!;
  const inner = product(shape, 2);
  const ignored = attributes.has("ignore_index") ? attributes.int("ignore_index") : undefined;
  let total = 0;
  const losses = targets.data.map((target, i) => {
    if (target === ignored) return 0;
    if (!(target >= 0 && target < classes))
      throw new OnnxOperatorError(`Target ${target} is no class of ${classes}.`);
    const weight = weights?.data[target] ?? 1;
    total += weight;
    return -weight * data[(Math.floor(i / inner) * classes + target) * inner + (i % inner)]!;
  });
  const reduction = attributes.string("reduction", "mean");
  if (reduction === "none") return roundData(dtype, targets.shape, losses);
  const sum = losses.reduce((all, loss) => all + loss, 0);
  return roundData(dtype, [], Float64Array.of(reduction === "sum" ? sum : sum / total));
}

export const NegativeLogLikelihoodLoss: Operator = {
  domain: "",
  type: "NegativeLogLikelihoodLoss",
  sinceVersions: [12, 13, 22],
  evaluate: (inputs, attributes) => [
    likelihoodLoss(numericInput(inputs, 0), numericInput(inputs, 1), optionalInput(inputs, 2), attributes),
  ],
};

/** Also gives the log probabilities where asked for. */
export const SoftmaxCrossEntropyLoss: Operator = {
  domain: "",
  type: "SoftmaxCrossEntropyLoss",
  sinceVersions: [12, 13],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const logProbabilities = roundData(dtype, shape, mapGroups(shape, data, [1], logSoftmax));
    const loss = likelihoodLoss(
      logProbabilities,
      numericInput(inputs, 1),
      optionalInput(inputs, 2),
      attributes,
    );
    return [loss, logProbabilities];
  },
};
