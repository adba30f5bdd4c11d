import type { Attributes } from "../onnx/Attributes.ts";
import { OnnxOperatorError } from "../onnx/errors.ts";
import { type NumericType, stringTensor, type Tensor, tensor } from "../onnx/Tensor.ts";
import { concat } from "./Concat.ts";
import type { Operator } from "./Operator.ts";
import { range } from "./support/axes.ts";
import { anyInput, numericInputs } from "./support/inputs.ts";
import { withShape } from "./support/take.ts";

type Value = string | number;

/** A side of a LabelEncoder: its values and their element type. */
interface Side {
  readonly values: readonly Value[];
  readonly dtype: NumericType | "string";
}

/** The keys or values of a LabelEncoder, in whichever of the typed attributes they are given. */
function sideOf(attributes: Attributes, prefix: "keys" | "values"): Side {
  if (attributes.has(`${prefix}_tensor`)) {
    const given = attributes.tensor(`${prefix}_tensor`);
    return { values: Array.from<Value>(given.data), dtype: given.dtype };
  }
  const strings = attributes.strings(`${prefix}_strings`, []);
  if (strings.length > 0) return { values: strings, dtype: "string" };
  const integers = attributes.ints(`${prefix}_int64s`, []);
  if (integers.length > 0) return { values: integers, dtype: "int64" };
  return { values: attributes.floats(`${prefix}_floats`, []), dtype: "float32" };
}

function defaultOf(attributes: Attributes, dtype: Side["dtype"]): Value {
  if (attributes.has("default_tensor")) return attributes.tensor("default_tensor").data[0]!;
  if (dtype === "string") return attributes.string("default_string", "_Unused");
  if (dtype === "int64") return attributes.int("default_int64", -1);
  return attributes.float("default_float", -0);
}

function make(dtype: Side["dtype"], shape: readonly number[], values: readonly Value[]): Tensor {
  return dtype === "string"
    ? stringTensor(shape, values.map(String))
    : tensor(dtype, shape, values.map(Number));
}

/** A NaN is a key like any other from version 4 on; before, it matched nothing. Version 1 numbered strings by their place in `classes_strings`, or back. */
export const LabelEncoder: Operator = {
  domain: "ai.onnx.ml",
  type: "LabelEncoder",
  sinceVersions: [1, 2, 4],
  evaluate(inputs, attributes, { opset }) {
    const source = anyInput(inputs, 0);
    if (opset < 2) return [renumber(source, attributes.strings("classes_strings"), attributes)];
    const keys = sideOf(attributes, "keys");
    const { values, dtype } = sideOf(attributes, "values");
    if (keys.values.length !== values.length) {
      throw new OnnxOperatorError(`${keys.values.length} keys do not pair with ${values.length} values.`);
    }
    // The first of equal keys counts.
    const table = new Map(keys.values.map((key, i) => [key, values[i]!] as const).reverse());
    if (opset < 4) table.delete(Number.NaN);
    const fallback = defaultOf(attributes, dtype);
    const result = Array.from<Value>(source.data).map((key) => table.get(key) ?? fallback);
    return [make(dtype, source.shape, result)];
  },
};

/** Strings to their place in a list (`default_int64` where absent), or places to strings. */
function renumber(source: Tensor, classes: readonly string[], attributes: Attributes): Tensor {
  if (source.dtype === "string") {
    const unknown = attributes.int("default_int64", -1);
    const places = source.data.map((text) => (classes.includes(text) ? classes.indexOf(text) : unknown));
    return tensor("int64", source.shape, places);
  }
  const unknown = attributes.string("default_string", "_Unused");
  return stringTensor(
    source.shape,
    Array.from(source.data, (place) => classes[place] ?? unknown),
  );
}

/** Strings to the integers of the same place in the other list, or back. */
export const CategoryMapper: Operator = {
  domain: "ai.onnx.ml",
  type: "CategoryMapper",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const strings = attributes.strings("cats_strings");
    const integers = attributes.ints("cats_int64s");
    if (source.dtype === "string") {
      const unknown = attributes.int("default_int64", -1);
      const found = source.data.map((text) => integers[strings.indexOf(text)] ?? unknown);
      return [tensor("int64", source.shape, found)];
    }
    const unknown = attributes.string("default_string", "_Unused");
    const found = Array.from(source.data, (value) => strings[integers.indexOf(value)] ?? unknown);
    return [stringTensor(source.shape, found)];
  },
};

/** A new last axis with a one at the category's place; all zeros for an unknown category, where `zeros` allows it. */
export const OneHotEncoder: Operator = {
  domain: "ai.onnx.ml",
  type: "OneHotEncoder",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const strings = attributes.strings("cats_strings", []);
    const categories: readonly Value[] = strings.length > 0 ? strings : attributes.ints("cats_int64s", []);
    const data = new Float64Array(source.data.length * categories.length);
    Array.from<Value>(source.data).forEach((value, i) => {
      const place = categories.indexOf(typeof value === "number" ? Math.trunc(value) : value);
      if (place >= 0) data[i * categories.length + place] = 1;
      else if (attributes.int("zeros", 1) === 0) throw new OnnxOperatorError(`Category ${value} is unknown.`);
    });
    return [tensor("float32", [...source.shape, categories.length], data)];
  },
};

/** Joins the features of several inputs, each cut or filled up with zeros to its declared size. */
export const FeatureVectorizer: Operator = {
  domain: "ai.onnx.ml",
  type: "FeatureVectorizer",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const parts = numericInputs(inputs);
    const sizes = attributes.ints("inputdimensions");
    const fitted = parts.map((part, i) => {
      const rows = part.shape.length < 2 ? 1 : part.shape[0]!;
      const width = part.data.length / rows;
      const size = sizes[i] ?? width;
      const data = range(rows).flatMap((row) =>
        range(size).map((at) => (at < width ? Math.fround(part.data[row * width + at]!) : 0)),
      );
      return withShape(tensor("float32", [rows * size], data), [rows, size]);
    });
    return [concat(fitted, 1)];
  },
};
