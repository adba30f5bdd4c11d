import { OnnxOperatorError } from "../onnx/errors.ts";
import { type NumericTensor, tensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { classLabelsOf, labelTensor } from "./support/classLabels.ts";
import { numericInput } from "./support/inputs.ts";
import { pairOfScore, postTransformOf, transformScores } from "./support/postTransform.ts";
import { roundData } from "./support/roundData.ts";
import { rowsOf } from "./support/rows.ts";

/** x W^T + b for each row, W being `targets` rows of coefficients; a missing b is zero. */
function linearScores(
  input: NumericTensor,
  coefficients: readonly number[],
  intercepts: readonly number[],
  targets: number,
): number[][] {
  const { rows, features } = rowsOf(input);
  if (coefficients.length !== targets * features) {
    throw new OnnxOperatorError(
      `${coefficients.length} coefficients do not serve ${targets} targets of ${features} features.`,
    );
  }
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: targets }, (_unused, target) => {
      let sum = intercepts[target] ?? 0;
      for (let i = 0; i < features; i++) {
        sum += input.data[row * features + i]! * coefficients[target * features + i]!;
      }
      return sum;
    }),
  );
}

export const LinearRegressor: Operator = {
  domain: "ai.onnx.ml",
  type: "LinearRegressor",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const targets = attributes.int("targets", 1);
    const transform = postTransformOf(attributes.string("post_transform", "NONE"));
    const intercepts = attributes.floats("intercepts", []);
    const scores = linearScores(
      numericInput(inputs, 0),
      attributes.floats("coefficients"),
      intercepts,
      targets,
    );
    const data = scores.flatMap((row) => transformScores(row, transform));
    return [roundData("float32", [scores.length, targets], Float64Array.from(data))];
  },
};

/**
 * Outputs the label of the largest score (the first of equals) and the scores.
 * A single score with two labels is the positive class against zero.
 */
export const LinearClassifier: Operator = {
  domain: "ai.onnx.ml",
  type: "LinearClassifier",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const coefficients = attributes.floats("coefficients");
    const input = numericInput(inputs, 0);
    const intercepts = attributes.floats("intercepts", []);
    const labels = classLabelsOf(attributes, "classlabels_ints");
    const targets = intercepts.length || coefficients.length / rowsOf(input).features;
    const transform = postTransformOf(attributes.string("post_transform", "NONE"));
    const scores = linearScores(input, coefficients, intercepts, targets);
    const isBinary = targets === 1;
    const chosen = scores.map((row) => (isBinary ? Number(row[0]! > 0) : row.indexOf(Math.max(...row))));
    const outputs = scores.map((row) => {
      if (!isBinary || labels.length !== 2) return transformScores(row, transform);
      return pairOfScore(row[0]!, transform);
    });
    const width = outputs[0]?.length ?? targets;
    return [
      labelTensor(isBinary && labels.length !== 2 ? [0, 1] : labels, chosen),
      roundData("float32", [scores.length, width], Float64Array.from(outputs.flat())),
    ];
  },
};

/** (x - offset) * scale, each given once for all features or once for each. */
export const Scaler: Operator = {
  domain: "ai.onnx.ml",
  type: "Scaler",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const features = input.shape.at(-1) ?? 1;
    const offsets = attributes.floats("offset", [0]);
    const scales = attributes.floats("scale", [1]);
    for (const list of [offsets, scales]) {
      if (list.length !== 1 && list.length !== features) {
        throw new OnnxOperatorError(`${list.length} offsets or scales do not serve ${features} features.`);
      }
    }
    const data = input.data.map((x, i) => {
      const feature = i % features;
      return (x - offsets[offsets.length === 1 ? 0 : feature]!) * scales[scales.length === 1 ? 0 : feature]!;
    });
    return [roundData("float32", input.shape, data)];
  },
};

function normOf(row: Float64Array, kind: string): number {
  if (kind === "MAX") return row.reduce((best, x) => Math.max(best, x), -Infinity);
  if (kind === "L1") return row.reduce((sum, x) => sum + Math.abs(x), 0);
  if (kind === "L2") return Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
  throw new OnnxOperatorError(`Norm "${kind}" is unknown.`);
}

/** Divides each row by its norm (MAX, L1 or L2); a row of norm zero stays. */
export const Normalizer: Operator = {
  domain: "ai.onnx.ml",
  type: "Normalizer",
  sinceVersions: [1],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const kind = attributes.string("norm", "MAX");
    const { rows, features } = rowsOf(input);
    const data = new Float64Array(input.data.length);
    for (let row = 0; row < rows; row++) {
      const values = input.data.subarray(row * features, (row + 1) * features);
      const norm = normOf(values, kind) || 1;
      for (let i = 0; i < features; i++) data[row * features + i] = values[i]! / norm;
    }
    return [roundData("float32", input.shape, data)];
  },
};

/** Selects features: the elements of the last axis at the given indices; a vector becomes one row. */
export const ArrayFeatureExtractor: Operator = {
  domain: "ai.onnx.ml",
  type: "ArrayFeatureExtractor",
  sinceVersions: [1],
  moves: [0],
  evaluate(inputs) {
    const source = numericInput(inputs, 0);
    const indices = numericInput(inputs, 1);
    const features = source.shape.at(-1) ?? 1;
    const rows = features === 0 ? 0 : source.data.length / features;
    const data = new Float64Array(rows * indices.data.length);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (const index of indices.data) {
        if (!(index >= 0 && index < features)) {
          throw new OnnxOperatorError(`Feature ${index} is outside of ${features}.`);
        }
        data[at++] = source.data[row * features + index]!;
      }
    }
    const lead = source.shape.length < 2 ? [1] : source.shape.slice(0, -1);
    return [tensor(source.dtype, [...lead, indices.data.length], data)];
  },
};
