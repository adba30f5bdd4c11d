import { elementTypeOf } from "../onnx/elementType.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { numericInput, scalarOf } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

/** A window sum_k coefficients[k] cos(2 pi k i / period); the period is the size, or one less if not periodic. */
function cosineWindow(type: string, coefficients: readonly number[]): Operator {
  return {
    domain: "",
    type,
    sinceVersions: [17],
    evaluate(inputs, attributes) {
      const size = scalarOf(numericInput(inputs, 0), "The window's size");
      const dtype = elementTypeOf(attributes.int("output_datatype", 1), "The window");
      if (dtype === "string") throw new OnnxOperatorError("A window holds numbers, not strings.");
      const period = attributes.int("periodic", 1) !== 0 ? size : Math.max(1, size - 1);
      const data = Float64Array.from({ length: size }, (_, i) =>
        coefficients.reduce((sum, each, k) => sum + each * Math.cos((2 * Math.PI * k * i) / period), 0),
      );
      return [roundData(dtype, [size], data)];
    },
  };
}

export const BlackmanWindow = cosineWindow("BlackmanWindow", [0.42, -0.5, 0.08]);
export const HannWindow = cosineWindow("HannWindow", [0.5, -0.5]);
export const HammingWindow = cosineWindow("HammingWindow", [25 / 46, -21 / 46]);
