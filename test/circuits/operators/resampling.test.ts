import { type Tensor, tensor } from "../../../circuits/src/onnx/Tensor.ts";
import { expectAgreement } from "../support/expectAgreement.ts";
import { randomTensor, seededRandom } from "../support/onnxRuntime.ts";

function ints(...values: number[]): Tensor {
  return tensor("int64", [values.length], values);
}

function grid(...shape: number[]): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  return tensor(
    "float32",
    shape,
    Array.from({ length: size }, (_, i) => i),
  );
}

describe("Resize against ONNX Runtime", () => {
  const scales = (...values: number[]) => tensor("float32", [values.length], values.map(Math.fround));

  it("takes the nearest element by every rule of coordinates and rounding", async () => {
    const coordinates = [
      "half_pixel",
      "pytorch_half_pixel",
      "align_corners",
      "asymmetric",
      "half_pixel_symmetric",
    ];
    const rounding = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];
    await expectAgreement(
      coordinates.flatMap((coordinate_transformation_mode) =>
        rounding.flatMap((nearest_mode) =>
          [scales(1, 1, 2, 3), scales(1, 1, 0.5, 0.75), scales(1, 1, 1.5, 2.5)].map((scale) => ({
            type: "Resize",
            attributes: { mode: "nearest", coordinate_transformation_mode, nearest_mode },
            inputs: [grid(1, 1, 4, 4), undefined, scale],
          })),
        ),
      ),
      19,
    );
  });

  it("interpolates linearly and cubically, by scales and by sizes", async () => {
    const random = seededRandom(1);
    const coordinates = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"];
    const image = () => randomTensor(random, [1, 2, 4, 5]);
    await expectAgreement(
      coordinates.flatMap((coordinate_transformation_mode) =>
        ["linear", "cubic"].flatMap((mode) => [
          {
            type: "Resize",
            attributes: { mode, coordinate_transformation_mode },
            inputs: [image(), undefined, scales(1, 1, 2, 1.6)],
          },
          {
            type: "Resize",
            attributes: { mode, coordinate_transformation_mode },
            inputs: [image(), undefined, undefined, ints(1, 2, 3, 9)],
          },
        ]),
      ),
    );
    await expectAgreement([
      {
        type: "Resize",
        attributes: { mode: "cubic", cubic_coeff_a: { float: -0.5 }, exclude_outside: 1 },
        inputs: [image(), undefined, scales(1, 1, 2, 2)],
      },
      {
        type: "Resize",
        attributes: {
          mode: "linear",
          coordinate_transformation_mode: "tf_crop_and_resize",
          extrapolation_value: { float: 9 },
        },
        inputs: [
          image(),
          tensor("float32", [8], [0, 0, 0.25, 0.5, 1, 1, 0.75, 1.5].map(Math.fround)),
          undefined,
          ints(1, 2, 3, 4),
        ],
      },
    ]);
  });

  it("antialiases when it shrinks", async () => {
    const random = seededRandom(2);
    await expectAgreement(
      ["linear", "cubic"].map((mode) => ({
        type: "Resize",
        attributes: { mode, antialias: 1 },
        inputs: [randomTensor(random, [1, 1, 8, 9]), undefined, scales(1, 1, 0.5, 0.6)],
        tolerance: 1e-5,
      })),
      18,
    );
  });

  it("names axes and keeps the aspect ratio", async () => {
    await expectAgreement(
      ["stretch", "not_larger", "not_smaller"].map((keep_aspect_ratio_policy) => ({
        type: "Resize",
        attributes: { mode: "nearest", axes: [2, 3], keep_aspect_ratio_policy },
        inputs: [grid(1, 1, 3, 4), undefined, undefined, ints(6, 10)],
      })),
      18,
    );
  });

  it("has its older forms: Resize of opset 10 and Upsample", async () => {
    const modes = ["nearest", "linear"];
    await expectAgreement(
      modes.map((mode) => ({
        type: "Resize",
        attributes: { mode },
        inputs: [grid(1, 1, 3, 4), scales(1, 1, 2, 1.5)],
      })),
      10,
    );
    await expectAgreement(
      modes.map((mode) => ({
        type: "Upsample",
        attributes: { mode },
        inputs: [grid(1, 1, 3, 4), scales(1, 1, 2, 3)],
      })),
      9,
    );
    await expectAgreement(
      modes.map((mode) => ({
        type: "Upsample",
        attributes: { mode, scales: { floats: [1, 1, 2, 3] } },
        inputs: [grid(1, 1, 3, 4)],
      })),
      7,
    );
  });
});

describe("sampling of images against ONNX Runtime", () => {
  it("GridSample by every mode, padding and alignment", async () => {
    const random = seededRandom(3);
    const modes = ["bilinear", "nearest", "bicubic"];
    await expectAgreement(
      modes.flatMap((mode) =>
        ["zeros", "border", "reflection"].flatMap((padding_mode) =>
          [0, 1].map((align_corners) => ({
            type: "GridSample",
            attributes: { mode, padding_mode, align_corners },
            inputs: [randomTensor(random, [2, 2, 4, 5]), randomTensor(random, [2, 3, 4, 2], -1.4, 1.4)],
            tolerance: 2e-5,
          })),
        ),
      ),
    );
  });

  it("AffineGrid in two and three dimensions", async () => {
    const random = seededRandom(4);
    await expectAgreement(
      [0, 1].flatMap((align_corners) => [
        {
          type: "AffineGrid",
          attributes: { align_corners },
          inputs: [randomTensor(random, [2, 2, 3]), ints(2, 1, 3, 4)],
        },
        {
          type: "AffineGrid",
          attributes: { align_corners },
          inputs: [randomTensor(random, [1, 3, 4]), ints(1, 1, 2, 3, 4)],
        },
      ]),
      20,
    );
  });

  it("Col2Im and CenterCropPad", async () => {
    const random = seededRandom(5);
    await expectAgreement(
      [
        { type: "Col2Im", inputs: [randomTensor(random, [1, 8, 6]), ints(3, 4), ints(2, 2)] },
        {
          type: "Col2Im",
          attributes: { pads: [1, 0, 1, 0], strides: [2, 1] },
          inputs: [randomTensor(random, [2, 6, 12]), ints(5, 5), ints(3, 2)],
        },
        { type: "CenterCropPad", inputs: [grid(4, 7), ints(6, 4)] },
        { type: "CenterCropPad", attributes: { axes: [-1] }, inputs: [grid(3, 4), ints(9)] },
      ],
      18,
    );
  });
});
