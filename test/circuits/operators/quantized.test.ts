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
