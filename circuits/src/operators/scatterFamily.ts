import { OnnxOperatorError } from "../onnx/errors.ts";
import { roundTo } from "../onnx/roundTo.ts";
import { stringTensor, type Tensor, tensor } from "../onnx/Tensor.ts";
import { normalizeIndex } from "./Gather.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product } from "./support/axes.ts";
import { elementPositions } from "./support/elementPositions.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { stridesOf } from "./support/strides.ts";

const COMBINE: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/** Writes the updates one after the other at the given positions of a copy of the source. */
function scatter(source: Tensor, positions: Int32Array, updates: Tensor, reduction: string): Tensor {
  if (positions.length !== updates.data.length || source.dtype !== updates.dtype) {
    throw new OnnxOperatorError(`${positions.length} positions do not fit ${updates.data.length} updates.`);
  }
  const combine = Object.hasOwn(COMBINE, reduction) ? COMBINE[reduction]! : undefined;
  if (combine === undefined) throw new OnnxOperatorError(`Reduction "${reduction}" is unknown.`);
  if (source.dtype === "string" || updates.dtype === "string") {
    const strings = [...(source.data as readonly string[])];
    positions.forEach((at, i) => {
      strings[at] = updates.data[i] as string;
    });
    return stringTensor(source.shape, strings);
  }
  const round = roundTo(source.dtype);
  const data = source.data.slice();
  positions.forEach((at, i) => {
    data[at] = round(combine(data[at]!, updates.data[i]!));
  });
  return tensor(source.dtype, source.shape, data);
}

function scatterElements(type: string, versions: readonly number[]): Operator {
  return {
    domain: "",
    type,
    sinceVersions: versions,
    moves: (attributes) => (attributes.string("reduction", "none") === "none" ? [0, 2] : undefined),
    evaluate(inputs, attributes) {
      const source = anyInput(inputs, 0);
      const axis = normalizeAxis(attributes.int("axis", 0), source.shape.length);
      const positions = elementPositions(source.shape, numericInput(inputs, 1), axis);
      return [scatter(source, positions, anyInput(inputs, 2), attributes.string("reduction", "none"))];
    },
  };
}

export const ScatterElements = scatterElements("ScatterElements", [11, 13, 16, 18]);

/** The first name of ScatterElements. */
export const Scatter = scatterElements("Scatter", [9, 11]);

/** The last axis of the indices holds coordinates, each for one element or slice of the updates. */
export const ScatterND: Operator = {
  domain: "",
  type: "ScatterND",
  sinceVersions: [11, 13, 16, 18],
  moves: (attributes) => (attributes.string("reduction", "none") === "none" ? [0, 2] : undefined),
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const indices = numericInput(inputs, 1);
    const depth = indices.shape.at(-1) ?? 0;
    if (depth > source.shape.length) {
      throw new OnnxOperatorError(
        `Coordinates of ${depth} numbers exceed ${source.shape.length} dimensions.`,
      );
    }
    const strides = stridesOf(source.shape);
    const slice = product(source.shape, depth);
    const count = product(indices.shape, 0, indices.shape.length - 1);
    const positions = new Int32Array(count * slice);
    for (let i = 0; i < count; i++) {
      let start = 0;
      for (let axis = 0; axis < depth; axis++) {
        start += normalizeIndex(indices.data[i * depth + axis]!, source.shape[axis]!) * strides[axis]!;
      }
      for (let j = 0; j < slice; j++) positions[i * slice + j] = start + j;
    }
    return [scatter(source, positions, anyInput(inputs, 2), attributes.string("reduction", "none"))];
  },
};
