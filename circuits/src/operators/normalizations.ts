import { OnnxOperatorError } from "../onnx/errors.ts";
import type { NumericTensor } from "../onnx/Tensor.ts";
import type { Operator } from "./Operator.ts";
import { normalizeAxis, product, range } from "./support/axes.ts";
import { broadcastData } from "./support/broadcast.ts";
import { groupAlong, mapGroups } from "./support/groups.ts";
import { numericInput, optionalInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

const DEFAULT_EPSILON = 1e-5;

interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** Mean and population variance, in two passes so that nothing cancels. */
function momentsOf(values: Float64Array): Moments {
  const mean = values.reduce((total, x) => total + x, 0) / values.length;
  const variance = values.reduce((total, x) => total + (x - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

function standardize(values: Float64Array, epsilon: number): Float64Array {
  const { mean, variance } = momentsOf(values);
  const factor = 1 / Math.sqrt(variance + epsilon);
  return values.map((x) => (x - mean) * factor);
}

/** Multiplies and shifts each channel (axis 1), in place. */
function affineByChannel(
  shape: readonly number[],
  data: Float64Array,
  scale: ArrayLike<number>,
  bias: ArrayLike<number>,
): void {
  const channels = shape[1] ?? 1;
  if (scale.length !== channels || bias.length !== channels) {
    throw new OnnxOperatorError(
      `${scale.length} scales and ${bias.length} biases do not serve ${channels} channels.`,
    );
  }
  const inner = product(shape, 2);
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / inner) % channels;
    data[i] = data[i]! * scale[channel]! + bias[channel]!;
  }
}

/** Inference only: (x - mean) / sqrt(variance + epsilon) * scale + bias with the given moments. */
export const BatchNormalization: Operator = {
  domain: "",
  type: "BatchNormalization",
  sinceVersions: [1, 6, 7, 9, 14, 15],
  evaluate(inputs, attributes, { opset }) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    if (attributes.int("training_mode", 0) !== 0) {
      throw new OnnxOperatorError(
        "BatchNormalization in training mode; export the model in evaluation mode.",
      );
    }
    const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => numericInput(inputs, i).data);
    const epsilon = attributes.float("epsilon", DEFAULT_EPSILON);
    const factors = scale!.map((x, i) => x / Math.sqrt(variance![i]! + epsilon));
    const shifts = bias!.map((x, i) => x - mean![i]! * factors[i]!);
    const result = data.slice();
    // Until opset 9, `spatial = 0` gave each pixel its own moments instead of each channel.
    const view = opset < 9 && attributes.int("spatial", 1) === 0 ? [shape[0]!, product(shape, 1)] : shape;
    affineByChannel(view, result, factors, shifts);
    return [roundData(dtype, shape, result)];
  },
};

export const InstanceNormalization: Operator = {
  domain: "",
  type: "InstanceNormalization",
  sinceVersions: [1, 6, 22],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const epsilon = attributes.float("epsilon", DEFAULT_EPSILON);
    const spatial = range(shape.length).slice(2);
    const result = mapGroups(shape, data, spatial, (values) => standardize(values, epsilon));
    affineByChannel(shape, result, numericInput(inputs, 1).data, numericInput(inputs, 2).data);
    return [roundData(dtype, shape, result)];
  },
};

/** Scale and bias are given for each group before opset 21, for each channel since. */
export const GroupNormalization: Operator = {
  domain: "",
  type: "GroupNormalization",
  sinceVersions: [18, 21],
  evaluate(inputs, attributes, { opset }) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const groups = attributes.int("num_groups");
    const epsilon = attributes.float("epsilon", DEFAULT_EPSILON);
    const channels = shape[1]!;
    if (channels % groups !== 0)
      throw new OnnxOperatorError(`${channels} channels do not make ${groups} groups.`);
    const view = [shape[0]!, groups, (channels / groups) * product(shape, 2)];
    const result = mapGroups(view, data, [2], (values) => standardize(values, epsilon));
    affineByChannel(
      opset < 21 ? view : shape,
      result,
      numericInput(inputs, 1).data,
      numericInput(inputs, 2).data,
    );
    return [roundData(dtype, shape, result)];
  },
};

/** Applies the scale and the bias, which broadcast to the input, in place. */
function affine(
  shape: readonly number[],
  data: Float64Array,
  scale: NumericTensor,
  bias: NumericTensor | undefined,
): void {
  const factors = broadcastData(scale, shape);
  const shifts = bias && broadcastData(bias, shape);
  for (let i = 0; i < data.length; i++) data[i] = data[i]! * factors[i]! + (shifts?.[i] ?? 0);
}

/** Also gives each group's mean and 1 / standard deviation where asked for. */
export const LayerNormalization: Operator = {
  domain: "",
  type: "LayerNormalization",
  sinceVersions: [17],
  evaluate(inputs, attributes, { outputCount }) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const axes = range(shape.length).slice(normalizeAxis(attributes.int("axis", -1), shape.length));
    const epsilon = attributes.float("epsilon", DEFAULT_EPSILON);
    const result = mapGroups(shape, data, axes, (values) => standardize(values, epsilon));
    affine(shape, result, numericInput(inputs, 1), optionalInput(inputs, 2));
    const normalized = roundData(dtype, shape, result);
    if (outputCount < 2) return [normalized];
    const { starts, offsets, kept } = groupAlong(shape, axes);
    const moments = Array.from(starts, (start) =>
      momentsOf(Float64Array.from(offsets, (at) => data[start + at]!)),
    );
    const means = Float64Array.from(moments, ({ mean }) => mean);
    const inverses = Float64Array.from(moments, ({ variance }) => 1 / Math.sqrt(variance + epsilon));
    return [normalized, roundData("float32", kept, means), roundData("float32", kept, inverses)];
  },
};

export const RMSNormalization: Operator = {
  domain: "",
  type: "RMSNormalization",
  sinceVersions: [23],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const axes = range(shape.length).slice(normalizeAxis(attributes.int("axis", -1), shape.length));
    const epsilon = attributes.float("epsilon", DEFAULT_EPSILON);
    const result = mapGroups(shape, data, axes, (values) => {
      const meanSquare = values.reduce((total, x) => total + x * x, 0) / values.length;
      return values.map((x) => x / Math.sqrt(meanSquare + epsilon));
    });
    affine(shape, result, numericInput(inputs, 1), undefined);
    return [roundData(dtype, shape, result)];
  },
};

/** Divides by the L1 or L2 norm along one axis; a group of norm zero stays zero. */
export const LpNormalization: Operator = {
  domain: "",
  type: "LpNormalization",
  sinceVersions: [1, 22],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const axis = normalizeAxis(attributes.int("axis", -1), shape.length);
    const p = attributes.int("p", 2);
    const result = mapGroups(shape, data, [axis], (values) => {
      const norm = values.reduce((total, x) => total + Math.abs(x) ** p, 0) ** (1 / p);
      return norm === 0 ? values : values.map((x) => x / norm);
    });
    return [roundData(dtype, shape, result)];
  },
};

/** (x - mean) / (standard deviation + 1e-9) over the given axes, by default all but the channels. */
export const MeanVarianceNormalization: Operator = {
  domain: "",
  type: "MeanVarianceNormalization",
  sinceVersions: [9, 13],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const axes = attributes.ints("axes", [0, 2, 3]).map((axis) => normalizeAxis(axis, shape.length));
    const result = mapGroups(shape, data, axes, (values) => {
      const { mean, variance } = momentsOf(values);
      return values.map((x) => (x - mean) / (Math.sqrt(variance) + 1e-9));
    });
    return [roundData(dtype, shape, result)];
  },
};

/** Local response normalisation across `size` neighbouring channels. */
export const LRN: Operator = {
  domain: "",
  type: "LRN",
  sinceVersions: [1, 13],
  evaluate(inputs, attributes) {
    const input = numericInput(inputs, 0);
    const { shape, data } = input;
    const size = attributes.int("size");
    const alpha = attributes.float("alpha", 1e-4);
    const beta = attributes.float("beta", 0.75);
    const bias = attributes.float("bias", 1);
    const before = Math.floor((size - 1) / 2);
    const after = Math.ceil((size - 1) / 2);
    const result = mapGroups(shape, data, [1], (values) =>
      values.map((x, c) => {
        const near = values.subarray(Math.max(0, c - before), c + after + 1);
        const squares = near.reduce((total, each) => total + each * each, 0);
        return x / (bias + (alpha / size) * squares) ** beta;
      }),
    );
    return [roundData(input.dtype, shape, result)];
  },
};
