import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis } from "./support/axes.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { stridesOf } from "./support/strides.ts";
import { take } from "./support/take.ts";

/** Reverses the first `length` steps of each batch entry along the time axis. */
export const ReverseSequence: Operator = {
  domain: "",
  type: "ReverseSequence",
  sinceVersions: [10],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const lengths = numericInput(inputs, 1).data;
    const rank = source.shape.length;
    const time = normalizeAxis(attributes.int("time_axis", 0), rank);
    const batch = normalizeAxis(attributes.int("batch_axis", 1), rank);
    const strides = stridesOf(source.shape);
    if (time === batch || lengths.length !== source.shape[batch]) {
      throw new OnnxOperatorError(
        `${lengths.length} lengths do not serve ${source.shape[batch]} batch entries.`,
      );
    }
    const positions = Int32Array.from({ length: source.data.length }, (_, i) => {
      const step = Math.floor(i / strides[time]!) % source.shape[time]!;
      const length = lengths[Math.floor(i / strides[batch]!) % source.shape[batch]!]!;
      return step < length ? i + (length - 1 - 2 * step) * strides[time]! : i;
    });
    return [take(source, source.shape, positions)];
  },
};
