import type { Operator } from "./Operator.ts";
import { anyInput } from "./support/inputs.ts";

/**
 * Pairs each score with its class label. Maps have no place in a circuit, so the result stays the tensor of scores,
 * column i being the class of label i: the same numbers under the same order.
 */
export const ZipMap: Operator = {
  domain: "ai.onnx.ml",
  type: "ZipMap",
  sinceVersions: [1],
  moves: [0],
  evaluate: (inputs) => [anyInput(inputs, 0)],
};
