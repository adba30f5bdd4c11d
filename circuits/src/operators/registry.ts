import { OnnxUnsupportedOperatorError } from "../onnx/errors.ts";
import { ArgMax, ArgMin } from "./argExtreme.ts";
import { arithmetic } from "./arithmetic.ts";
import { Cast, CastLike } from "./Cast.ts";
import { Concat } from "./Concat.ts";
import { Constant } from "./Constant.ts";
import { ConstantOfShape } from "./ConstantOfShape.ts";
import { Dropout } from "./Dropout.ts";
import { elementwiseUnary } from "./elementwiseUnary.ts";
import { Flatten } from "./Flatten.ts";
import { Gather } from "./Gather.ts";
import { Gemm } from "./Gemm.ts";
import { Identity } from "./Identity.ts";
import {
  ArrayFeatureExtractor,
  LinearClassifier,
  LinearRegressor,
  Normalizer,
  Scaler,
} from "./linearModels.ts";
import { MatMul } from "./MatMul.ts";
import type { Operator } from "./Operator.ts";
import { Reshape } from "./Reshape.ts";
import { Slice } from "./Slice.ts";
import { Shape, Size } from "./shapeOperators.ts";
import { Squeeze, Unsqueeze } from "./squeezing.ts";
import { Transpose } from "./Transpose.ts";
import { ZipMap } from "./ZipMap.ts";

const OPERATORS: readonly Operator[] = [
  ...elementwiseUnary,
  ...arithmetic,
  ArgMax,
  ArgMin,
  ArrayFeatureExtractor,
  Cast,
  CastLike,
  Concat,
  Constant,
  ConstantOfShape,
  Dropout,
  Flatten,
  Gather,
  Gemm,
  Identity,
  LinearClassifier,
  LinearRegressor,
  MatMul,
  Normalizer,
  Reshape,
  Scaler,
  Shape,
  Size,
  Slice,
  Squeeze,
  Transpose,
  Unsqueeze,
  ZipMap,
];

function keyOf(domain: string, type: string): string {
  return domain === "" ? type : `${domain}.${type}`;
}

const BY_KEY = new Map(OPERATORS.map((operator) => [keyOf(operator.domain, operator.type), operator]));

/** The names of all operators, the default domain's without a prefix, sorted. */
export function supportedOperators(): string[] {
  return [...BY_KEY.keys()].sort();
}

/** The names of the operators that only move data, like {@link supportedOperators}. */
export function movingOperators(): string[] {
  return [...BY_KEY].filter(([, operator]) => operator.moves !== undefined).map(([key]) => key);
}

/**
 * The operator of a node.
 * @throws OnnxUnsupportedOperatorError when there is none, or the model's operator set is older than its first version.
 */
export function operatorOf(
  node: { readonly name: string; readonly domain: string; readonly type: string },
  opset: number,
): Operator {
  const key = keyOf(node.domain, node.type);
  const operator = BY_KEY.get(key);
  if (operator === undefined || opset < operator.sinceVersions[0]!) {
    throw new OnnxUnsupportedOperatorError(node.name, key, opset, supportedOperators());
  }
  return operator;
}
