import { UnsupportedNodeError } from "../../errors.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { movingOperators } from "../../operators/registry.ts";
import { lowerArgExtreme } from "./argmax.ts";
import { lowerCast } from "./cast.ts";
import type { LoweredInput, LoweringRule } from "./LoweringRule.ts";
import { isLinear, LINEAR_OPERATORS, lowerLinear } from "./linear.ts";
import { lowerLinearClassifier, lowerLinearRegressor, lowerNormalizer, lowerScaler } from "./linearModels.ts";
import { lowerMove, movedInputs } from "./moves.ts";
import { lowerRelu } from "./relu.ts";
import { lowerSigmoid } from "./unaryFunction.ts";

/** Rules by operator; those of other domains than ONNX' own have the domain before the type. */
const RULES: Record<string, LoweringRule> = {
  ArgMax: lowerArgExtreme,
  ArgMin: lowerArgExtreme,
  Cast: lowerCast,
  Relu: lowerRelu,
  Sigmoid: lowerSigmoid,
  "ai.onnx.ml.LinearClassifier": lowerLinearClassifier,
  "ai.onnx.ml.LinearRegressor": lowerLinearRegressor,
  "ai.onnx.ml.Normalizer": lowerNormalizer,
  "ai.onnx.ml.Scaler": lowerScaler,
};

/** Operators that can be applied to what depends on the model's input. Any known operator may be applied to constants. */
export function loweredOperators(): string[] {
  return [...Object.keys(RULES), ...LINEAR_OPERATORS, ...movingOperators()].sort();
}

/**
 * The rule that lowers `node`.
 * @throws UnsupportedNodeError when there is none for its operator, or for these of its inputs being symbolic.
 */
export function ruleFor(node: PreparedNode, inputs: readonly LoweredInput[]): LoweringRule {
  const key = node.domain === "" ? node.type : `${node.domain}.${node.type}`;
  const rule = RULES[key];
  if (rule) return rule;
  if (isLinear(node.domain, node.type, inputs)) return lowerLinear;
  if (movedInputs(node) !== undefined) return lowerMove;
  const reason = LINEAR_OPERATORS.includes(key)
    ? "more of its inputs depend on the model's input than an affine map allows"
    : "its operator has no integer form";
  throw new UnsupportedNodeError(node, reason, loweredOperators());
}
