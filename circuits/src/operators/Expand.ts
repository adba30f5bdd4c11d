import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { broadcastOffsets, broadcastShapes } from "./support/broadcast.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { take } from "./support/take.ts";

/** Broadcasts to the given shape in both directions: a 1 in the given shape keeps the tensor's own dimension. */
export const Expand: Operator = {
  domain: "",
  type: "Expand",
  sinceVersions: [8, 13],
  moves: [0],
  evaluate(inputs) {
    const source = anyInput(inputs, 0);
    const wanted = Array.from(numericInput(inputs, 1).data);
    if (wanted.some((size) => size < 0)) {
      throw new OnnxOperatorError(`Shape [${wanted.join(", ")}] has a negative dimension.`);
    }
    const shape = broadcastShapes([source.shape, wanted]);
    return [take(source, shape, broadcastOffsets(source.shape, shape))];
  },
};
