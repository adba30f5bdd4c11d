import { tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { expectLowered, type LoweringCase } from "./expectLowered.ts";

const floats = (shape: readonly number[], values: readonly number[]) =>
  tensor("float32", shape, values.map(Math.fround));
const ints = (...values: number[]) => tensor("int64", [values.length], values);
const scalar = (value: number) => tensor("float32", [], [Math.fround(value)]);
/** Some weights without pattern, in [-1, 1]. */
const weights = (...shape: number[]) => {
  const size = shape.reduce((product, n) => product * n, 1);
  return floats(
    shape,
    Array.from({ length: size }, (_, i) => Math.sin(1 + 1.7 * i)),
  );
};

const FUNCTIONS: LoweringCase[] = [
  ...["Atan", "Celu", "Cos", "Elu", "Erf", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish"],
  ...["Relu", "Selu", "Sigmoid", "Sin", "Softplus", "Softsign", "Tanh", "ThresholdedRelu"],
].map((type) => ({ type, inputs: [[1, 5]], range: [-6, 6], opset: 20 }));

const GROUPS: Record<string, LoweringCase[]> = {
  "functions of one number": [
    ...FUNCTIONS,
    { type: "Acos", inputs: [[4]], range: [-0.9, 0.9], tolerance: 0.004 },
    { type: "Acosh", inputs: [[4]], range: [1.5, 4], tolerance: 0.004 },
    { type: "Asin", inputs: [[4]], range: [-0.9, 0.9], tolerance: 0.004 },
    { type: "Asinh", inputs: [[4]] },
    { type: "Atanh", inputs: [[4]], range: [-0.8, 0.8] },
    { type: "Celu", inputs: [[4]], attributes: { alpha: 0.7 }, range: [-5, 5] },
    { type: "Cos", inputs: [[4]], range: [-40, 40], tolerance: 0.004 },
    { type: "Cosh", inputs: [[4]] },
    { type: "Elu", inputs: [[4]], attributes: { alpha: 2.5 }, range: [-5, 5] },
    { type: "Exp", inputs: [[4]], range: [-4, 3], tolerance: 0.01 },
    { type: "Gelu", inputs: [[4]], attributes: { approximate: "tanh" }, range: [-5, 5], opset: 20 },
    { type: "HardSigmoid", inputs: [[4]], attributes: { alpha: 0.7, beta: 0.3 } },
    { type: "LeakyRelu", inputs: [[4]], attributes: { alpha: 0.3 } },
    { type: "Log", inputs: [[4]], range: [0.25, 8], tolerance: 0.005 },
    { type: "PRelu", inputs: [[2, 3], floats([3], [0.1, -0.5, 2])] },
    { type: "Reciprocal", inputs: [[4]], range: [0.5, 8] },
    { type: "Reciprocal", inputs: [[4]], range: [-8, -0.5] },
    { type: "Shrink", inputs: [[4]], attributes: { bias: 0.25, lambd: 0.75 } },
    { type: "Sinh", inputs: [[4]] },
    { type: "Sqrt", inputs: [[4]], range: [0, 9] },
    { type: "Tan", inputs: [[4]], range: [-1, 1] },
  ],
  signs: [
    { type: "Abs", inputs: [[5]] },
    { type: "Sign", inputs: [[5]], tolerance: 0 },
    { type: "Neg", inputs: [[5]] },
    { type: "Ceil", inputs: [[5]], tolerance: 0, range: [-5, 5] },
    { type: "Floor", inputs: [[5]], tolerance: 0, range: [-5, 5] },
    { type: "Round", inputs: [[8]], tolerance: 0, range: [-4.5, 4.5] },
    { type: "Cast", inputs: [[5]], attributes: { to: 7 }, tolerance: 0, range: [-5, 5] },
    { type: "Cast", inputs: [[5]], attributes: { to: 9 }, tolerance: 0 },
    { type: "Clip", inputs: [[6], scalar(-0.5), scalar(1.25)] },
    { type: "Clip", inputs: [[6], undefined, scalar(0.5)] },
    { type: "Clip", inputs: [[6]], attributes: { min: { float: -1 }, max: { float: 1 } }, opset: 10 },
  ],
  arithmetic: [
    { type: "Add", inputs: [[2, 3], [3]] },
    {
      type: "Sub",
      inputs: [
        [2, 1],
        [1, 3],
      ],
    },
    {
      type: "Mul",
      inputs: [
        [2, 3],
        [2, 3],
      ],
    },
    { type: "Mul", inputs: [[2, 3], scalar(-0.3)] },
    { type: "Div", inputs: [[2, 3], scalar(0.3)], tolerance: 0.004 },
    {
      type: "Div",
      inputs: [
        [2, 2],
        [2, 2],
      ],
      range: [0.5, 2],
    },
    { type: "Div", inputs: [floats([3], [1, -2, 3]), [3]], range: [-3, -1] },
    { type: "Div", inputs: [[4, 1], [1]], range: [1, 3] },
    { type: "Div", inputs: [[3], [3]], range: [1, 9], dtype: "int64", tolerance: 0 },
    { type: "Div", inputs: [[5], ints(3)], range: [-9, 9], dtype: "int64", tolerance: 0 },
    { type: "Mod", inputs: [[5], ints(3)], range: [-9, 9], dtype: "int64", tolerance: 0 },
    { type: "Mod", inputs: [[5], ints(-4)], range: [-9, 9], dtype: "int64", tolerance: 0 },
    {
      type: "Mod",
      inputs: [[5], ints(4)],
      attributes: { fmod: 1 },
      range: [-9, 9],
      dtype: "int64",
      tolerance: 0,
    },
    { type: "Pow", inputs: [[4], scalar(2)] },
    { type: "Pow", inputs: [[4], scalar(3)], tolerance: 0.01 },
    { type: "Pow", inputs: [[4], scalar(0.5)], range: [0, 4] },
    { type: "Pow", inputs: [[4], scalar(-1)], range: [1, 4] },
    { type: "Pow", inputs: [[4], scalar(1.7)], range: [0.5, 4], tolerance: 0.01 },
    { type: "Pow", inputs: [scalar(2), [4]] },
    { type: "Sum", inputs: [[2, 2], [2], [2, 1]] },
    { type: "Mean", inputs: [[2, 2], [2], [2, 1]] },
    { type: "Max", inputs: [[2, 2], [2], scalar(0.1)] },
    { type: "Min", inputs: [[2, 2], [2]] },
  ],
  "comparisons and logic": [
    ...["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"].flatMap((type): LoweringCase[] => [
      { type, inputs: [[6], [6]], tolerance: 0 },
      { type, inputs: [[6], scalar(0.5)], tolerance: 0 },
      { type, inputs: [scalar(-2), [6]], tolerance: 0 },
    ]),
    ...["And", "Or", "Xor"].map(
      (type): LoweringCase => ({ type, inputs: [[8], [8]], dtype: "bool", range: [0, 1], tolerance: 0 }),
    ),
    { type: "Not", inputs: [[4]], dtype: "bool", range: [0, 1], tolerance: 0 },
  ],
  "matrices and convolutions": [
    { type: "MatMul", inputs: [[2, 3], weights(3, 2)] },
    {
      type: "MatMul",
      inputs: [
        [2, 3],
        [3, 2],
      ],
      tolerance: 0.005,
    },
    { type: "MatMul", inputs: [weights(2, 2, 3), [3]] },
    {
      type: "Gemm",
      inputs: [[3, 2], weights(4, 3), weights(4)],
      attributes: { transA: 1, transB: 1, alpha: 0.5, beta: 2.5 },
    },
    {
      type: "Conv",
      inputs: [[1, 2, 4, 4], weights(3, 2, 3, 3), weights(3)],
      attributes: { pads: [1, 0, 1, 2], strides: [2, 1] },
    },
    { type: "Conv", inputs: [[1, 4, 5], weights(4, 2, 2)], attributes: { group: 2, dilations: [2] } },
    {
      type: "Conv",
      inputs: [
        [1, 1, 3],
        [1, 1, 2],
      ],
      attributes: { auto_pad: "SAME_UPPER" },
    },
    {
      type: "ConvTranspose",
      inputs: [[1, 2, 2, 2], weights(2, 3, 2, 2), weights(3)],
      attributes: { strides: [2, 1], output_padding: [1, 0] },
    },
    { type: "ConvTranspose", inputs: [[1, 4, 3], weights(4, 1, 3)], attributes: { group: 2, pads: [1, 1] } },
    { type: "Einsum", inputs: [[2, 3], weights(3, 2)], attributes: { equation: "ij,jk->ki" } },
  ],
  pooling: [
    {
      type: "AveragePool",
      inputs: [[1, 1, 4, 4]],
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] },
    },
    { type: "MaxPool", inputs: [[1, 2, 4, 4]], attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
    { type: "MaxPool", inputs: [[1, 1, 5]], attributes: { kernel_shape: [3], strides: [2], ceil_mode: 1 } },
    { type: "LpPool", inputs: [[1, 1, 4]], attributes: { kernel_shape: [2] } },
    { type: "LpPool", inputs: [[1, 1, 4]], attributes: { kernel_shape: [2], p: 1 } },
    { type: "GlobalAveragePool", inputs: [[1, 2, 2, 2]] },
    { type: "GlobalMaxPool", inputs: [[1, 2, 2, 2]] },
    { type: "GlobalLpPool", inputs: [[1, 2, 4]] },
  ],
  reductions: [
    ...["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2"],
    ...["ReduceSumSquare", "ReduceLogSumExp"],
  ]
    .map((type): LoweringCase => ({ type, inputs: [[2, 3], ints(1)], tolerance: 0.005 }))
    .concat([
      { type: "ReduceProd", inputs: [[2, 3], ints(-1)], attributes: { keepdims: 0 }, tolerance: 0.01 },
      { type: "ReduceLogSum", inputs: [[2, 3], ints(0)], range: [0.5, 3], tolerance: 0.005 },
      { type: "CumSum", inputs: [[2, 3], tensor("int64", [], [1])], attributes: { exclusive: 1 } },
      { type: "ArgMax", inputs: [[2, 4]], attributes: { axis: 1 }, tolerance: 0 },
      {
        type: "ArgMin",
        inputs: [[2, 4]],
        attributes: { axis: 1, select_last_index: 1, keepdims: 0 },
        tolerance: 0,
      },
      { type: "TopK", inputs: [[2, 4], ints(2)], outputs: 2 },
      { type: "TopK", inputs: [[2, 4], ints(3)], attributes: { largest: 0 }, outputs: 2 },
    ]),
  "softmax and normalisation": [
    { type: "Softmax", inputs: [[2, 4]] },
    { type: "Softmax", inputs: [[2, 2, 2]], opset: 11 },
    { type: "LogSoftmax", inputs: [[2, 4]], attributes: { axis: 0 }, tolerance: 0.005 },
    { type: "Hardmax", inputs: [[2, 4]], tolerance: 0 },
    { type: "LayerNormalization", inputs: [[2, 6], weights(6), weights(6)], range: [-2, 2], tolerance: 0.01 },
    { type: "InstanceNormalization", inputs: [[1, 2, 4], weights(2), weights(2)], tolerance: 0.01 },
    {
      type: "BatchNormalization",
      inputs: [[1, 2, 3], weights(2), weights(2), weights(2), floats([2], [0.5, 2])],
    },
    { type: "MeanVarianceNormalization", inputs: [[1, 1, 2, 3]], tolerance: 0.01 },
    { type: "LpNormalization", inputs: [[2, 3]], range: [0.5, 2] },
    {
      type: "Normalizer",
      domain: "ai.onnx.ml",
      inputs: [[2, 3]],
      attributes: { norm: "L1" },
      range: [0.5, 2],
    },
    {
      type: "Normalizer",
      domain: "ai.onnx.ml",
      inputs: [[2, 3]],
      attributes: { norm: "MAX" },
      range: [0.5, 2],
    },
  ],
  "recurrent networks": [
    {
      type: "RNN",
      inputs: [[3, 1, 2], weights(1, 2, 2), weights(1, 2, 2)],
      attributes: { hidden_size: 2 },
      outputs: 2,
    },
    {
      type: "GRU",
      inputs: [[2, 1, 2], weights(1, 6, 2), weights(1, 6, 2), weights(1, 12)],
      attributes: { hidden_size: 2 },
      outputs: 2,
      tolerance: 0.005,
    },
    {
      type: "GRU",
      inputs: [[2, 1, 2], weights(1, 6, 2), weights(1, 6, 2)],
      attributes: { hidden_size: 2, linear_before_reset: 1, direction: "reverse" },
      tolerance: 0.005,
    },
    {
      type: "LSTM",
      inputs: [[2, 1, 2], weights(2, 8, 2), weights(2, 8, 2)],
      attributes: { hidden_size: 2, direction: "bidirectional" },
      outputs: 3,
      tolerance: 0.005,
    },
    {
      type: "LSTM",
      inputs: [
        [2, 1, 2],
        weights(1, 4, 2),
        weights(1, 4, 1),
        undefined,
        undefined,
        [1, 1, 1],
        [1, 1, 1],
        weights(1, 3),
      ],
      attributes: { hidden_size: 1 },
      tolerance: 0.005,
    },
    {
      type: "RNN",
      inputs: [[2, 1, 2], weights(1, 2, 2), weights(1, 2, 2)],
      attributes: {
        hidden_size: 2,
        activations: ["HardSigmoid"],
        activation_alpha: { floats: [0.3] },
        clip: { float: 1.5 },
      },
    },
  ],
  movement: [
    {
      type: "Resize",
      inputs: [[1, 1, 2, 2], undefined, floats([4], [1, 1, 2, 2])],
      attributes: { mode: "linear" },
    },
    { type: "Transpose", inputs: [[2, 3]] },
    { type: "Trilu", inputs: [[3, 3]], attributes: { upper: 0 } },
    { type: "Gather", inputs: [weights(5, 2), [2]], dtype: "int64", range: [-5, 4], attributes: { axis: 0 } },
    { type: "GatherElements", inputs: [weights(3, 2), [2, 2]], dtype: "int64", range: [0, 2] },
    { type: "GatherND", inputs: [weights(3, 2), [2, 2]], dtype: "int64", range: [0, 1] },
    {
      type: "OneHot",
      inputs: [[3], ints(4), floats([2], [-1, 5])],
      dtype: "int64",
      range: [0, 4],
      tolerance: 0,
    },
    { type: "Where", inputs: [tensor("bool", [3], [1, 0, 1]), [3], [3]] },
  ],
};

describe("lowering", () => {
  for (const [group, cases] of Object.entries(GROUPS)) {
    describe(`of ${group}`, () => {
      for (const each of cases) {
        const inputs = each.inputs.map((input) =>
          input && "dtype" in input ? "constant" : `[${input ?? ""}]`,
        );
        const details = [inputs.join(" "), each.dtype, each.attributes && JSON.stringify(each.attributes)];
        it(`${each.type} of ${details.filter(Boolean).join(" ")} is faithful`, () => expectLowered(each));
      }
    });
  }
});
