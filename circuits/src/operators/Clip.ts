import type { Operator } from "./Operator.ts";
import { mapElements } from "./support/broadcast.ts";
import { numericInput, optionalInput, scalarOf } from "./support/inputs.ts";

/** Bounds as optional inputs from opset 11 on, as attributes before. Where they cross, the upper one wins. */
export const Clip: Operator = {
  domain: "",
  type: "Clip",
  sinceVersions: [1, 6, 11, 12, 13],
  evaluate(inputs, attributes) {
    const source = numericInput(inputs, 0);
    const [low, high] = (["min", "max"] as const).map((name, i) => {
      const given = optionalInput(inputs, i + 1);
      const open = name === "min" ? -Infinity : Infinity;
      return given === undefined ? attributes.float(name, open) : scalarOf(given, name);
    });
    return [mapElements(source, (x) => Math.min(high!, Math.max(low!, x)))];
  },
};
