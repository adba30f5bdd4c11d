import { tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { broadcastOffsets, broadcastShapes, mapElements, zipElements } from "./support/broadcast.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { legacyOperand } from "./support/legacyBroadcast.ts";

type Predicate = (x: number, y: number) => boolean;

/** A binary operator with a boolean result. */
function predicate(type: string, versions: readonly number[], holds: Predicate): Operator {
  return {
    domain: "",
    type,
    sinceVersions: versions,
    evaluate(inputs, attributes, { opset }) {
      const x = numericInput(inputs, 0);
      const y = legacyOperand(x, numericInput(inputs, 1), attributes, opset);
      return [zipElements(x, y, (a, b) => Number(holds(a, b)), "bool")];
    },
  };
}

const equalNumbers = predicate("Equal", [1, 7, 11, 13, 19], (x, y) => x === y);

/** Also of strings, from opset 19 on. */
export const Equal: Operator = {
  ...equalNumbers,
  evaluate(inputs, attributes, context) {
    const [x, y] = [anyInput(inputs, 0), anyInput(inputs, 1)];
    if (x.dtype !== "string" || y.dtype !== "string") {
      return equalNumbers.evaluate(inputs, attributes, context);
    }
    const shape = broadcastShapes([x.shape, y.shape]);
    const right = broadcastOffsets(y.shape, shape);
    const left = broadcastOffsets(x.shape, shape);
    return [
      tensor(
        "bool",
        shape,
        Float64Array.from(left, (at, i) => Number(x.data[at] === y.data[right[i]!])),
      ),
    ];
  },
};

export const Greater = predicate("Greater", [1, 7, 9, 13], (x, y) => x > y);
export const GreaterOrEqual = predicate("GreaterOrEqual", [12, 16], (x, y) => x >= y);
export const Less = predicate("Less", [1, 7, 9, 13], (x, y) => x < y);
export const LessOrEqual = predicate("LessOrEqual", [12, 16], (x, y) => x <= y);
export const And = predicate("And", [1, 7], (x, y) => x !== 0 && y !== 0);
export const Or = predicate("Or", [1, 7], (x, y) => x !== 0 || y !== 0);
export const Xor = predicate("Xor", [1, 7], (x, y) => (x !== 0) !== (y !== 0));

export const Not: Operator = {
  domain: "",
  type: "Not",
  sinceVersions: [1],
  evaluate: (inputs) => [mapElements(numericInput(inputs, 0), (x) => Number(x === 0), "bool")],
};

export const IsNaN: Operator = {
  domain: "",
  type: "IsNaN",
  sinceVersions: [9, 13, 20],
  evaluate: (inputs) => [mapElements(numericInput(inputs, 0), (x) => Number(Number.isNaN(x)), "bool")],
};

export const IsInf: Operator = {
  domain: "",
  type: "IsInf",
  sinceVersions: [10, 20],
  evaluate(inputs, attributes) {
    const positive = attributes.int("detect_positive", 1) !== 0;
    const negative = attributes.int("detect_negative", 1) !== 0;
    const holds = (x: number) => (positive && x === Infinity) || (negative && x === -Infinity);
    return [mapElements(numericInput(inputs, 0), (x) => Number(holds(x)), "bool")];
  },
};
