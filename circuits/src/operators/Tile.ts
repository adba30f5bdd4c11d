import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { anyInput, numericInput, scalarOf } from "./support/inputs.ts";
import { stridedOffsets, stridesOf } from "./support/strides.ts";
import { take } from "./support/take.ts";

/** Repeats along every axis. Before opset 6 one axis was named, with a count for it. */
export const Tile: Operator = {
  domain: "",
  type: "Tile",
  sinceVersions: [1, 6, 13],
  moves: [0],
  evaluate(inputs, _attributes, { opset }) {
    const source = anyInput(inputs, 0);
    const counts = numericInput(inputs, 1);
    const repeats =
      opset >= 6
        ? Array.from(counts.data)
        : source.shape
            .map(() => 1)
            .with(scalarOf(numericInput(inputs, 2), "The axis"), scalarOf(counts, "The tile count"));
    if (repeats.length !== source.shape.length) {
      throw new OnnxOperatorError(`Repeats [${repeats.join(", ")}] do not fit [${source.shape.join(", ")}].`);
    }
    // A repeated axis is a pair of axes, of which the outer one does not move in the source.
    const strides = stridesOf(source.shape);
    const view = source.shape.flatMap((size, axis) => [repeats[axis]!, size]);
    const steps = source.shape.flatMap((_, axis) => [0, strides[axis]!]);
    const shape = source.shape.map((size, axis) => size * repeats[axis]!);
    return [take(source, shape, stridedOffsets(view, steps))];
  },
};
