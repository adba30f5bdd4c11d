import type { Operator } from "./Operator.ts";
import { anyInput } from "./support/inputs.ts";

export const Identity: Operator = {
  domain: "",
  type: "Identity",
  sinceVersions: [1, 13, 14, 16, 19, 21],
  moves: [0],
  evaluate: (inputs) => [anyInput(inputs, 0)],
};
