import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { mapElements } from "./support/broadcast.ts";
import { numericInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

/** 1 above the threshold, 0 elsewhere. */
export const Binarizer: Operator = {
  domain: "ai.onnx.ml",
  type: "Binarizer",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const threshold = attributes.float("threshold", 0);
    return [mapElements(numericInput(inputs, 0), (x) => Number(x > threshold))];
  },
};

/** Replaces one value (usually NaN), by one number for all features or one for each. */
export const Imputer: Operator = {
  domain: "ai.onnx.ml",
  type: "Imputer",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const isInteger = attributes.has("imputed_value_int64s");
    const values = isInteger
      ? attributes.ints("imputed_value_int64s")
      : attributes.floats("imputed_value_floats");
    const replaced = isInteger
      ? attributes.int("replaced_value_int64", 0)
      : attributes.float("replaced_value_float", 0);
    const features = shape.at(-1) ?? 1;
    if (values.length !== 1 && values.length !== features) {
      throw new OnnxOperatorError(`${values.length} replacements do not serve ${features} features.`);
    }
    const result = data.map((x, i) =>
      Object.is(x, replaced) || x === replaced ? values[values.length === 1 ? 0 : i % features]! : x,
    );
    return [roundData(dtype, shape, result)];
  },
};
