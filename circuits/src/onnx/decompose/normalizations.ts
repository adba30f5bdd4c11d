import { reducedAxes } from "../../operators/reductions.ts";
import { normalizeAxis, product, range } from "../../operators/support/axes.ts";
import { isNumeric } from "../Tensor.ts";
import type { DecomposedNode, Decomposition } from "./Decomposition.ts";
import type { Emitter } from "./Emitter.ts";

const DEFAULT_EPSILON = 1e-5;

/** Below this a norm counts as zero, and what is divided by it stays zero. */
const SMALLEST_NORM = 1e-12;

interface Standardized {
  readonly result: string;
  readonly mean: string;
  readonly deviation: string;
}

/** (x - mean) / sqrt(variance + epsilon) along axes. */
function standardize(emit: Emitter, x: string, axes: readonly number[], epsilon: number): Standardized {
  const mean = emit.reduce("ReduceMean", x, axes);
  const centered = emit.op("Sub", [x, mean]);
  const deviation = rootMeanSquare(emit, centered, axes, epsilon);
  return { result: emit.op("Div", [centered, deviation]), mean, deviation };
}

function rootMeanSquare(emit: Emitter, x: string, axes: readonly number[], epsilon: number): string {
  const meanSquare = emit.reduce("ReduceMean", emit.op("Mul", [x, x]), axes);
  return emit.op("Sqrt", [emit.op("Add", [meanSquare, emit.scalarLike(x, epsilon)])]);
}

/** Scale and bias, each broadcast as it comes; the bias may be left out. */
function affine(emit: Emitter, x: string, scale: string, bias: string): string {
  const scaled = emit.op("Mul", [x, scale]);
  return bias === "" ? scaled : emit.op("Add", [scaled, bias]);
}

/** A vector of one number a channel, shaped so that it broadcasts against [N, C, ...]. */
function byChannel(emit: Emitter, vector: string, rank: number): string {
  return emit.reshape(vector, [emit.shapeOf(vector)[0]!, ...range(rank - 2).map(() => 1)]);
}

function laterAxes(emit: Emitter, { inputs, attributes }: DecomposedNode): number[] {
  const rank = emit.shapeOf(inputs[0]!).length;
  return range(rank).slice(normalizeAxis(attributes.int("axis", -1), rank));
}

const layer: Decomposition = (emit, node) => {
  const [x = "", scale = "", bias = ""] = node.inputs;
  const epsilon = node.attributes.float("epsilon", DEFAULT_EPSILON);
  const { result, mean, deviation } = standardize(emit, x, laterAxes(emit, node), epsilon);
  return [affine(emit, result, scale, bias), mean, emit.op("Reciprocal", [deviation])];
};

const rootMean: Decomposition = (emit, node) => {
  const [x = "", scale = ""] = node.inputs;
  const deviation = rootMeanSquare(
    emit,
    x,
    laterAxes(emit, node),
    node.attributes.float("epsilon", DEFAULT_EPSILON),
  );
  return [affine(emit, emit.op("Div", [x, deviation]), scale, "")];
};

const instance: Decomposition = (emit, { inputs, attributes }) => {
  const [x = "", scale = "", bias = ""] = inputs;
  const rank = emit.shapeOf(x).length;
  const spatial = range(rank).slice(2);
  const { result } = standardize(emit, x, spatial, attributes.float("epsilon", DEFAULT_EPSILON));
  return [affine(emit, result, byChannel(emit, scale, rank), byChannel(emit, bias, rank))];
};

const group: Decomposition = (emit, { inputs, attributes, opset }) => {
  const [x = "", scale = "", bias = ""] = inputs;
  const shape = emit.shapeOf(x);
  const groups = attributes.int("num_groups");
  const view = emit.reshape(x, [shape[0]!, groups, product(shape, 1) / groups]);
  const { result } = standardize(emit, view, [2], attributes.float("epsilon", DEFAULT_EPSILON));
  // Scale and bias are given for each group before opset 21, for each channel since.
  if (opset < 21)
    return [emit.reshape(affine(emit, result, byChannel(emit, scale, 3), byChannel(emit, bias, 3)), shape)];
  const rank = shape.length;
  return [
    affine(emit, emit.reshape(result, shape), byChannel(emit, scale, rank), byChannel(emit, bias, rank)),
  ];
};

const meanVariance: Decomposition = (emit, { inputs, attributes }) => {
  const [x = ""] = inputs;
  const axes = attributes.ints("axes", [0, 2, 3]);
  const centered = emit.op("Sub", [x, emit.reduce("ReduceMean", x, axes)]);
  const deviation = rootMeanSquare(emit, centered, axes, 0);
  return [emit.op("Div", [centered, emit.op("Add", [deviation, emit.scalarLike(x, 1e-9)])])];
};

const norm: Decomposition = (emit, { inputs, attributes }) => {
  const [x = ""] = inputs;
  const axes = [attributes.int("axis", -1)];
  const isAbsolute = attributes.int("p", 2) === 1;
  const sum = emit.reduce("ReduceSum", isAbsolute ? emit.op("Abs", [x]) : emit.op("Mul", [x, x]), axes);
  const size = isAbsolute ? sum : emit.op("Sqrt", [sum]);
  return [emit.op("Div", [x, emit.op("Max", [size, emit.scalarLike(x, SMALLEST_NORM)])])];
};

/** The channels become an axis that an average pool slides along. */
const neighbourhood: Decomposition = (emit, { inputs, attributes }) => {
  const [x = ""] = inputs;
  const shape = emit.shapeOf(x);
  const size = attributes.int("size");
  const view = emit.reshape(x, [shape[0]!, 1, shape[1]!, product(shape, 2)]);
  const mean = emit.op("AveragePool", [emit.op("Mul", [view, view])], {
    kernel_shape: [size, 1],
    pads: [Math.floor((size - 1) / 2), 0, Math.ceil((size - 1) / 2), 0],
    count_include_pad: 1,
  });
  const scaled = emit.op("Mul", [mean, emit.scalarLike(x, attributes.float("alpha", 1e-4))]);
  const base = emit.op("Add", [scaled, emit.scalarLike(x, attributes.float("bias", 1))]);
  const power = emit.op("Pow", [base, emit.scalarLike(x, attributes.float("beta", 0.75))]);
  return [emit.reshape(emit.op("Div", [view, power]), shape)];
};

/** The axes that a Softmax runs along: one, or all from it on before opset 13. */
function softmaxAxes(emit: Emitter, { inputs, attributes, opset }: DecomposedNode): number[] {
  const rank = emit.shapeOf(inputs[0]!).length;
  const axis = normalizeAxis(attributes.int("axis", opset < 13 ? 1 : -1), rank);
  return opset < 13 ? range(rank).slice(axis) : [axis];
}

/** x - max x along axes: what makes exponentials safe. */
function belowMaximum(
  emit: Emitter,
  x: string,
  axes: readonly number[],
): { largest: string; shifted: string } {
  const largest = emit.reduce("ReduceMax", x, axes);
  return { largest, shifted: emit.op("Sub", [x, largest]) };
}

const softmax: Decomposition = (emit, node) => {
  const axes = softmaxAxes(emit, node);
  const powers = emit.op("Exp", [belowMaximum(emit, node.inputs[0]!, axes).shifted]);
  return [emit.op("Div", [powers, emit.reduce("ReduceSum", powers, axes)])];
};

const logSoftmax: Decomposition = (emit, node) => {
  const axes = softmaxAxes(emit, node);
  const { shifted } = belowMaximum(emit, node.inputs[0]!, axes);
  const sum = emit.reduce("ReduceSum", emit.op("Exp", [shifted]), axes);
  return [emit.op("Sub", [shifted, emit.op("Log", [sum])])];
};

const hardmax: Decomposition = (emit, node) => {
  const [x = ""] = node.inputs;
  const shape = emit.shapeOf(x);
  const axes = softmaxAxes(emit, node);
  // Several axes are the last ones: they become one.
  const view = axes.length === 1 ? x : emit.reshape(x, [...shape.slice(0, axes[0]), product(shape, axes[0])]);
  const axis = axes[0]!;
  const depth = emit.ints(emit.shapeOf(view)[axis]!);
  const { dtype } = emit.example(x);
  if (dtype === "string") return undefined;
  const values = emit.constant({ dtype, shape: [2], data: Float64Array.of(0, 1) });
  const best = emit.op("ArgMax", [view], { axis, keepdims: 0 });
  return [emit.reshape(emit.op("OneHot", [best, depth, values], { axis }), shape)];
};

/** A reduction by other operations, which are given the input, the axes and a way to sum. */
function reduction(write: (emit: Emitter, x: string, axes: readonly number[]) => string): Decomposition {
  return (emit, { inputs, attributes }) => {
    const [x = "", axesInput = ""] = inputs;
    const given = axesInput === "" ? undefined : emit.constantOf(axesInput);
    if (axesInput !== "" && (given === undefined || !isNumeric(given))) return undefined;
    const shape = emit.shapeOf(x);
    const axes = reducedAxes([undefined, given], attributes, shape.length);
    const kept = write(emit, x, axes);
    if (attributes.int("keepdims", 1) !== 0 || axes.length === 0) return [kept];
    return [emit.op("Squeeze", [kept, emit.ints(...axes)])];
  };
}

const sumOf = (type: string) =>
  reduction((emit, x, axes) => emit.reduce("ReduceSum", emit.op(type, type === "Mul" ? [x, x] : [x]), axes));

const euclidean = reduction((emit, x, axes) =>
  emit.op("Sqrt", [emit.reduce("ReduceSum", emit.op("Mul", [x, x]), axes)]),
);

const logSum = reduction((emit, x, axes) => emit.op("Log", [emit.reduce("ReduceSum", x, axes)]));

const logSumExp = reduction((emit, x, axes) => {
  const { largest, shifted } = belowMaximum(emit, x, axes);
  const sum = emit.reduce("ReduceSum", emit.op("Exp", [shifted]), axes);
  return emit.op("Add", [largest, emit.op("Log", [sum])]);
});

/** Normalisations and reductions by means, sums, maxima and functions of one number. */
export const NORMALIZATIONS: Readonly<Record<string, Decomposition>> = {
  GroupNormalization: group,
  Hardmax: hardmax,
  InstanceNormalization: instance,
  LRN: neighbourhood,
  LayerNormalization: layer,
  LogSoftmax: logSoftmax,
  LpNormalization: norm,
  MeanVarianceNormalization: meanVariance,
  RMSNormalization: rootMean,
  ReduceL1: sumOf("Abs"),
  ReduceL2: euclidean,
  ReduceLogSum: logSum,
  ReduceLogSumExp: logSumExp,
  ReduceSumSquare: sumOf("Mul"),
  Softmax: softmax,
};
