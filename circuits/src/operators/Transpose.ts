import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxes, range } from "./support/axes.ts";
import { anyInput } from "./support/inputs.ts";
import { stridedOffsets, stridesOf } from "./support/strides.ts";
import { take } from "./support/take.ts";

/** A tensor whose axis i is the source's axis `permutation[i]`. */
export function transpose(source: Tensor, permutation: readonly number[]): Tensor {
  const rank = source.shape.length;
  const axes = normalizeAxes(permutation, rank);
  if (axes.length !== rank) {
    throw new OnnxOperatorError(`Permutation [${permutation.join(", ")}] does not fit ${rank} dimensions.`);
  }
  const strides = stridesOf(source.shape);
  const shape = axes.map((axis) => source.shape[axis]!);
  const order = axes.map((axis) => strides[axis]!);
  return take(source, shape, stridedOffsets(shape, order));
}

export const Transpose: Operator = {
  domain: "",
  type: "Transpose",
  sinceVersions: [1, 13, 21],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const reversed = range(source.shape.length).reverse();
    return [transpose(source, attributes.ints("perm", reversed))];
  },
};
