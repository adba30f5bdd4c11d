import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { product } from "./support/axes.ts";
import { addBias } from "./support/convolution.ts";
import { numericInput, optionalInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";
import { explicitPads, perAxis, type WindowGeometry, windowOffsets } from "./support/windows.ts";

/**
 * The geometry of the convolution that this one is the transpose of: it slides over the result and has one position for
 * each input element. Formulas of the specification; a negative total padding counts as none, so that automatic padding
 * never adds to what the kernel reaches (as in ONNX Runtime).
 */
export function transposedGeometry(
  input: readonly number[],
  kernel: readonly number[],
  attributes: Attributes,
): WindowGeometry {
  const rank = input.length;
  if (kernel.length !== rank || rank === 0) {
    throw new OnnxOperatorError(`A kernel [${kernel.join(", ")}] does not fit ${rank} spatial axes.`);
  }
  const strides = perAxis(attributes, "strides", rank);
  const dilations = perAxis(attributes, "dilations", rank);
  const extra = attributes.ints("output_padding", new Array<number>(rank).fill(0));
  const automatic = attributes.string("auto_pad", "NOTSET");
  const isSame = automatic === "SAME_UPPER" || automatic === "SAME_LOWER";
  const unpadded = input.map(
    (size, axis) => strides[axis]! * (size - 1) + extra[axis]! + (kernel[axis]! - 1) * dilations[axis]! + 1,
  );
  const base = { kernel, strides, dilations, output: input };
  if (!attributes.has("output_shape") && !isSame) {
    const none = input.map(() => 0);
    const { before, after } =
      automatic === "VALID" ? { before: none, after: none } : explicitPads(attributes, rank);
    const result = unpadded.map((size, axis) => size - before[axis]! - after[axis]!);
    return { ...base, input: result, padsBefore: before, padsAfter: after };
  }
  const wanted = attributes.has("output_shape")
    ? attributes.ints("output_shape").slice(-rank)
    : input.map((size, axis) => Math.min(size * strides[axis]!, unpadded[axis]!));
  const totals = unpadded.map((size, axis) => Math.max(0, size - wanted[axis]!));
  const smaller = totals.map((total) => Math.floor(total / 2));
  const larger = totals.map((total) => Math.ceil(total / 2));
  const [padsBefore, padsAfter] = automatic === "SAME_UPPER" ? [smaller, larger] : [larger, smaller];
  return { ...base, input: wanted, padsBefore, padsAfter };
}

/** Weights are [C, M / group, ...]. */
export const ConvTranspose: Operator = {
  domain: "",
  type: "ConvTranspose",
  sinceVersions: [1, 11, 22],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const weights = numericInput(inputs, 1);
    const groups = attributes.int("group", 1);
    const [batches, channels] = [input.shape[0]!, input.shape[1]!];
    const depth = weights.shape[1]!;
    if (weights.shape[0] !== channels || channels % groups !== 0) {
      throw new OnnxOperatorError(
        `Weights [${weights.shape.join(", ")}] do not fit the input [${input.shape.join(", ")}].`,
      );
    }
    const kernel = attributes.ints("kernel_shape", weights.shape.slice(2));
    const geometry = transposedGeometry(input.shape.slice(2), kernel, attributes);
    const offsets = windowOffsets(geometry);
    const filters = depth * groups;
    const shape = [batches, filters, ...geometry.input];
    const data = new Float64Array(product(shape));
    const positions = product(geometry.output);
    const kernelSize = product(kernel);
    const pixels = product(geometry.input);
    for (let n = 0; n < batches; n++) {
      for (let c = 0; c < channels; c++) {
        const source = (n * channels + c) * positions;
        const firstFilter = Math.floor(c / (channels / groups)) * depth;
        for (let m = 0; m < depth; m++) {
          const target = (n * filters + firstFilter + m) * pixels;
          for (let k = 0; k < kernelSize; k++) {
            const weight = weights.data[(c * depth + m) * kernelSize + k]!;
            for (let o = 0; o < positions; o++) {
              const offset = offsets[k * positions + o]!;
              if (offset >= 0) data[target + offset]! += weight * input.data[source + o]!;
            }
          }
        }
      }
    }
    addBias(shape, data, optionalInput(inputs, 2));
    return [roundData(input.dtype, shape, data)];
  },
};
