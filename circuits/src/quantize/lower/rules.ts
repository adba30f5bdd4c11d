import { UnsupportedNodeError } from "../../errors.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { movingOperators } from "../../operators/registry.ts";
import {
  lowerAbs,
  lowerClip,
  lowerHardSigmoid,
  lowerHardSwish,
  lowerLeakyRelu,
  lowerMaxMin,
  lowerNever,
  lowerPRelu,
  lowerRelu,
  lowerShrink,
  lowerSign,
  lowerThresholdedRelu,
} from "./activations.ts";
import { lowerArgExtreme } from "./argmax.ts";
import { lowerDiv, lowerMod, lowerReciprocal } from "./division.ts";
import { FUNCTION_OPERATORS, lowerFunction } from "./functions.ts";
import { lowerGather, lowerGatherElements, lowerGatherNd, lowerOneHot } from "./gather.ts";
import type { LoweredInput, LoweringRule } from "./LoweringRule.ts";
import { isLinear, LINEAR_OPERATORS, lowerLinear } from "./linear.ts";
import { lowerLinearClassifier, lowerLinearRegressor, lowerNormalizer, lowerScaler } from "./linearModels.ts";
import { LOGIC_OPERATORS, lowerCast, lowerLogic, lowerNot, lowerWhere } from "./logic.ts";
import { lowerMove, movedInputs } from "./moves.ts";
import {
  lowerGroupNormalization,
  lowerInstanceNormalization,
  lowerLayerNormalization,
  lowerLpNormalization,
  lowerMeanVarianceNormalization,
  lowerRmsNormalization,
} from "./normalizations.ts";
import { lowerLpPool, lowerMaxPool } from "./pooling.ts";
import { lowerPow, lowerSqrt } from "./powers.ts";
import { lowerConv, lowerConvTranspose, lowerGemm, lowerMatMul, lowerMul } from "./products.ts";
import { lowerRecurrent } from "./recurrent.ts";
import { lowerReduction, REDUCTION_OPERATORS } from "./reductions.ts";
import { lowerCeil, lowerFloor, lowerRound } from "./roundings.ts";
import { lowerHardmax, lowerLogSoftmax, lowerSoftmax } from "./softmax.ts";
import { lowerTopK } from "./topK.ts";
import { lowerTreeClassifier, lowerTreeEnsemble, lowerTreeRegressor } from "./trees.ts";
import { lowerAcos, lowerAcosh, lowerAsin, lowerCos, lowerSin, lowerTan } from "./trigonometry.ts";

function all(names: readonly string[], rule: LoweringRule): Record<string, LoweringRule> {
  return Object.fromEntries(names.map((name) => [name, rule]));
}

/** Rules by operator; those of other domains than ONNX' own have the domain before the type. */
const RULES: Record<string, LoweringRule> = {
  ...all(FUNCTION_OPERATORS, lowerFunction),
  ...all(LOGIC_OPERATORS, lowerLogic),
  ...all(REDUCTION_OPERATORS, lowerReduction),
  ...all(["RNN", "GRU", "LSTM"], lowerRecurrent),
  Abs: lowerAbs,
  Acos: lowerAcos,
  Acosh: lowerAcosh,
  Asin: lowerAsin,
  ArgMax: lowerArgExtreme,
  ArgMin: lowerArgExtreme,
  Cast: lowerCast,
  CastLike: lowerCast,
  Ceil: lowerCeil,
  Clip: lowerClip,
  Conv: lowerConv,
  ConvTranspose: lowerConvTranspose,
  Cos: lowerCos,
  Div: lowerDiv,
  Floor: lowerFloor,
  Gemm: lowerGemm,
  GlobalLpPool: lowerLpPool,
  GlobalMaxPool: lowerMaxPool,
  GroupNormalization: lowerGroupNormalization,
  HardSigmoid: lowerHardSigmoid,
  HardSwish: lowerHardSwish,
  Hardmax: lowerHardmax,
  InstanceNormalization: lowerInstanceNormalization,
  IsInf: lowerNever,
  IsNaN: lowerNever,
  LayerNormalization: lowerLayerNormalization,
  LeakyRelu: lowerLeakyRelu,
  LogSoftmax: lowerLogSoftmax,
  LpNormalization: lowerLpNormalization,
  LpPool: lowerLpPool,
  MatMul: lowerMatMul,
  Max: lowerMaxMin,
  MaxPool: lowerMaxPool,
  MeanVarianceNormalization: lowerMeanVarianceNormalization,
  Min: lowerMaxMin,
  Mod: lowerMod,
  Mul: lowerMul,
  Not: lowerNot,
  OneHot: lowerOneHot,
  PRelu: lowerPRelu,
  Pow: lowerPow,
  RMSNormalization: lowerRmsNormalization,
  Reciprocal: lowerReciprocal,
  Relu: lowerRelu,
  Round: lowerRound,
  Shrink: lowerShrink,
  Sign: lowerSign,
  Sin: lowerSin,
  Softmax: lowerSoftmax,
  Sqrt: lowerSqrt,
  Tan: lowerTan,
  ThresholdedRelu: lowerThresholdedRelu,
  TopK: lowerTopK,
  "ai.onnx.ml.LinearClassifier": lowerLinearClassifier,
  "ai.onnx.ml.LinearRegressor": lowerLinearRegressor,
  "ai.onnx.ml.Normalizer": lowerNormalizer,
  "ai.onnx.ml.Scaler": lowerScaler,
  "ai.onnx.ml.TreeEnsemble": lowerTreeEnsemble,
  "ai.onnx.ml.TreeEnsembleClassifier": lowerTreeClassifier,
  "ai.onnx.ml.TreeEnsembleRegressor": lowerTreeRegressor,
};

/** Rules of moving operators for indices or conditions that depend on the input. */
const STEERED: Record<string, LoweringRule> = {
  Gather: lowerGather,
  GatherElements: lowerGatherElements,
  GatherND: lowerGatherNd,
  Where: lowerWhere,
};

/** Operators that can be applied to what depends on the model's input. Any known operator may be applied to constants. */
export function loweredOperators(): string[] {
  return [...new Set([...Object.keys(RULES), ...LINEAR_OPERATORS, ...movingOperators()])].sort();
}

/**
 * The rule that lowers `node`.
 * @throws UnsupportedNodeError when there is none for its operator, or for these of its inputs being symbolic.
 */
export function ruleFor(node: PreparedNode, inputs: readonly LoweredInput[]): LoweringRule {
  const key = node.domain === "" ? node.type : `${node.domain}.${node.type}`;
  const moved = movedInputs(node);
  const isSteered = inputs.some((input, i) => input?.kind === "symbolic" && !moved?.includes(i));
  if (moved !== undefined && !isSteered) return lowerMove;
  if (moved !== undefined && Object.hasOwn(STEERED, key)) return STEERED[key]!;
  if (Object.hasOwn(RULES, key)) return RULES[key]!;
  if (isLinear(node.domain, node.type, inputs)) return lowerLinear;
  const reason =
    moved !== undefined || LINEAR_OPERATORS.includes(key)
      ? "inputs that must be constants depend on the model's input"
      : "its operator has no integer form";
  throw new UnsupportedNodeError(node, reason, loweredOperators());
}
