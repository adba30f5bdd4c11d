import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericTensor } from "../onnx/Tensor.ts";
import type { Operator, OperatorInputs } from "./Operator.ts";
import { normalizeAxes, product, range } from "./support/axes.ts";
import { numericInput, optionalInput, optionalIntegers } from "./support/inputs.ts";
import { type AxisWeights, axisWeights, type ResizeAxis, type ResizeMode } from "./support/interpolation.ts";
import { roundData } from "./support/roundData.ts";

/** A resize as weights for each axis, and the value of elements outside of the region of interest. */
export interface ResizePlan {
  readonly weights: readonly (readonly AxisWeights[])[];
  readonly outside: number;
}

function scaledSize(size: number, scale: number): number {
  // In float32, as the specification's types say: 10 * 0.7 is 7, not 6.99.
  return Math.floor(Math.fround(size * scale));
}

/** Sizes under `keep_aspect_ratio_policy`: one scale for all named axes, the smallest or the largest. */
function keptAspect(input: readonly number[], sizes: readonly number[], policy: string): ResizeAxis[] {
  const scales = sizes.map((size, i) => size / input[i]!);
  const common = policy === "not_larger" ? Math.min(...scales) : Math.max(...scales);
  return sizes.map((size, i) => {
    const scale = policy === "stretch" ? scales[i]! : common;
    const output = policy === "stretch" ? size : Math.floor(scale * input[i]! + 0.5);
    return { input: input[i]!, output, scale, roi: [0, 1] };
  });
}

function resizeAxes(inputs: OperatorInputs, attributes: Attributes, opset: number): ResizeAxis[] {
  const { shape } = numericInput(inputs, 0);
  const first = opset < 11 ? 0 : 1;
  const roi = first === 0 ? undefined : optionalInput(inputs, 1)?.data;
  const scales = optionalInput(inputs, first + 1)?.data;
  const sizes = first === 0 ? undefined : optionalIntegers(inputs, 3);
  const axes = normalizeAxes(attributes.ints("axes", range(shape.length)), shape.length);
  const named = axes.map((axis) => shape[axis]!);
  const isSized = sizes !== undefined && sizes.length > 0;
  if ((isSized ? sizes : scales)?.length !== axes.length) {
    throw new OnnxOperatorError(`Resize needs a scale or a size for each of ${axes.length} axes.`);
  }
  const resized = isSized
    ? keptAspect(named, sizes, attributes.string("keep_aspect_ratio_policy", "stretch"))
    : named.map((input, i): ResizeAxis => {
        const scale = scales![i]!;
        return { input, output: scaledSize(input, scale), scale, roi: [0, 1] };
      });
  const result = shape.map((size): ResizeAxis => ({ input: size, output: size, scale: 1, roi: [0, 1] }));
  axes.forEach((axis, i) => {
    const region: [number, number] = roi && roi.length > 0 ? [roi[i]!, roi[axes.length + i]!] : [0, 1];
    result[axis] = { ...resized[i]!, roi: region };
  });
  return result;
}

/** Resolves a Resize node (opset 10: no region, sizes or modes but nearest and linear, asymmetric). */
export function resizePlan(inputs: OperatorInputs, attributes: Attributes, opset: number): ResizePlan {
  const mode = attributes.string("mode", "nearest");
  if (mode !== "nearest" && mode !== "linear" && mode !== "cubic") {
    throw new OnnxOperatorError(`Mode "${mode}" is unknown.`);
  }
  const how: ResizeMode = {
    mode,
    coordinates: attributes.string(
      "coordinate_transformation_mode",
      opset < 11 ? "asymmetric" : "half_pixel",
    ),
    nearest: attributes.string("nearest_mode", opset < 11 ? "floor" : "round_prefer_floor"),
    cubicCoefficient: attributes.float("cubic_coeff_a", -0.75),
    excludesOutside: attributes.int("exclude_outside", 0) !== 0,
    antialiases: attributes.int("antialias", 0) !== 0,
  };
  const weights = resizeAxes(inputs, attributes, opset).map((axis) =>
    axis.input === axis.output && axis.scale === 1 && how.coordinates !== "tf_crop_and_resize"
      ? range(axis.input).map((source) => [{ source, weight: 1 }])
      : axisWeights(axis, how),
  );
  return { weights, outside: attributes.float("extrapolation_value", 0) };
}

/** Applies weights axis by axis in float64; an element outside on any axis takes the plan's outside value. */
export function applyResize(input: NumericTensor, { weights, outside }: ResizePlan): NumericTensor {
  let shape = [...input.shape];
  let data = input.data;
  weights.forEach((axis, at) => {
    const outer = product(shape, 0, at);
    const inner = product(shape, at + 1);
    const size = shape[at]!;
    const next = new Float64Array(outer * axis.length * inner);
    for (let i = 0; i < outer; i++) {
      axis.forEach((taps, j) => {
        const target = (i * axis.length + j) * inner;
        // NaN marks an element outside until every axis is done.
        if (taps === undefined) next.fill(Number.NaN, target, target + inner);
        for (const { source, weight } of taps ?? []) {
          const from = (i * size + source) * inner;
          for (let p = 0; p < inner; p++) next[target + p]! += weight * data[from + p]!;
        }
      });
    }
    shape = shape.with(at, axis.length);
    data = next;
  });
  const isPartial = weights.some((axis) => axis.includes(undefined));
  const filled = isPartial ? data.map((x) => (Number.isNaN(x) ? outside : x)) : data;
  return roundData(input.dtype, shape, filled);
}

export const Resize: Operator = {
  domain: "",
  type: "Resize",
  sinceVersions: [10, 11, 13, 18, 19],
  moves: (attributes) => (attributes.string("mode", "nearest") === "nearest" ? [0] : undefined),
  evaluate(inputs, attributes, { opset }) {
    return [applyResize(numericInput(inputs, 0), resizePlan(inputs, attributes, opset))];
  },
};

/** The forerunner of Resize: scales as attributes before opset 9, as an input since. */
export const Upsample: Operator = {
  domain: "",
  type: "Upsample",
  sinceVersions: [1, 7, 9, 10],
  moves: (attributes) => (attributes.string("mode", "nearest") === "nearest" ? [0] : undefined),
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const mode = attributes.string("mode", "nearest");
    const scales =
      optionalInput(inputs, 1)?.data ??
      (attributes.has("scales")
        ? attributes.floats("scales")
        : [1, 1, attributes.float("height_scale"), attributes.float("width_scale")]);
    if (scales.length !== input.shape.length) {
      throw new OnnxOperatorError(`${scales.length} scales do not serve ${input.shape.length} axes.`);
    }
    const how: ResizeMode = {
      mode: mode === "bilinear" ? "linear" : mode,
      coordinates: "asymmetric",
      nearest: "floor",
      cubicCoefficient: -0.75,
      excludesOutside: false,
      antialiases: false,
    };
    const weights = input.shape.map((size, axis) => {
      const scale = scales[axis]!;
      return axisWeights({ input: size, output: scaledSize(size, scale), scale, roi: [0, 1] }, how);
    });
    return [applyResize(input, { weights, outside: 0 })];
  },
};
