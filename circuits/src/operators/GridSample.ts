import { OnnxOperatorError } from "../onnx/errors.ts";
import { roundHalfEven } from "../onnx/roundTo.ts";
import type { Operator } from "./Operator.ts";
import { product, range } from "./support/axes.ts";
import { denormalize, paddedIndex } from "./support/gridCoordinates.ts";
import { numericInput } from "./support/inputs.ts";
import { cubicKernel } from "./support/interpolation.ts";
import { roundData } from "./support/roundData.ts";
import { stridesOf } from "./support/strides.ts";

// The coefficient of the cubic kernel that the specification fixes for GridSample.
const CUBIC_COEFFICIENT = -0.75;

type Tap = readonly [index: number, weight: number];

/** The indices around a coordinate that an interpolation reads along one axis, with their weights. */
function tapsAround(x: number, mode: string): Tap[] {
  if (mode === "nearest") return [[roundHalfEven(x), 1]];
  const base = Math.floor(x);
  if (mode === "linear") {
    return [
      [base, base + 1 - x],
      [base + 1, x - base],
    ];
  }
  return [-1, 0, 1, 2].map((i) => [base + i, cubicKernel(base + i - x, CUBIC_COEFFICIENT)]);
}

function modeOf(name: string): string {
  const renamed: Record<string, string> = { bilinear: "linear", bicubic: "cubic" };
  const mode = renamed[name] ?? name;
  if (!["linear", "nearest", "cubic"].includes(mode))
    throw new OnnxOperatorError(`Mode "${name}" is unknown.`);
  return mode;
}

/** Reads an image [N, C, ...] at the points of a grid [N, ..., axes], whose coordinates come last axis first. */
export const GridSample: Operator = {
  domain: "",
  type: "GridSample",
  sinceVersions: [16, 20, 22],
  evaluate(inputs, attributes) {
    const image = numericInput(inputs, 0);
    const grid = numericInput(inputs, 1);
    const spatial = image.shape.slice(2);
    const rank = spatial.length;
    const alignsCorners = attributes.int("align_corners", 0) !== 0;
    const padding = attributes.string("padding_mode", "zeros");
    const mode = modeOf(attributes.string("mode", "linear"));
    const [batches, channels] = [image.shape[0]!, image.shape[1]!];
    const points = product(grid.shape, 1, grid.shape.length - 1);
    if (grid.shape[0] !== batches || grid.shape.at(-1) !== rank) {
      throw new OnnxOperatorError(
        `Grid [${grid.shape.join(", ")}] does not fit the image [${image.shape.join(", ")}].`,
      );
    }
    const pixels = product(spatial);
    const strides = stridesOf(spatial);
    const data = new Float64Array(batches * channels * points);
    for (let n = 0; n < batches; n++) {
      for (let point = 0; point < points; point++) {
        const start = (n * points + point) * rank;
        const taps = range(rank).reduce<Tap[]>(
          (all, axis) => {
            const x = denormalize(grid.data[start + rank - 1 - axis]!, spatial[axis]!, alignsCorners);
            return all.flatMap(([position, weight]) =>
              tapsAround(x, mode).flatMap(([index, factor]): Tap[] => {
                const at = paddedIndex(index, spatial[axis]!, padding, alignsCorners);
                return at < 0 ? [] : [[position + at * strides[axis]!, weight * factor]];
              }),
            );
          },
          [[0, 1]],
        );
        for (let c = 0; c < channels; c++) {
          const plane = (n * channels + c) * pixels;
          let sum = 0;
          for (const [position, weight] of taps) sum += weight * image.data[plane + position]!;
          data[(n * channels + c) * points + point] = sum;
        }
      }
    }
    return [roundData(image.dtype, [batches, channels, ...grid.shape.slice(1, -1)], data)];
  },
};
