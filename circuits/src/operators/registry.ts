import { CONTROL_FLOW } from "../onnx/controlFlow.ts";
import { FOREIGN_OPERATORS } from "../onnx/decompose/decompositions.ts";
import { OnnxUnsupportedOperatorError } from "../onnx/errors.ts";
import { SEQUENCES } from "../onnx/sequences.ts";
import { AffineGrid } from "./AffineGrid.ts";
import { ArgMax, ArgMin } from "./argExtreme.ts";
import { arithmetic } from "./arithmetic.ts";
import { BitShift, BitwiseAnd, BitwiseNot, BitwiseOr, BitwiseXor } from "./bitwise.ts";
import { DepthToSpace, SpaceToDepth } from "./blockMoves.ts";
import { Cast, CastLike } from "./Cast.ts";
import { CenterCropPad } from "./CenterCropPad.ts";
import { Clip } from "./Clip.ts";
import { Col2Im } from "./Col2Im.ts";
import { Compress } from "./Compress.ts";
import { Concat } from "./Concat.ts";
import { Constant } from "./Constant.ts";
import { ConstantOfShape } from "./ConstantOfShape.ts";
import { Conv } from "./Conv.ts";
import { ConvTranspose } from "./ConvTranspose.ts";
import { CumSum } from "./CumSum.ts";
import { CategoryMapper, FeatureVectorizer, LabelEncoder, OneHotEncoder } from "./categories.ts";
import {
  And,
  Equal,
  Greater,
  GreaterOrEqual,
  IsInf,
  IsNaN,
  Less,
  LessOrEqual,
  Not,
  Or,
  Xor,
} from "./comparison.ts";
import { Det } from "./Det.ts";
import { Dropout } from "./Dropout.ts";
import { Einsum } from "./Einsum.ts";
import { Expand } from "./Expand.ts";
import { EyeLike } from "./EyeLike.ts";
import { elementwiseUnary } from "./elementwiseUnary.ts";
import { Flatten } from "./Flatten.ts";
import { Binarizer, Imputer } from "./featureCleaning.ts";
import { Gather } from "./Gather.ts";
import { Gemm } from "./Gemm.ts";
import { GridSample } from "./GridSample.ts";
import { GatherElements, GatherND } from "./gatherFamily.ts";
import { Identity } from "./Identity.ts";
import {
  ArrayFeatureExtractor,
  LinearClassifier,
  LinearRegressor,
  Normalizer,
  Scaler,
} from "./linearModels.ts";
import { NegativeLogLikelihoodLoss, SoftmaxCrossEntropyLoss } from "./losses.ts";
import { MatMul } from "./MatMul.ts";
import { MaxUnpool } from "./MaxUnpool.ts";
import { Mod } from "./Mod.ts";
import { NonZero } from "./NonZero.ts";
import {
  BatchNormalization,
  GroupNormalization,
  InstanceNormalization,
  LayerNormalization,
  LpNormalization,
  LRN,
  MeanVarianceNormalization,
  RMSNormalization,
} from "./normalizations.ts";
import { OneHot } from "./OneHot.ts";
import type { Operator } from "./Operator.ts";
import { Pad } from "./Pad.ts";
import { Pow } from "./Pow.ts";
import { PRelu } from "./PRelu.ts";
import { AveragePool, GlobalAveragePool, GlobalLpPool, GlobalMaxPool, LpPool, MaxPool } from "./pooling.ts";
import { ConvInteger, MatMulInteger, QLinearConv, QLinearMatMul } from "./quantizedProducts.ts";
import { DequantizeLinear, DynamicQuantizeLinear, QuantizeLinear } from "./quantizeLinear.ts";
import { Range } from "./Range.ts";
import { Reshape } from "./Reshape.ts";
import { Resize, Upsample } from "./Resize.ts";
import { ReverseSequence } from "./ReverseSequence.ts";
import { GRU, LSTM, RNN } from "./recurrentOperators.ts";
import { reductions } from "./reductions.ts";
import { Slice } from "./Slice.ts";
import { Split } from "./Split.ts";
import { Scatter, ScatterElements, ScatterND } from "./scatterFamily.ts";
import { Shape, Size } from "./shapeOperators.ts";
import { Hardmax, LogSoftmax, Softmax } from "./softmaxFamily.ts";
import { Squeeze, Unsqueeze } from "./squeezing.ts";
import { SVMClassifier, SVMRegressor } from "./supportVectorMachines.ts";
import { Tile } from "./Tile.ts";
import { TopK } from "./TopK.ts";
import { Transpose } from "./Transpose.ts";
import { Trilu } from "./Trilu.ts";
import { TreeEnsemble, TreeEnsembleClassifier, TreeEnsembleRegressor } from "./treeEnsembles.ts";
import { Max, Mean, Min, Sum } from "./variadic.ts";
import { Where } from "./Where.ts";
import { BlackmanWindow, HammingWindow, HannWindow } from "./windows.ts";
import { ZipMap } from "./ZipMap.ts";

const OPERATORS: readonly Operator[] = [
  ...arithmetic,
  ...elementwiseUnary,
  ...reductions,
  AffineGrid,
  And,
  ArgMax,
  ArgMin,
  ArrayFeatureExtractor,
  AveragePool,
  BatchNormalization,
  Binarizer,
  BitShift,
  BitwiseAnd,
  BitwiseNot,
  BitwiseOr,
  BitwiseXor,
  BlackmanWindow,
  Cast,
  CastLike,
  CategoryMapper,
  CenterCropPad,
  Clip,
  Col2Im,
  Compress,
  Concat,
  Constant,
  ConstantOfShape,
  Conv,
  ConvInteger,
  ConvTranspose,
  CumSum,
  DepthToSpace,
  DequantizeLinear,
  Det,
  Dropout,
  DynamicQuantizeLinear,
  Einsum,
  Equal,
  Expand,
  EyeLike,
  FeatureVectorizer,
  Flatten,
  Gather,
  GatherElements,
  GatherND,
  Gemm,
  GlobalAveragePool,
  GlobalLpPool,
  GlobalMaxPool,
  Greater,
  GreaterOrEqual,
  GridSample,
  GroupNormalization,
  GRU,
  HammingWindow,
  HannWindow,
  Hardmax,
  Identity,
  Imputer,
  InstanceNormalization,
  IsInf,
  IsNaN,
  LabelEncoder,
  LayerNormalization,
  Less,
  LessOrEqual,
  LinearClassifier,
  LinearRegressor,
  LogSoftmax,
  LpNormalization,
  LpPool,
  LRN,
  LSTM,
  MatMul,
  MatMulInteger,
  Max,
  MaxPool,
  MaxUnpool,
  Mean,
  MeanVarianceNormalization,
  Min,
  Mod,
  NegativeLogLikelihoodLoss,
  NonZero,
  Normalizer,
  Not,
  OneHot,
  OneHotEncoder,
  Or,
  Pad,
  Pow,
  PRelu,
  QLinearConv,
  QLinearMatMul,
  QuantizeLinear,
  Range,
  Reshape,
  Resize,
  ReverseSequence,
  RMSNormalization,
  RNN,
  Scaler,
  Scatter,
  ScatterElements,
  ScatterND,
  Shape,
  Size,
  Slice,
  Softmax,
  SoftmaxCrossEntropyLoss,
  SpaceToDepth,
  Split,
  Squeeze,
  Sum,
  SVMClassifier,
  SVMRegressor,
  Tile,
  TopK,
  Transpose,
  TreeEnsemble,
  TreeEnsembleClassifier,
  TreeEnsembleRegressor,
  Trilu,
  Unsqueeze,
  Upsample,
  Where,
  Xor,
  ZipMap,
];

function keyOf(domain: string, type: string): string {
  return domain === "" ? type : `${domain}.${type}`;
}

const BY_KEY = new Map(OPERATORS.map((operator) => [keyOf(operator.domain, operator.type), operator]));

// Written out while a graph is prepared: these never reach evaluation.
const WRITTEN_OUT: readonly string[] = [
  ...CONTROL_FLOW.keys(),
  ...SEQUENCES.keys(),
  ...FOREIGN_OPERATORS.keys(),
];

/** The names of all operators, the default domain's without a prefix, sorted. */
export function supportedOperators(): string[] {
  return [...BY_KEY.keys(), ...WRITTEN_OUT].sort();
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
