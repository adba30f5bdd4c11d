import type { Tensor } from "../../../circuits/src/onnx/Tensor.ts";
import type { AttributeInput } from "../support/buildOnnx.ts";
import { expectAgreement, type NodeCase } from "../support/expectAgreement.ts";
import { randomTensor, seededRandom } from "../support/onnxRuntime.ts";

type AttributeMap = Record<string, AttributeInput>;

function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

function several(random: () => number, count: number, low: number, high: number): number[] {
  return Array.from({ length: count }, () => low + Math.floor(random() * (high - low + 1)));
}

/** Explicit, automatic or no padding, at random. */
function randomPadding(random: () => number, rank: number, kernel: readonly number[]): AttributeMap {
  const kind = pick(random, ["none", "pads", "SAME_UPPER", "SAME_LOWER", "VALID"]);
  if (kind === "none") return {};
  if (kind !== "pads") return { auto_pad: kind };
  const most = Math.max(1, Math.min(...kernel) - 1);
  return { pads: several(random, 2 * rank, 0, most) };
}

function randomConvolution(random: () => number, rank: number): NodeCase {
  const groups = pick(random, [1, 1, 2]);
  const depth = pick(random, [1, 2]);
  const kernel = several(random, rank, 1, 3);
  const attributes: AttributeMap = { group: groups, strides: several(random, rank, 1, 3) };
  const padding = randomPadding(random, rank, kernel);
  // ONNX Runtime takes no dilation together with automatic padding.
  if (!("auto_pad" in padding)) attributes.dilations = several(random, rank, 1, 2);
  const filters = groups * pick(random, [1, 2]);
  const inputs: (Tensor | undefined)[] = [
    randomTensor(random, [1 + Math.floor(random() * 2), groups * depth, ...several(random, rank, 5, 8)]),
    randomTensor(random, [filters, depth, ...kernel]),
  ];
  if (random() < 0.5) inputs.push(randomTensor(random, [filters]));
  return { type: "Conv", inputs, attributes: { ...attributes, ...padding } };
}

function randomTransposed(random: () => number, rank: number): NodeCase {
  const groups = pick(random, [1, 2]);
  const kernel = several(random, rank, 1, 3);
  const strides = several(random, rank, 1, 3);
  const padding = randomPadding(random, rank, kernel);
  const attributes: AttributeMap = { group: groups, strides, ...padding };
  if (!("auto_pad" in padding)) {
    attributes.dilations = several(random, rank, 1, 2);
    attributes.output_padding = strides.map((stride) => Math.floor(random() * stride));
  }
  const filters = pick(random, [1, 2]);
  return {
    type: "ConvTranspose",
    attributes,
    inputs: [
      randomTensor(random, [1, groups * 2, ...several(random, rank, 4, 6)]),
      randomTensor(random, [groups * 2, filters, ...kernel]),
      ...(random() < 0.5 ? [randomTensor(random, [filters * groups])] : []),
    ],
  };
}

function randomPool(random: () => number, type: string, rank: number): NodeCase {
  const kernel = several(random, rank, 1, 3);
  const padding = randomPadding(random, rank, kernel);
  const attributes: AttributeMap = { kernel_shape: kernel, strides: several(random, rank, 1, 3), ...padding };
  // With strides beyond the kernel, ONNX Runtime's automatic padding of pools turns negative and is refused.
  if ("auto_pad" in padding) attributes.strides = kernel.map((size) => 1 + Math.floor(random() * size));
  if ("pads" in padding)
    attributes.pads = (padding.pads as number[]).map((pad) => Math.min(pad, Math.min(...kernel) - 1));
  if (!("auto_pad" in padding)) attributes.ceil_mode = pick(random, [0, 1]);
  if (type === "AveragePool") attributes.count_include_pad = pick(random, [0, 1]);
  if (type === "LpPool") {
    attributes.p = pick(random, [1, 2, 3]);
    delete attributes.ceil_mode;
  }
  return { type, attributes, inputs: [randomTensor(random, [1, 2, ...several(random, rank, 5, 8)])] };
}

function times(count: number, make: () => NodeCase): NodeCase[] {
  return Array.from({ length: count }, make);
}

describe("convolutions and pools against ONNX Runtime", () => {
  for (const rank of [1, 2, 3]) {
    it(`Conv in ${rank} dimensions: groups, strides, dilations, every padding`, async () => {
      const random = seededRandom(100 + rank);
      await expectAgreement(times(40, () => randomConvolution(random, rank)));
    });

    it(`ConvTranspose in ${rank} dimensions: groups, strides, dilations, output padding, every padding`, async () => {
      const random = seededRandom(200 + rank);
      await expectAgreement(times(40, () => randomTransposed(random, rank)));
    });

    for (const type of ["MaxPool", "AveragePool", "LpPool"]) {
      it(`${type} in ${rank} dimensions: strides, every padding, rounding up`, async () => {
        const random = seededRandom(300 + rank);
        await expectAgreement(times(40, () => randomPool(random, type, rank)));
      });
    }
  }

  it("ConvTranspose reaches a given output shape", async () => {
    const random = seededRandom(400);
    await expectAgreement(
      [
        [10, 10],
        [9, 11],
        [8, 8],
      ].map((shape) => ({
        type: "ConvTranspose",
        attributes: { strides: [2, 2], output_shape: shape },
        inputs: [randomTensor(random, [1, 2, 4, 5]), randomTensor(random, [2, 3, 3, 3])],
      })),
    );
  });

  it("MaxPool says where the maxima lie, by rows or by columns, and MaxUnpool puts them back", async () => {
    const random = seededRandom(401);
    const image = () => randomTensor(random, [2, 2, 6, 5]);
    const attributes = { kernel_shape: [2, 2], strides: [2, 2] };
    await expectAgreement([
      { type: "MaxPool", outputs: 2, attributes, inputs: [image()] },
      { type: "MaxPool", outputs: 2, attributes: { ...attributes, storage_order: 1 }, inputs: [image()] },
      {
        type: "MaxUnpool",
        attributes,
        inputs: [
          randomTensor(random, [1, 1, 2, 2]),
          { dtype: "int64", shape: [1, 1, 2, 2], data: Float64Array.of(5, 7, 13, 15) },
        ],
      },
    ]);
  });

  it("pools with dilation", async () => {
    const random = seededRandom(402);
    const image = () => randomTensor(random, [1, 2, 9, 8]);
    const attributes = { kernel_shape: [3, 2], dilations: [2, 3], pads: [1, 1, 1, 1], strides: [2, 1] };
    const including = { ...attributes, count_include_pad: 1 };
    await expectAgreement(
      [
        { type: "MaxPool", attributes, inputs: [image()] },
        { type: "AveragePool", attributes, inputs: [image()] },
        { type: "AveragePool", attributes: including, inputs: [image()] },
        { type: "AveragePool", attributes: { ...including, ceil_mode: 1 }, inputs: [image()] },
        { type: "LpPool", attributes: { ...attributes, ceil_mode: 1 }, inputs: [image()] },
      ],
      20,
    );
  });

  it("global pools", async () => {
    const random = seededRandom(403);
    await expectAgreement(
      [
        [2, 3, 5],
        [1, 2, 4, 3],
        [1, 2, 2, 3, 2],
      ].flatMap((shape) => [
        { type: "GlobalAveragePool", inputs: [randomTensor(random, shape)] },
        { type: "GlobalMaxPool", inputs: [randomTensor(random, shape)] },
        { type: "GlobalLpPool", attributes: { p: 3 }, inputs: [randomTensor(random, shape)] },
      ]),
    );
  });
});
