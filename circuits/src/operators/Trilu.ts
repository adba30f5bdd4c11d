import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { anyInput, optionalInput, scalarOf } from "./support/inputs.ts";
import { take } from "./support/take.ts";

/** Keeps the upper (default) or lower triangle of the last two axes, from the k-th diagonal; zero elsewhere. */
export const Trilu: Operator = {
  domain: "",
  type: "Trilu",
  sinceVersions: [14],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const [rows, columns] = [source.shape.at(-2), source.shape.at(-1)];
    if (rows === undefined || columns === undefined) throw new OnnxOperatorError("Trilu needs matrices.");
    const given = optionalInput(inputs, 1);
    const k = given === undefined ? 0 : scalarOf(given, "k");
    const isUpper = attributes.int("upper", 1) !== 0;
    const positions = Int32Array.from({ length: source.data.length }, (_, i) => {
      const row = Math.floor(i / columns) % rows;
      const distance = (i % columns) - row - k;
      return (isUpper ? distance >= 0 : distance <= 0) ? i : -1;
    });
    return [take(source, source.shape, positions)];
  },
};
