import type { Operator } from "./Operator.ts";
import { zipElements } from "./support/broadcast.ts";
import { numericInput } from "./support/inputs.ts";
import { legacyOperand } from "./support/legacyBroadcast.ts";

/** Base to the power of the exponent, in the base's element type. */
export const Pow: Operator = {
  domain: "",
  type: "Pow",
  sinceVersions: [1, 7, 12, 13, 15],
  evaluate(inputs, attributes, { opset }) {
    const base = numericInput(inputs, 0);
    const exponent = legacyOperand(base, numericInput(inputs, 1), attributes, opset);
    return [zipElements(base, exponent, (x, y) => x ** y)];
  },
};
