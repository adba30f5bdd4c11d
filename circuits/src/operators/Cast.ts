import { elementTypeOf } from "../onnx/elementType.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import { roundTo } from "../onnx/roundTo.ts";
import { type DataType, type NumericType, stringTensor, type Tensor, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { mapElements } from "./support/broadcast.ts";
import { anyInput } from "./support/inputs.ts";

const SPECIAL = new Map([
  ["inf", Infinity],
  ["+inf", Infinity],
  ["-inf", -Infinity],
  ["nan", Number.NaN],
]);

function parseNumber(text: string): number {
  const special = SPECIAL.get(text.trim().toLowerCase());
  if (special !== undefined) return special;
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new OnnxOperatorError(`"${text}" is no number.`);
  return value;
}

/** The shortest decimal that reads back as the same value of the type, as NumPy and ONNX Runtime print it. */
function formatNumber(value: number, dtype: NumericType): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "INF" : "-INF";
  const round = roundTo(dtype);
  for (let digits = 1; digits < 17; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (round(shorter) === value) return String(shorter);
  }
  return String(value);
}

/**
 * A tensor converted to another element type: nearest for floats, truncation toward zero and wrapping for integers,
 * "is not zero" for booleans.
 */
export function cast(source: Tensor, to: DataType): Tensor {
  if (source.dtype === to) return source;
  if (source.dtype !== "string") {
    if (to !== "string") return mapElements(source, (x) => x, to);
    const { dtype } = source;
    return stringTensor(
      source.shape,
      Array.from(source.data, (value) => formatNumber(value, dtype)),
    );
  }
  if (to === "string") return source;
  const round = roundTo(to);
  return tensor(
    to,
    source.shape,
    source.data.map((text) => round(parseNumber(text))),
  );
}

/** The target is a type code from opset 6 on, a type name before. */
export const Cast: Operator = {
  domain: "",
  type: "Cast",
  sinceVersions: [1, 6, 9, 13, 19, 21],
  evaluate(inputs, attributes, { opset }) {
    const source = anyInput(inputs, 0);
    if (opset >= 6) return [cast(source, elementTypeOf(attributes.int("to"), "Cast's target"))];
    const name = attributes.string("to").toLowerCase();
    const alias: Record<string, DataType> = { float: "float32", double: "float64" };
    return [cast(source, alias[name] ?? (name as DataType))];
  },
};

export const CastLike: Operator = {
  domain: "",
  type: "CastLike",
  sinceVersions: [15, 19, 21],
  evaluate: (inputs) => [cast(anyInput(inputs, 0), anyInput(inputs, 1).dtype)],
};
