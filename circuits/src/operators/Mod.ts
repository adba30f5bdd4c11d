import { OnnxOperatorError } from "../onnx/errors.ts";
import { isFloatType } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { zipElements } from "./support/broadcast.ts";
import { numericInput } from "./support/inputs.ts";

/** The remainder with the divisor's sign, as Python's %. By zero it defines nothing; zero keeps inference total. */
function floorRemainder(x: number, y: number): number {
  if (y === 0) return 0;
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

/** `fmod = 1`: the remainder with the dividend's sign, as in C; the only form that floats have. */
export const Mod: Operator = {
  domain: "",
  type: "Mod",
  sinceVersions: [10, 13],
  evaluate(inputs, attributes) {
    const x = numericInput(inputs, 0);
    const y = numericInput(inputs, 1);
    if (attributes.int("fmod", 0) !== 0) {
      return [zipElements(x, y, (a, b) => (b === 0 && !isFloatType(x.dtype) ? 0 : a % b))];
    }
    if (isFloatType(x.dtype)) throw new OnnxOperatorError("Mod of floats needs the attribute fmod = 1.");
    return [zipElements(x, y, floorRemainder)];
  },
};
