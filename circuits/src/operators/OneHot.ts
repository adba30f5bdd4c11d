import { OnnxOperatorError } from "../onnx/errors.ts";
import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product } from "./support/axes.ts";
import { numericInput, scalarOf } from "./support/inputs.ts";

/** A new axis of `depth` with the on-value at the index and the off-value elsewhere (everywhere, out of range). */
export const OneHot: Operator = {
  domain: "",
  type: "OneHot",
  sinceVersions: [9, 11],
  evaluate(inputs, attributes) {
    const indices = numericInput(inputs, 0);
    const depth = Math.trunc(scalarOf(numericInput(inputs, 1), "The depth"));
    const values = numericInput(inputs, 2);
    const [off, on] = values.data;
    if (off === undefined || on === undefined)
      throw new OnnxOperatorError("OneHot needs two values, off and on.");
    const axis = normalizeAxis(attributes.int("axis", -1), indices.shape.length + 1);
    const shape = indices.shape.toSpliced(axis, 0, depth);
    const inner = product(shape, axis + 1);
    const data = new Float64Array(product(shape)).fill(off);
    indices.data.forEach((given, i) => {
      const index = Math.trunc(given < 0 ? given + depth : given);
      if (index < 0 || index >= depth) return;
      data[(Math.floor(i / inner) * depth + index) * inner + (i % inner)] = on;
    });
    return [tensor(values.dtype, shape, data)];
  },
};
