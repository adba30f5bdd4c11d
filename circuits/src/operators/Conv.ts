import type { Operator } from "./Operator.ts";
import { addBias, convolve } from "./support/convolution.ts";
import { numericInput, optionalInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

export const Conv: Operator = {
  domain: "",
  type: "Conv",
  sinceVersions: [1, 11, 22],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const { shape, data } = convolve(input, numericInput(inputs, 1), attributes);
    addBias(shape, data, optionalInput(inputs, 2));
    return [roundData(input.dtype, shape, data)];
  },
};
