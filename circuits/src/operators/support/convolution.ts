import type { Attributes } from "../../onnx/Attributes.ts";
import { OnnxOperatorError } from "../../onnx/errors.ts";
import type { NumericTensor } from "../../onnx/Tensor.ts";
import { product } from "./axes.ts";
import { type WindowGeometry, windowGeometry, windowOffsets } from "./windows.ts";

/** The sizes of a convolution: `input` [N, C, ...], `weights` [M, C / groups, ...]. */
export interface ConvolutionShape {
  readonly groups: number;
  readonly geometry: WindowGeometry;
  /** [N, M, ...] */
  readonly output: readonly number[];
}

/** Resolves a Conv node's attributes against the shapes of its input and weights. */
export function convolutionShape(
  input: readonly number[],
  weights: readonly number[],
  attributes: Attributes,
): ConvolutionShape {
  const groups = attributes.int("group", 1);
  const isFit = input.length === weights.length && input[1] === weights[1]! * groups;
  if (!isFit || weights[0]! % groups !== 0) {
    throw new OnnxOperatorError(
      `Weights [${weights.join(", ")}] in ${groups} groups do not fit the input [${input.join(", ")}].`,
    );
  }
  const kernel = attributes.ints("kernel_shape", weights.slice(2));
  const geometry = windowGeometry(input.slice(2), kernel, attributes);
  return { groups, geometry, output: [input[0]!, weights[0]!, ...geometry.output] };
}

/** Convolution in float64, without bias. Zero padding; integers stay exact below 2^53. */
export function convolve(
  input: NumericTensor,
  weights: NumericTensor,
  attributes: Attributes,
): { shape: readonly number[]; data: Float64Array } {
  const { groups, geometry, output } = convolutionShape(input.shape, weights.shape, attributes);
  const offsets = windowOffsets(geometry);
  const [batches, channels] = [input.shape[0]!, input.shape[1]!];
  const [filters, depth] = [weights.shape[0]!, weights.shape[1]!];
  const positions = product(geometry.output);
  const kernelSize = product(geometry.kernel);
  const pixels = product(geometry.input);
  const data = new Float64Array(product(output));
  for (let n = 0; n < batches; n++) {
    for (let m = 0; m < filters; m++) {
      const result = data.subarray((n * filters + m) * positions, (n * filters + m + 1) * positions);
      const firstChannel = Math.floor(m / (filters / groups)) * depth;
      for (let c = 0; c < depth; c++) {
        const start = (n * channels + firstChannel + c) * pixels;
        for (let k = 0; k < kernelSize; k++) {
          const weight = weights.data[(m * depth + c) * kernelSize + k]!;
          for (let o = 0; o < positions; o++) {
            const offset = offsets[k * positions + o]!;
            if (offset >= 0) result[o]! += weight * input.data[start + offset]!;
          }
        }
      }
    }
  }
  return { shape: output, data };
}

/** Adds one bias to each channel (axis 1) of float64 results, in place. */
export function addBias(shape: readonly number[], data: Float64Array, bias: NumericTensor | undefined): void {
  if (bias === undefined) return;
  const channels = shape[1]!;
  if (bias.data.length !== channels) {
    throw new OnnxOperatorError(`${bias.data.length} biases do not serve ${channels} channels.`);
  }
  const inner = product(shape, 2);
  for (let i = 0; i < data.length; i++) data[i]! += bias.data[Math.floor(i / inner) % channels]!;
}
