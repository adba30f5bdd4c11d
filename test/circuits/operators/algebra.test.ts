import type { Tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { expectAgreement, type NodeCase } from "../support/expectAgreement.ts";
import { randomTensor, seededRandom } from "../support/onnxRuntime.ts";

function axesTensor(...axes: number[]): Tensor {
  return tensor("int64", [axes.length], axes);
}

describe("products, reductions and normalisations against ONNX Runtime", () => {
  it("MatMul of vectors, matrices and broadcast batches", async () => {
    const random = seededRandom(1);
    const shapes = [
      [[3], [3]],
      [[3], [3, 4]],
      [[2, 3], [3]],
      [
        [2, 3],
        [3, 4],
      ],
      [
        [5, 2, 3],
        [3, 4],
      ],
      [
        [5, 2, 3],
        [5, 3, 4],
      ],
      [
        [2, 1, 2, 3],
        [5, 3, 4],
      ],
    ] as const;
    await expectAgreement(
      shapes.map(([a, b]) => ({
        type: "MatMul",
        inputs: [randomTensor(random, a), randomTensor(random, b)],
      })),
    );
  });

  it("Gemm with transposes, factors and every shape of bias", async () => {
    const random = seededRandom(2);
    const biases = [undefined, [], [1], [4], [1, 4], [2, 1], [2, 4]];
    await expectAgreement(
      biases.flatMap((bias) =>
        [0, 1].flatMap((transA) =>
          [0, 1].map(
            (transB): NodeCase => ({
              type: "Gemm",
              attributes: { transA, transB, alpha: { float: 0.5 }, beta: { float: 2 } },
              inputs: [
                randomTensor(random, transA ? [3, 2] : [2, 3]),
                randomTensor(random, transB ? [4, 3] : [3, 4]),
                bias && randomTensor(random, bias),
              ],
            }),
          ),
        ),
      ),
    );
  });

  it("Einsum: products, traces, diagonals, outer products, ellipses and implicit outputs", async () => {
    const random = seededRandom(3);
    const cases: [string, number[][]][] = [
      [
        "ij,jk->ik",
        [
          [2, 3],
          [3, 4],
        ],
      ],
      [
        "ij,jk",
        [
          [2, 3],
          [3, 4],
        ],
      ],
      [
        "bij, bjk -> bik",
        [
          [2, 3, 4],
          [2, 4, 5],
        ],
      ],
      [
        "...ij,...jk->...ik",
        [
          [2, 2, 3, 4],
          [2, 2, 4, 5],
        ],
      ],
      ["ii->i", [[3, 3]]],
      ["ii", [[3, 3]]],
      ["ij->ji", [[2, 3]]],
      ["ij->", [[2, 3]]],
      ["i,j->ij", [[2], [3]]],
      ["i,i->", [[4], [4]]],
      [
        "bhid,bhjd->bhij",
        [
          [1, 2, 3, 4],
          [1, 2, 3, 4],
        ],
      ],
      [
        "ij,jk,kl->il",
        [
          [2, 3],
          [3, 2],
          [2, 4],
        ],
      ],
      ["...i->...", [[2, 3, 4]]],
    ];
    await expectAgreement(
      cases.map(([equation, shapes]) => ({
        type: "Einsum",
        attributes: { equation },
        inputs: shapes.map((shape) => randomTensor(random, shape)),
      })),
    );
  });

  const reductions = ["Sum", "Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"];

  it("reductions over any axes, counted from either end, kept or dropped (axes as an attribute)", async () => {
    const random = seededRandom(4);
    const variants = [
      {},
      { axes: [1] },
      { axes: [0, -1], keepdims: 0 },
      { axes: [-2], keepdims: 0 },
      { keepdims: 0 },
    ];
    await expectAgreement(
      reductions
        .filter((name) => name !== "Sum")
        .flatMap((name) =>
          variants.map((attributes) => ({
            type: `Reduce${name}`,
            attributes,
            inputs: [randomTensor(random, [2, 3, 4], 0.1, 2)],
          })),
        ),
    );
  });

  it("reductions with axes as an input, and none at all", async () => {
    const random = seededRandom(5);
    await expectAgreement(
      reductions.flatMap((name) =>
        [
          [axesTensor(1), {}],
          [axesTensor(-1, 0), { keepdims: 0 }],
          [undefined, {}],
          [axesTensor(), {}],
        ].map(([axes, attributes]): NodeCase => {
          const x = randomTensor(random, [2, 3, 4], 0.1, 2);
          const inputs = axes === undefined ? [x] : [x, axes as Tensor];
          return { type: `Reduce${name}`, attributes: attributes as { keepdims?: number }, inputs };
        }),
      ),
      18,
    );
  });

  it("reductions asked to do nothing without axes do nothing", async () => {
    const random = seededRandom(6);
    const inputs = () => [randomTensor(random, [2, 3]), axesTensor()];
    await expectAgreement(
      ["ReduceSum", "ReduceMax", "ReduceMean"].map((type) => ({
        type,
        attributes: { noop_with_empty_axes: 1 },
        inputs: inputs(),
      })),
      18,
    );
  });

  it("ArgMax and ArgMin choose the first of equals, or the last where asked", async () => {
    const values = tensor("float32", [2, 4], [1, 3, 3, 0, 5, 5, 2, 2]);
    await expectAgreement(
      ["ArgMax", "ArgMin"].flatMap((type) =>
        [0, 1, -1].flatMap((axis) =>
          [0, 1].flatMap((keepdims) =>
            [0, 1].map((last) => ({
              type,
              attributes: { axis, keepdims, select_last_index: last },
              inputs: [values],
            })),
          ),
        ),
      ),
    );
  });

  it("Softmax, LogSoftmax and Hardmax along an axis, and over all later axes before opset 13", async () => {
    const random = seededRandom(7);
    const cases = ["Softmax", "LogSoftmax", "Hardmax"].flatMap((type) =>
      [undefined, 0, 1, -1].map((axis) => ({
        type,
        attributes: axis === undefined ? {} : { axis },
        inputs: [randomTensor(random, [2, 3, 4], -5, 5)],
      })),
    );
    await expectAgreement(cases, 13);
    await expectAgreement(cases, 11);
  });

  it("CumSum from either end, with or without the element itself", async () => {
    const random = seededRandom(8);
    await expectAgreement(
      [0, 1].flatMap((exclusive) =>
        [0, 1].flatMap((reverse) =>
          [0, -1].map((axis) => ({
            type: "CumSum",
            attributes: { exclusive, reverse },
            inputs: [randomTensor(random, [3, 4]), tensor("int32", [], [axis])],
          })),
        ),
      ),
    );
  });

  it("normalisations by channel, instance, layer, norm and neighbourhood", async () => {
    const random = seededRandom(9);
    const image = () => randomTensor(random, [2, 4, 3, 3]);
    const four = (low = -2) => randomTensor(random, [4], low, 2);
    await expectAgreement(
      [
        { type: "BatchNormalization", inputs: [image(), four(), four(), four(), four(0.1)] },
        {
          type: "BatchNormalization",
          inputs: [randomTensor(random, [3, 4]), four(), four(), four(), four(0.1)],
        },
        { type: "InstanceNormalization", inputs: [image(), four(), four()] },
        {
          type: "InstanceNormalization",
          attributes: { epsilon: { float: 0.1 } },
          inputs: [image(), four(), four()],
        },
        { type: "LRN", attributes: { size: 3 }, inputs: [image()] },
        {
          type: "LRN",
          attributes: { size: 5, alpha: { float: 0.5 }, beta: { float: 0.6 }, bias: { float: 2 } },
          inputs: [image()],
        },
        { type: "MeanVarianceNormalization", inputs: [image()] },
        { type: "MeanVarianceNormalization", attributes: { axes: [1, 2] }, inputs: [image()] },
        ...[1, 2].map((p) => ({ type: "LpNormalization", attributes: { p, axis: 1 }, inputs: [image()] })),
        ...[-1, 1, 2].map((axis) => ({
          type: "LayerNormalization",
          attributes: { axis },
          outputs: 3,
          inputs: [
            image(),
            ...[0, 1].map(() => randomTensor(random, [4, 3, 3].slice(axis < 0 ? axis : axis - 1))),
          ],
        })),
      ].map((each) => ({ ...each, tolerance: 1e-5 })),
    );
    await expectAgreement(
      [
        {
          type: "GroupNormalization",
          attributes: { num_groups: 2 },
          inputs: [image(), four(), four()],
          tolerance: 1e-5,
        },
      ],
      21,
    );
  });
});

describe("losses and determinants against ONNX Runtime", () => {
  it("weigh, ignore and reduce", async () => {
    const random = seededRandom(10);
    const targets = tensor("int64", [3, 2], [0, 2, 1, 1, 2, 0]);
    const weights = randomTensor(random, [3], 0.5, 2);
    const variants = ["mean", "sum", "none"].flatMap((reduction) => [
      { reduction },
      { reduction, ignore_index: 1 },
    ]);
    await expectAgreement(
      variants.flatMap((attributes) => [
        {
          type: "NegativeLogLikelihoodLoss",
          attributes,
          inputs: [randomTensor(random, [3, 3, 2]), targets, weights],
        },
        { type: "NegativeLogLikelihoodLoss", attributes, inputs: [randomTensor(random, [3, 3, 2]), targets] },
        {
          type: "SoftmaxCrossEntropyLoss",
          attributes,
          outputs: 2,
          inputs: [randomTensor(random, [3, 3, 2]), targets, weights],
        },
      ]),
    );
  });

  it("Det of one matrix and of many", async () => {
    const random = seededRandom(11);
    await expectAgreement([
      { type: "Det", inputs: [randomTensor(random, [4, 4])], tolerance: 1e-5 },
      { type: "Det", inputs: [randomTensor(random, [2, 3, 3, 3])], tolerance: 1e-5 },
    ]);
  });
});
