import type { Attributes } from "../../onnx/Attributes.ts";
import { OnnxOperatorError } from "../../onnx/errors.ts";
import { product, range } from "./axes.ts";
import { stridesOf } from "./strides.ts";

/** How a kernel slides over the spatial axes of a tensor, everything resolved; one entry a spatial axis. */
export interface WindowGeometry {
  /** Sizes of what the kernel slides over, without padding. */
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padsBefore: readonly number[];
  readonly padsAfter: readonly number[];
  /** Number of kernel positions. */
  readonly output: readonly number[];
}

/** A list attribute with one positive integer for each spatial axis, all ones by default. */
export function perAxis(attributes: Attributes, name: string, rank: number): readonly number[] {
  const values = attributes.ints(name, new Array<number>(rank).fill(1));
  if (values.length !== rank || values.some((value) => value < 1)) {
    throw new OnnxOperatorError(`${name} [${values.join(", ")}] do not fit ${rank} spatial axes.`);
  }
  return values;
}

/** The explicit `pads` attribute: all the begins, then all the ends; none by default. */
export function explicitPads(attributes: Attributes, rank: number): { before: number[]; after: number[] } {
  const pads = attributes.ints("pads", new Array<number>(2 * rank).fill(0));
  if (pads.length !== 2 * rank) {
    throw new OnnxOperatorError(`pads [${pads.join(", ")}] do not fit ${rank} spatial axes.`);
  }
  return { before: pads.slice(0, rank), after: pads.slice(rank) };
}

/** Number of kernel positions along one axis, given the padded size and the span of the kernel. */
function positionCount(padded: number, span: number, stride: number, startLimit: number | undefined): number {
  const steps = (padded - span) / stride;
  if (startLimit === undefined) return Math.floor(steps) + 1;
  const count = Math.ceil(steps) + 1;
  // A last window that would start in the padding after the input is dropped.
  return (count - 1) * stride >= startLimit ? count - 1 : count;
}

/**
 * Resolves strides, dilations, explicit and automatic padding and the rounding of the output size, by the formulas that
 * Conv, MaxPool, AveragePool and LpPool share in the ONNX specification.
 *
 * @param input sizes of the spatial axes.
 */
export function windowGeometry(
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
  const spans = kernel.map((size, axis) => (size - 1) * dilations[axis]! + 1);
  const automatic = attributes.string("auto_pad", "NOTSET");
  let { before, after } = explicitPads(attributes, rank);
  if (automatic === "VALID") {
    before = before.map(() => 0);
    after = before;
  } else if (automatic === "SAME_UPPER" || automatic === "SAME_LOWER") {
    const totals = input.map((size, axis) => {
      const positions = Math.ceil(size / strides[axis]!);
      return Math.max(0, (positions - 1) * strides[axis]! + spans[axis]! - size);
    });
    const smaller = totals.map((total) => Math.floor(total / 2));
    const larger = totals.map((total) => Math.ceil(total / 2));
    [before, after] = automatic === "SAME_UPPER" ? [smaller, larger] : [larger, smaller];
  } else if (automatic !== "NOTSET" && automatic !== "") {
    throw new OnnxOperatorError(`auto_pad "${automatic}" is unknown.`);
  }
  const roundsUp = attributes.int("ceil_mode", 0) !== 0;
  const output = input.map((size, axis) =>
    positionCount(
      size + before[axis]! + after[axis]!,
      spans[axis]!,
      strides[axis]!,
      roundsUp ? size + before[axis]! : undefined,
    ),
  );
  if (output.some((count) => count < 0)) {
    throw new OnnxOperatorError(`A kernel [${kernel.join(", ")}] exceeds the padded [${input.join(", ")}].`);
  }
  return { input, kernel, strides, dilations, padsBefore: before, padsAfter: after, output };
}

/**
 * For each kernel element k (outer) and kernel position o (inner), the flat spatial position in the input that k touches
 * at o, or -1 in the padding: element `k * positions + o`.
 */
export function windowOffsets(geometry: WindowGeometry): Int32Array {
  const { input, kernel, strides, dilations, padsBefore, output } = geometry;
  const inputStrides = stridesOf(input);
  const kernelSize = product(kernel);
  const positions = product(output);
  const kernelStrides = stridesOf(kernel);
  const outputStrides = stridesOf(output);
  const offsets = new Int32Array(kernelSize * positions);
  for (const axis of range(input.length)) {
    const size = input[axis]!;
    for (let k = 0; k < kernelSize; k++) {
      const shift =
        (Math.floor(k / kernelStrides[axis]!) % kernel[axis]!) * dilations[axis]! - padsBefore[axis]!;
      for (let o = 0; o < positions; o++) {
        const at = k * positions + o;
        if (offsets[at]! < 0) continue;
        const index = (Math.floor(o / outputStrides[axis]!) % output[axis]!) * strides[axis]! + shift;
        offsets[at] = index < 0 || index >= size ? -1 : offsets[at]! + index * inputStrides[axis]!;
      }
    }
  }
  return offsets;
}
