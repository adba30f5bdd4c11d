import type { Operator } from "./Operator.ts";
import { numericInput } from "./support/inputs.ts";
import { matmul } from "./support/matmul.ts";
import { roundData } from "./support/roundData.ts";

export const MatMul: Operator = {
  domain: "",
  type: "MatMul",
  sinceVersions: [1, 9, 13],
  evaluate(inputs) {
    const a = numericInput(inputs, 0);
    const { shape, data } = matmul(a, numericInput(inputs, 1));
    return [roundData(a.dtype, shape, data)];
  },
};
