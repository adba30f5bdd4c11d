import { OnnxOperatorError } from "../../onnx/errors.ts";

/** One axis of a resize, everything resolved. */
export interface ResizeAxis {
  /** Sizes before and after. */
  readonly input: number;
  readonly output: number;
  readonly scale: number;
  /** Start and end of the region of interest, in units of the axis; only `tf_crop_and_resize` reads them. */
  readonly roi: readonly [number, number];
}

/** How a resize picks and weighs source elements; the same for all axes. */
export interface ResizeMode {
  readonly mode: string;
  readonly coordinates: string;
  readonly nearest: string;
  readonly cubicCoefficient: number;
  readonly excludesOutside: boolean;
  readonly antialiases: boolean;
}

/** An output index along an axis as a weighted sum of source indices; undefined outside of the region of interest. */
export type AxisWeights = readonly { readonly source: number; readonly weight: number }[] | undefined;

/** Where an output index lies among the source elements. Formulas of the specification of Resize. */
function sourceCoordinate(x: number, { input, output, scale, roi }: ResizeAxis, coordinates: string): number {
  switch (coordinates) {
    case "asymmetric":
      return x / scale;
    case "half_pixel":
      return (x + 0.5) / scale - 0.5;
    case "half_pixel_symmetric": {
      const adjustment = output / (scale * input);
      return (input / 2) * (1 - adjustment) + (x + 0.5) / scale - 0.5;
    }
    case "pytorch_half_pixel":
      return output > 1 ? (x + 0.5) / scale - 0.5 : 0;
    case "tf_half_pixel_for_nn":
      return (x + 0.5) / scale;
    case "align_corners":
      return output > 1 ? (x * (input - 1)) / (output - 1) : 0;
    case "tf_crop_and_resize":
      return output > 1
        ? roi[0] * (input - 1) + (x * (roi[1] - roi[0]) * (input - 1)) / (output - 1)
        : 0.5 * (roi[0] + roi[1]) * (input - 1);
    default:
      throw new OnnxOperatorError(`coordinate_transformation_mode "${coordinates}" is unknown.`);
  }
}

function nearestIndex(x: number, rounding: string): number {
  switch (rounding) {
    case "round_prefer_floor":
      return Math.ceil(x - 0.5);
    case "round_prefer_ceil":
      return Math.floor(x + 0.5);
    case "floor":
      return Math.floor(x);
    case "ceil":
      return Math.ceil(x);
    default:
      throw new OnnxOperatorError(`nearest_mode "${rounding}" is unknown.`);
  }
}

function triangle(distance: number): number {
  return Math.max(0, 1 - Math.abs(distance));
}

/** Keys' cubic convolution kernel with free coefficient a. */
export function cubicKernel(distance: number, a: number): number {
  const x = Math.abs(distance);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/**
 * The source elements and weights of each output index along one axis. Interpolation is separable: the weight of a
 * source element of the whole tensor is the product over the axes.
 */
export function axisWeights(axis: ResizeAxis, how: ResizeMode): AxisWeights[] {
  const clamp = (index: number) => Math.max(0, Math.min(axis.input - 1, index));
  return Array.from({ length: axis.output }, (_, index) => {
    const x = sourceCoordinate(index, axis, how.coordinates);
    if (how.coordinates === "tf_crop_and_resize" && (x < 0 || x > axis.input - 1)) return undefined;
    if (how.mode === "nearest") return [{ source: clamp(nearestIndex(x, how.nearest)), weight: 1 }];
    const isCubic = how.mode === "cubic";
    // Shrinking with antialiasing stretches the kernel over as many source elements as one output element covers.
    const stretch = how.antialiases ? Math.min(axis.scale, 1) : 1;
    const reach = isCubic ? 2 : 1;
    const first = Math.floor(-reach / stretch) + 1;
    const base = Math.ceil(x) - 1;
    const taps = [];
    for (let i = first; i <= 1 - first; i++) {
      const distance = stretch * (base + i - x);
      const weight = isCubic ? cubicKernel(distance, how.cubicCoefficient) : triangle(distance);
      const isOutside = base + i < 0 || base + i >= axis.input;
      if (!(how.excludesOutside && isOutside)) taps.push({ source: clamp(base + i), weight });
    }
    const total = taps.reduce((sum, { weight }) => sum + weight, 0);
    const isNormalized = how.excludesOutside || how.antialiases;
    return isNormalized ? taps.map(({ source, weight }) => ({ source, weight: weight / total })) : taps;
  });
}
