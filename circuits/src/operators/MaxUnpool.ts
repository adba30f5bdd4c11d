import { OnnxOperatorError } from "../onnx/errors.ts";
import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { product } from "./support/axes.ts";
import { numericInput, optionalIntegers } from "./support/inputs.ts";
import { explicitPads, perAxis } from "./support/windows.ts";

/** Puts each element where MaxPool found it, zeros elsewhere. Positions count in the unpooled or the given shape. */
export const MaxUnpool: Operator = {
  domain: "",
  type: "MaxUnpool",
  sinceVersions: [9, 11, 22],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const indices = numericInput(inputs, 1).data;
    const kernel = attributes.ints("kernel_shape");
    const strides = perAxis(attributes, "strides", kernel.length);
    const { before, after } = explicitPads(attributes, kernel.length);
    const inferred = input.shape.map((size, axis) => {
      const each = axis - 2;
      return each < 0 ? size : (size - 1) * strides[each]! + kernel[each]! - before[each]! - after[each]!;
    });
    const shape = optionalIntegers(inputs, 2) ?? inferred;
    const inferredSpatial = inferred.slice(2);
    const data = new Float64Array(product(shape));
    input.data.forEach((value, i) => {
      // The indices were made for the inferred shape; in a larger one each coordinate keeps its place.
      let rest = indices[i]!;
      let position = 0;
      let stride = 1;
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const size = axis < 2 ? shape[axis]! : inferredSpatial[axis - 2]!;
        position += (rest % size) * stride;
        rest = Math.floor(rest / size);
        stride *= shape[axis]!;
      }
      if (!(position >= 0 && position < data.length)) {
        throw new OnnxOperatorError(`Index ${indices[i]} is outside of [${shape.join(", ")}].`);
      }
      data[position] = value;
    });
    return [tensor(input.dtype, shape, data)];
  },
};
