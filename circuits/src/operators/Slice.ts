import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxes, range } from "./support/axes.ts";
import { anyInput, optionalIntegers } from "./support/inputs.ts";
import { stridedOffsets, stridesOf } from "./support/strides.ts";
import { take } from "./support/take.ts";

/** One axis of a slice as Python's `start:end:step`, out-of-range ends clamped. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** The part of a tensor that the ranges select; axes without a range stay whole. */
export function slice(source: Tensor, ranges: readonly SliceRange[]): Tensor {
  const shape = [...source.shape];
  const strides = stridesOf(source.shape);
  let offset = 0;
  for (const { axis, start, end, step } of ranges) {
    const size = source.shape[axis]!;
    if (step === 0) throw new OnnxOperatorError(`The step along axis ${axis} is zero.`);
    const fromFront = (index: number) => (index < 0 ? index + size : index);
    // Walking backwards, the first element may be the last one and the end may lie before the first one.
    const first = step > 0 ? clamp(fromFront(start), 0, size) : clamp(fromFront(start), -1, size - 1);
    const last = step > 0 ? clamp(fromFront(end), 0, size) : clamp(fromFront(end), -1, size - 1);
    shape[axis] = Math.max(0, Math.ceil((last - first) / step));
    offset += first * strides[axis]!;
    strides[axis]! *= step;
  }
  return take(source, shape, stridedOffsets(shape, strides, offset));
}

/** Ranges as inputs from opset 10 on (with steps), as attributes before. */
export const Slice: Operator = {
  domain: "",
  type: "Slice",
  sinceVersions: [1, 10, 11, 13],
  moves: [0],
  evaluate(inputs, attributes, { opset }) {
    const source = anyInput(inputs, 0);
    const [starts, ends, givenAxes, givenSteps] =
      opset < 10
        ? [
            attributes.ints("starts"),
            attributes.ints("ends"),
            attributes.has("axes") ? attributes.ints("axes") : undefined,
            undefined,
          ]
        : [1, 2, 3, 4].map((position) => optionalIntegers(inputs, position));
    if (starts === undefined || ends === undefined)
      throw new OnnxOperatorError("Starts or ends are missing.");
    const axes = normalizeAxes(givenAxes ?? range(starts.length), source.shape.length);
    const steps = givenSteps ?? starts.map(() => 1);
    if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length) {
      throw new OnnxOperatorError("Starts, ends, axes and steps differ in length.");
    }
    return [
      slice(
        source,
        axes.map((axis, i) => ({ axis, start: starts[i]!, end: ends[i]!, step: steps[i]! })),
      ),
    ];
  },
};
