import { type NumericType, type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { expectAgreement, type NodeCase } from "../support/expectAgreement.ts";
import { randomTensor, seededRandom } from "../support/onnxRuntime.ts";

const LIMITS = { uint8: [0, 255], int8: [-128, 127] } as const;
type Quantized = keyof typeof LIMITS;

function randomBytes(random: () => number, dtype: Quantized, shape: readonly number[]): Tensor {
  const [low, high] = LIMITS[dtype];
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    dtype,
    shape,
    Array.from({ length: size }, () => low + Math.floor(random() * (high - low + 1))),
  );
}

function scalar(dtype: NumericType, value: number): Tensor {
  return tensor(dtype, [], [dtype === "float32" ? Math.fround(value) : value]);
}

function vector(dtype: NumericType, values: readonly number[]): Tensor {
  return tensor(dtype, [values.length], dtype === "float32" ? values.map(Math.fround) : values);
}

const EXACT = { tolerance: 0 };

describe("quantised operators against ONNX Runtime, bit for bit", () => {
  it("QuantizeLinear rounds halves to even and saturates", async () => {
    const random = seededRandom(1);
    const halves = vector("float32", [-1.25, -0.75, -0.25, 0.25, 0.75, 1.25, 1000, -1000]);
    await expectAgreement(
      (["uint8", "int8"] as const).flatMap((dtype) => [
        { ...EXACT, type: "QuantizeLinear", inputs: [halves, scalar("float32", 0.5), scalar(dtype, 3)] },
        ...[0.013, 0.1, 0.37].map((scale) => ({
          ...EXACT,
          type: "QuantizeLinear",
          inputs: [randomTensor(random, [4, 50], -9, 9), scalar("float32", scale), scalar(dtype, 7)],
        })),
      ]),
    );
  });

  it("QuantizeLinear and DequantizeLinear take a scale for each index of an axis", async () => {
    const random = seededRandom(2);
    const scales = vector("float32", [0.01, 0.2, 0.05]);
    const zeros = vector("int8", [0, -3, 8]);
    await expectAgreement([
      { ...EXACT, type: "QuantizeLinear", inputs: [randomTensor(random, [2, 3, 4]), scales, zeros] },
      {
        ...EXACT,
        type: "QuantizeLinear",
        attributes: { axis: -1 },
        inputs: [randomTensor(random, [2, 3]), scales, zeros],
      },
      { ...EXACT, type: "DequantizeLinear", inputs: [randomBytes(random, "int8", [2, 3, 4]), scales, zeros] },
      {
        ...EXACT,
        type: "DequantizeLinear",
        attributes: { axis: 0 },
        inputs: [randomBytes(random, "int8", [3, 4]), scales, zeros],
      },
    ]);
  });

  it("QuantizeLinear and DequantizeLinear take a scale for each block", async () => {
    const random = seededRandom(3);
    const scales = tensor("float32", [2, 2], [0.01, 0.2, 0.05, 0.3].map(Math.fround));
    const attributes = { axis: 1, block_size: 2 };
    await expectAgreement(
      [
        {
          ...EXACT,
          type: "DequantizeLinear",
          attributes,
          inputs: [randomBytes(random, "int8", [2, 4]), scales, tensor("int8", [2, 2], [0, 1, -2, 3])],
        },
        {
          ...EXACT,
          type: "QuantizeLinear",
          attributes,
          inputs: [randomTensor(random, [2, 4]), scales, tensor("int8", [2, 2], [0, 1, -2, 3])],
        },
      ],
      21,
    );
  });

  it("DequantizeLinear of 32-bit accumulators", async () => {
    const values = vector("int32", [0, 1, -1, 16777217, -2147483648, 2147483647]);
    await expectAgreement([
      { ...EXACT, type: "DequantizeLinear", inputs: [values, scalar("float32", 0.003)] },
    ]);
  });

  it("DynamicQuantizeLinear covers the values and zero", async () => {
    const random = seededRandom(4);
    await expectAgreement(
      [
        [-2, 5],
        [1, 4],
        [-7, -3],
      ].map(([low, high]) => ({
        ...EXACT,
        type: "DynamicQuantizeLinear",
        outputs: 3,
        inputs: [randomTensor(random, [5, 7], low, high)],
      })),
    );
  });

  it("MatMulInteger, with zero points for the whole or for each row and column", async () => {
    const random = seededRandom(5);
    await expectAgreement([
      {
        ...EXACT,
        type: "MatMulInteger",
        inputs: [randomBytes(random, "uint8", [3, 4]), randomBytes(random, "int8", [4, 2])],
      },
      {
        ...EXACT,
        type: "MatMulInteger",
        inputs: [
          randomBytes(random, "uint8", [2, 3, 4]),
          randomBytes(random, "uint8", [4, 2]),
          scalar("uint8", 100),
          scalar("uint8", 7),
        ],
      },
      {
        ...EXACT,
        type: "MatMulInteger",
        inputs: [
          randomBytes(random, "uint8", [3, 4]),
          randomBytes(random, "int8", [4, 2]),
          scalar("uint8", 128),
          vector("int8", [3, -9]),
        ],
      },
    ]);
  });

  it("QLinearMatMul, with one scale or one for each column", async () => {
    const random = seededRandom(6);
    const make = (dtype: Quantized, bScale: Tensor, bZero: Tensor): NodeCase => ({
      ...EXACT,
      type: "QLinearMatMul",
      inputs: [
        randomBytes(random, dtype, [12, 9]),
        scalar("float32", 0.0066),
        scalar(dtype, 5),
        randomBytes(random, "int8", [9, 11]),
        bScale,
        bZero,
        scalar("float32", 0.0107 * 9),
        scalar(dtype, dtype === "uint8" ? 118 : -3),
      ],
    });
    const columns = Array.from({ length: 11 }, (_, i) => 0.003 + i / 900);
    await expectAgreement([
      make("uint8", scalar("float32", 0.00705), scalar("int8", 2)),
      make("int8", scalar("float32", 0.00705), scalar("int8", -2)),
      make("uint8", vector("float32", columns), vector("int8", new Array<number>(11).fill(0))),
    ]);
  });

  it("ConvInteger pads with the zero point", async () => {
    const random = seededRandom(7);
    await expectAgreement([
      {
        ...EXACT,
        type: "ConvInteger",
        attributes: { pads: [1, 1, 1, 1] },
        inputs: [
          randomBytes(random, "uint8", [1, 2, 5, 5]),
          randomBytes(random, "uint8", [3, 2, 3, 3]),
          scalar("uint8", 77),
        ],
      },
      {
        ...EXACT,
        type: "ConvInteger",
        attributes: { strides: [2, 2], group: 2 },
        inputs: [
          randomBytes(random, "uint8", [1, 4, 6, 6]),
          randomBytes(random, "uint8", [4, 2, 2, 2]),
          scalar("uint8", 9),
          scalar("uint8", 130),
        ],
      },
    ]);
  });

  it("QLinearConv with bias, groups, padding, and a scale for each output channel", async () => {
    const random = seededRandom(8);
    const make = (
      dtype: Quantized,
      weightScale: Tensor,
      weightZero: Tensor,
      bias: Tensor | undefined,
    ): NodeCase => ({
      ...EXACT,
      type: "QLinearConv",
      attributes: { pads: [1, 0, 1, 2], strides: [1, 2], group: 2 },
      inputs: [
        randomBytes(random, dtype, [1, 4, 7, 8]),
        scalar("float32", 0.0037),
        scalar(dtype, 11),
        randomBytes(random, "int8", [6, 2, 3, 3]),
        weightScale,
        weightZero,
        scalar("float32", 0.11),
        scalar(dtype, 21),
        bias,
      ],
    });
    const bias = vector("int32", [1000, -2000, 30000, 4, 0, -70000]);
    const scales = vector("float32", [0.01, 0.02, 0.011, 0.005, 0.03, 0.007]);
    await expectAgreement([
      make("uint8", scalar("float32", 0.012), scalar("int8", 0), bias),
      make("int8", scalar("float32", 0.012), scalar("int8", 0), undefined),
      make("uint8", scales, vector("int8", [0, 0, 0, 0, 0, 0]), bias),
    ]);
  });
});

describe("operators of com.microsoft against ONNX Runtime", () => {
  const DOMAIN = "com.microsoft";
  const scale = (value: number) => scalar("float32", value);
  const zero = (value: number) => scalar("uint8", value);

  it("quantised: sums, products, activations, pools and joins are those of the real numbers", async () => {
    const random = seededRandom(20);
    const image = () => randomBytes(random, "uint8", [1, 2, 4, 4]);
    const x = () => [image(), scale(0.021), zero(120)];
    const unary = (type: string, attributes: NodeCase["attributes"], outputScale: number): NodeCase => ({
      ...EXACT,
      domain: DOMAIN,
      type,
      attributes,
      inputs: [...x(), scale(outputScale), zero(100)],
    });
    await expectAgreement([
      { ...EXACT, domain: DOMAIN, type: "QLinearAdd", inputs: [...x(), ...x(), scale(0.037), zero(111)] },
      { ...EXACT, domain: DOMAIN, type: "QLinearMul", inputs: [...x(), ...x(), scale(0.05), zero(130)] },
      unary("QLinearSigmoid", {}, 0.0039),
      unary("QLinearLeakyRelu", { alpha: { float: 0.1 } }, 0.021),
      unary("QLinearGlobalAveragePool", { channels_last: 0 }, 0.013),
      unary("QLinearAveragePool", { kernel_shape: [2, 2], strides: [2, 2], channels_last: 0 }, 0.013),
      {
        ...EXACT,
        domain: DOMAIN,
        type: "QLinearConcat",
        attributes: { axis: 1 },
        inputs: [scale(0.03), zero(90), ...x(), ...x()],
      },
      {
        ...EXACT,
        domain: DOMAIN,
        type: "QLinearWhere",
        inputs: [
          tensor("bool", [1, 2, 4, 1], [1, 0, 0, 1, 1, 1, 0, 0]),
          ...x(),
          ...x(),
          scale(0.03),
          zero(90),
        ],
      },
    ]);
  });

  it("quantised: matrix products", async () => {
    const random = seededRandom(21);
    const a = () => randomBytes(random, "uint8", [3, 5]);
    const b = (shape: number[]) => randomBytes(random, "int8", shape);
    const bZero = scalar("int8", -4);
    const bias = vector("int32", [500, -700, 0, 12000]);
    await expectAgreement([
      {
        ...EXACT,
        domain: DOMAIN,
        type: "QGemm",
        inputs: [a(), scale(0.02), zero(7), b([5, 4]), scale(0.01), bZero, bias, scale(0.4), zero(128)],
      },
      {
        ...EXACT,
        domain: DOMAIN,
        type: "QGemm",
        attributes: { transB: 1 },
        inputs: [a(), scale(0.02), zero(7), b([4, 5]), scale(0.01), bZero, undefined, scale(0.4), zero(128)],
      },
      {
        domain: DOMAIN,
        type: "MatMulIntegerToFloat",
        inputs: [a(), b([5, 4]), scale(0.02), scale(0.01), zero(7), bZero, randomTensor(random, [4])],
      },
      {
        domain: DOMAIN,
        type: "DynamicQuantizeMatMul",
        inputs: [randomTensor(random, [3, 5]), b([5, 4]), scale(0.01), bZero],
      },
    ]);
  });

  it("fused float operators", async () => {
    const random = seededRandom(22);
    const row = () => randomTensor(random, [4]);
    const matrix = () => randomTensor(random, [3, 4]);
    await expectAgreement(
      [
        { type: "Gelu", inputs: [matrix()] },
        { type: "FastGelu", inputs: [matrix(), row()] },
        { type: "BiasGelu", inputs: [matrix(), row()] },
        { type: "QuickGelu", inputs: [matrix()] },
        {
          type: "FusedMatMul",
          attributes: { transB: 1, alpha: { float: 0.5 } },
          inputs: [matrix(), matrix()],
        },
        { type: "FusedMatMul", attributes: { transA: 1 }, inputs: [matrix(), matrix()] },
        {
          type: "SkipLayerNormalization",
          inputs: [matrix(), matrix(), row(), row(), row()],
          tolerance: 2e-5,
        },
      ].map((each) => ({ ...each, domain: DOMAIN })),
    );
  });
});
