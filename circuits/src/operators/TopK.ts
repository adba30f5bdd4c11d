import { OnnxOperatorError } from "../onnx/errors.ts";
import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, range } from "./support/axes.ts";
import { groupAlong } from "./support/groups.ts";
import { numericInput, scalarOf } from "./support/inputs.ts";
import { stridesOf } from "./support/strides.ts";

/**
 * The k largest (or smallest) elements along an axis and their positions, in order; of equals, the first ones first.
 * Where the specification leaves the order open (`sorted` = 0) it is the same.
 */
export const TopK: Operator = {
  domain: "",
  type: "TopK",
  sinceVersions: [1, 10, 11, 24],
  evaluate(inputs, attributes, { opset }) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const axis = normalizeAxis(attributes.int("axis", -1), shape.length);
    const k = opset < 10 ? attributes.int("k") : scalarOf(numericInput(inputs, 1), "k");
    if (k < 0 || k > shape[axis]!)
      throw new OnnxOperatorError(`k = ${k} exceeds axis ${axis} of ${shape[axis]}.`);
    const sign = attributes.int("largest", 1) !== 0 ? -1 : 1;
    const { starts, offsets } = groupAlong(shape, [axis]);
    const resultShape = shape.with(axis, k);
    const stride = stridesOf(resultShape)[axis]!;
    const results = groupAlong(resultShape, [axis]).starts;
    const values = new Float64Array(starts.length * k);
    const indices = new Float64Array(values.length);
    starts.forEach((start, group) => {
      const valueAt = (i: number) => data[start + offsets[i]!]!;
      const order = range(offsets.length).sort((a, b) => sign * (valueAt(a) - valueAt(b)) || a - b);
      for (let i = 0; i < k; i++) {
        const at = results[group]! + i * stride;
        values[at] = valueAt(order[i]!);
        indices[at] = order[i]!;
      }
    });
    return [tensor(dtype, resultShape, values), tensor("int64", resultShape, indices)];
  },
};
