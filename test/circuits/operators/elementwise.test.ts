import { expect } from "chai";

import { Attributes } from "../../../circuits/src/onnx/Attributes.ts";
import { roundTo } from "../../../circuits/src/onnx/roundTo.ts";
import { type IntegerType, type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { operatorOf } from "../../../circuits/src/operators/registry.ts";
import { expectAgreement, type NodeCase } from "../support/expectAgreement.ts";
import { randomTensor, seededRandom } from "../support/onnxRuntime.ts";

const SHAPES = [[2, 3, 4], [5], [1, 7]] as const;

/** Shapes that broadcast against each other, in both directions. */
const BROADCASTS = [
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [[2, 3, 4], [4]],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [[], [2, 2]],
  [
    [5, 1],
    [1, 6],
  ],
] as const;

function randomIntegers(
  random: () => number,
  dtype: IntegerType,
  shape: readonly number[],
  low: number,
  high: number,
) {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    dtype,
    shape,
    Array.from({ length: size }, () => low + Math.floor(random() * (high - low + 1))),
  );
}

function floats(...values: number[]): Tensor {
  return tensor("float32", [values.length], values.map(roundTo("float32")));
}

describe("elementwise operators against ONNX Runtime", () => {
  const everywhere: Record<string, Record<string, { float: number } | string>[]> = {
    Abs: [{}],
    Asinh: [{}],
    Atan: [{}],
    Ceil: [{}],
    Celu: [{}, { alpha: { float: 0.5 } }],
    Cos: [{}],
    Cosh: [{}],
    Elu: [{}, { alpha: { float: 2.5 } }],
    Erf: [{}],
    Exp: [{}],
    Floor: [{}],
    HardSigmoid: [{}, { alpha: { float: 0.3 }, beta: { float: 0.4 } }],
    HardSwish: [{}],
    Identity: [{}],
    LeakyRelu: [{}, { alpha: { float: 0.2 } }],
    Neg: [{}],
    Reciprocal: [{}],
    Relu: [{}],
    Round: [{}],
    Selu: [{}, { alpha: { float: 1.5 }, gamma: { float: 2 } }],
    Shrink: [{}, { bias: { float: 0.2 }, lambd: { float: 1 } }],
    Sigmoid: [{}],
    Sign: [{}],
    Sin: [{}],
    Sinh: [{}],
    Softplus: [{}],
    Softsign: [{}],
    Tan: [{}],
    Tanh: [{}],
    ThresholdedRelu: [{}, { alpha: { float: 0.5 } }],
  };

  it("apply their function to each element, for any shape and attributes", async () => {
    const random = seededRandom(1);
    const cases = Object.entries(everywhere).flatMap(([type, variants]) =>
      variants.flatMap((attributes) =>
        SHAPES.map((shape): NodeCase => ({ type, attributes, inputs: [randomTensor(random, shape, -3, 3)] })),
      ),
    );
    await expectAgreement(cases);
  });

  it("keep to the domains of inverse and root functions", async () => {
    const random = seededRandom(2);
    const domains: Record<string, [number, number]> = {
      Acos: [-1, 1],
      Acosh: [1, 4],
      Asin: [-1, 1],
      Atanh: [-0.99, 0.99],
      Log: [0.01, 9],
      Sqrt: [0, 9],
    };
    await expectAgreement(
      Object.entries(domains).flatMap(([type, [low, high]]) =>
        SHAPES.map((shape): NodeCase => ({ type, inputs: [randomTensor(random, shape, low, high)] })),
      ),
    );
  });

  it("saturate at large magnitudes instead of overflowing", async () => {
    const large = floats(-1e4, -100, -30, 30, 100, 1e4);
    const types = ["Sigmoid", "Tanh", "Softplus", "Erf", "Elu", "Selu", "Celu", "HardSigmoid", "Softsign"];
    await expectAgreement(types.map((type) => ({ type, inputs: [large] })));
  });

  it("round halves to even", async () => {
    await expectAgreement([{ type: "Round", inputs: [floats(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.49999)] }]);
  });

  it("Gelu in both forms and Mish", async () => {
    const random = seededRandom(3);
    await expectAgreement(
      [
        { type: "Gelu", inputs: [randomTensor(random, [3, 5], -4, 4)] },
        { type: "Gelu", attributes: { approximate: "tanh" }, inputs: [randomTensor(random, [3, 5], -4, 4)] },
        { type: "Mish", inputs: [randomTensor(random, [3, 5], -4, 4)] },
      ],
      20,
    );
  });

  it("binary arithmetic broadcasts in both directions", async () => {
    const random = seededRandom(4);
    await expectAgreement(
      ["Add", "Sub", "Mul", "Div", "PRelu"].flatMap((type) =>
        BROADCASTS.filter(([, second]) => type !== "PRelu" || second.length < 2).map(
          ([first, second]): NodeCase => ({
            type,
            inputs: [randomTensor(random, first), randomTensor(random, second, 0.5, 2)],
          }),
        ),
      ),
    );
  });

  it("integer arithmetic truncates division toward zero and wraps around at 32 bits", async () => {
    const random = seededRandom(5);
    const types = ["Add", "Sub", "Mul", "Div"];
    await expectAgreement(
      types.flatMap((type) => [
        {
          type,
          inputs: [randomIntegers(random, "int32", [3, 4], -50, 50), tensor("int32", [4], [3, -7, 5, -2])],
        },
        {
          type,
          inputs: [randomIntegers(random, "int64", [3, 4], -50, 50), tensor("int64", [1], [-7])],
        },
        {
          type,
          inputs: [
            tensor("int32", [3], [2147483647, -2147483648, 123456789]),
            tensor("int32", [3], [2, 3, 987654321]),
          ],
        },
      ]),
    );
  });

  it("powers and remainders take the type and sign that the specification says", async () => {
    const random = seededRandom(6);
    const dividends = tensor("int32", [6], [7, -7, 7, -7, 0, 6]);
    const divisors = tensor("int32", [6], [3, 3, -3, -3, 5, -3]);
    await expectAgreement([
      { type: "Pow", inputs: [randomTensor(random, [2, 3], 0.1, 3), randomTensor(random, [3])] },
      { type: "Pow", inputs: [randomTensor(random, [2, 3]), tensor("int64", [], [3])] },
      { type: "Pow", inputs: [tensor("int32", [3], [2, -3, 5]), tensor("int32", [3], [10, 3, 0])] },
      { type: "Mod", inputs: [dividends, divisors] },
      { type: "Mod", attributes: { fmod: 1 }, inputs: [dividends, divisors] },
      {
        type: "Mod",
        attributes: { fmod: 1 },
        inputs: [randomTensor(random, [8], -9, 9), randomTensor(random, [8], 1, 3)],
      },
    ]);
  });

  it("Clip takes either bound, both or none", async () => {
    const random = seededRandom(7);
    const x = randomTensor(random, [2, 9], -3, 3);
    const [low, high] = [tensor("float32", [], [-1]), tensor("float32", [], [0.5])];
    await expectAgreement([
      { type: "Clip", inputs: [x, low, high] },
      { type: "Clip", inputs: [x, low] },
      { type: "Clip", inputs: [x, undefined, high] },
      { type: "Clip", inputs: [x] },
      { type: "Clip", inputs: [x, high, low] },
    ]);
    await expectAgreement(
      [
        { type: "Clip", attributes: { min: { float: -1 }, max: { float: 0.5 } }, inputs: [x] },
        { type: "Clip", attributes: { max: { float: 0.5 } }, inputs: [x] },
      ],
      10,
    );
  });

  it("Max, Min, Sum and Mean fold any number of broadcast inputs", async () => {
    const random = seededRandom(8);
    await expectAgreement(
      ["Max", "Min", "Sum", "Mean"].flatMap((type) => [
        { type, inputs: [randomTensor(random, [2, 3])] },
        { type, inputs: [randomTensor(random, [2, 3]), randomTensor(random, [3])] },
        {
          type,
          inputs: [randomTensor(random, [2, 1]), randomTensor(random, [4]), randomTensor(random, [2, 4])],
        },
      ]),
    );
  });

  it("comparisons and logic give booleans", async () => {
    const random = seededRandom(9);
    const small = () => randomIntegers(random, "int32", [4, 5], -2, 2);
    const bools = () =>
      tensor(
        "bool",
        [4, 5],
        Array.from({ length: 20 }, () => Number(random() < 0.5)),
      );
    const compare = ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"];
    await expectAgreement([
      ...compare.flatMap((type) => [
        { type, inputs: [small(), small()] },
        { type, inputs: [randomTensor(random, [3, 4]), randomTensor(random, [4])] },
      ]),
      ...["And", "Or", "Xor"].map((type) => ({ type, inputs: [bools(), bools()] })),
      { type: "Not", inputs: [bools()] },
      { type: "Where", inputs: [bools(), randomTensor(random, [4, 5]), randomTensor(random, [1])] },
      { type: "IsNaN", inputs: [floats(Number.NaN, 1, Infinity)] },
      { type: "IsInf", inputs: [floats(Number.NaN, Infinity, -Infinity)] },
      { type: "IsInf", attributes: { detect_negative: 0 }, inputs: [floats(Infinity, -Infinity)] },
    ]);
  });

  it("bit operators work on the type's own bits", async () => {
    const x = tensor("uint8", [4], [1, 2, 255, 128]);
    const y = tensor("uint8", [4], [1, 3, 4, 1]);
    await expectAgreement(
      [
        { type: "BitShift", attributes: { direction: "LEFT" }, inputs: [x, y] },
        { type: "BitShift", attributes: { direction: "RIGHT" }, inputs: [x, y] },
        { type: "BitwiseAnd", inputs: [x, y] },
        { type: "BitwiseOr", inputs: [x, y] },
        { type: "BitwiseXor", inputs: [x, y] },
        { type: "BitwiseNot", inputs: [x] },
        { type: "BitwiseNot", inputs: [tensor("int32", [2], [5, -1])] },
      ],
      18,
    );
  });

  it("Cast truncates, wraps, tells zero from the rest and reads and writes numbers", async () => {
    const x = floats(-1.9, -0.5, 0, 0.5, 1.9, 100.7);
    const codes = { float64: 11, int8: 3, uint8: 2, int32: 6, int64: 7, bool: 9 };
    await expectAgreement([
      ...Object.values(codes).map((to) => ({
        type: "Cast",
        attributes: { to },
        inputs: [to === 2 ? floats(0.5, 255) : x],
      })),
      { type: "Cast", attributes: { to: 3 }, inputs: [tensor("int32", [3], [127, 128, -129])] },
      { type: "Cast", attributes: { to: 1 }, inputs: [tensor("bool", [2], [0, 1])] },
      { type: "Cast", attributes: { to: 8 }, inputs: [floats(0.1, -2.5, 3)] },
      {
        type: "Cast",
        attributes: { to: 1 },
        inputs: [{ dtype: "string", shape: [3], data: ["1.5", "-2", "1e3"] }],
      },
      { type: "CastLike", inputs: [x, tensor("int32", [1], [0])] },
    ]);
  });

  it("before opset 7 the second operand aligned with a named axis", () => {
    // ONNX Runtime starts at opset 7: the referee is the same operator on an operand reshaped by hand.
    const random = seededRandom(10);
    const first = randomTensor(random, [2, 3, 4]);
    const second = randomTensor(random, [3], 1, 2);
    const reshaped = { ...second, shape: [3, 1] } as Tensor;
    const old = new Attributes(
      new Map([
        ["broadcast", { kind: "int", value: 1 }],
        ["axis", { kind: "int", value: 1 }],
      ]),
    );
    for (const type of ["Add", "Sub", "Mul", "Div", "Pow", "Less"]) {
      const operator = operatorOf({ name: type, domain: "", type }, 6);
      const [legacy] = operator.evaluate([first, second], old, { opset: 6, outputCount: 1 });
      const [modern] = operator.evaluate([first, reshaped], new Attributes(), { opset: 17, outputCount: 1 });
      expect(legacy).to.deep.equal(modern);
    }
  });
});
