import { isFloatType, type NumericType } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { zipElements } from "./support/broadcast.ts";
import { numericInput } from "./support/inputs.ts";
import { legacyOperand } from "./support/legacyBroadcast.ts";

type Binary = (x: number, y: number) => number;

// Toward zero, as in C: the specification says so from opset 14 on. By zero it defines nothing; zero keeps shape
// inference on example inputs total.
function divideIntegers(x: number, y: number): number {
  return y === 0 ? 0 : Math.trunc(x / y);
}

// A product of two 32-bit integers may exceed 2^53, where doubles drop the low bits that wrapping keeps.
function multiplyIntegers(dtype: NumericType): Binary {
  if (dtype === "int32") return Math.imul;
  if (dtype === "uint32") return (x, y) => Math.imul(x, y) >>> 0;
  return (x, y) => x * y;
}

const DEFINITIONS: Readonly<Record<string, (dtype: NumericType) => Binary>> = {
  Add: () => (x, y) => x + y,
  Sub: () => (x, y) => x - y,
  Mul: multiplyIntegers,
  Div: (dtype) => (isFloatType(dtype) ? (x, y) => x / y : divideIntegers),
};

/** Add, Sub, Mul, Div with broadcasting, on floats and integers. */
export const arithmetic: readonly Operator[] = Object.entries(DEFINITIONS).map(([type, scalar]) => ({
  domain: "",
  type,
  sinceVersions: [1, 6, 7, 13, 14],
  evaluate(inputs, attributes, { opset }) {
    const first = numericInput(inputs, 0);
    const second = legacyOperand(first, numericInput(inputs, 1), attributes, opset);
    return [zipElements(first, second, scalar(first.dtype))];
  },
}));
