import { OnnxOperatorError } from "../onnx/errors.ts";
import { normalizeIndex } from "./Gather.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product } from "./support/axes.ts";
import { elementPositions } from "./support/elementPositions.ts";
import { anyInput, numericInput } from "./support/inputs.ts";
import { stridesOf } from "./support/strides.ts";
import { take } from "./support/take.ts";

/** result[i][j] = source[index[i][j]][j] for axis 0, and alike for the others. */
export const GatherElements: Operator = {
  domain: "",
  type: "GatherElements",
  sinceVersions: [11, 13],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const indices = numericInput(inputs, 1);
    const axis = normalizeAxis(attributes.int("axis", 0), source.shape.length);
    return [take(source, indices.shape, elementPositions(source.shape, indices, axis))];
  },
};

/** The last axis of the indices holds coordinates, below `batch_dims` leading axes that go in step. */
export const GatherND: Operator = {
  domain: "",
  type: "GatherND",
  sinceVersions: [11, 12, 13],
  moves: [0],
  evaluate(inputs, attributes) {
    const source = anyInput(inputs, 0);
    const indices = numericInput(inputs, 1);
    const batchAxes = attributes.int("batch_dims", 0);
    const depth = indices.shape.at(-1) ?? 0;
    const rank = source.shape.length;
    if (batchAxes < 0 || batchAxes >= indices.shape.length || batchAxes + depth > rank) {
      throw new OnnxOperatorError(`Coordinates of ${depth} numbers do not address ${rank} dimensions.`);
    }
    const strides = stridesOf(source.shape);
    const slice = product(source.shape, batchAxes + depth);
    const batchSize = product(source.shape, batchAxes);
    const perBatch = product(indices.shape, batchAxes, indices.shape.length - 1);
    const count = product(indices.shape, 0, indices.shape.length - 1);
    const positions = new Int32Array(count * slice);
    for (let i = 0; i < count; i++) {
      let start = Math.floor(i / perBatch) * batchSize;
      for (let j = 0; j < depth; j++) {
        const axis = batchAxes + j;
        start += normalizeIndex(indices.data[i * depth + j]!, source.shape[axis]!) * strides[axis]!;
      }
      for (let j = 0; j < slice; j++) positions[i * slice + j] = start + j;
    }
    return [
      take(source, [...indices.shape.slice(0, -1), ...source.shape.slice(batchAxes + depth)], positions),
    ];
  },
};
