import { normalizeAxis, product, range } from "../../operators/support/axes.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  add,
  affine,
  constantExpression,
  type RealExpression,
  type SymbolicTensor,
  sumExpressions,
  total,
} from "../RealExpression.ts";
import { divide } from "../real/divide.ts";
import { magnitude } from "../real/extremes.ts";
import { multiply } from "../real/multiply.ts";
import { squareRoot } from "../real/squareRoot.ts";
import { broadcastElements } from "./elementwise.ts";
import { positionsAlong } from "./groups.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

type Groups = readonly (readonly number[])[];

const DEFAULT_EPSILON = 1e-5;

function averages(x: readonly RealExpression[], groups: Groups): RealExpression[] {
  return groups.map((group) => affine([total(group.map((i) => x[i]!))], 1 / group.length)[0]!);
}

/** Each group's value at all of its elements. */
function spread(values: readonly RealExpression[], groups: Groups): RealExpression[] {
  const result: RealExpression[] = [];
  for (const [g, group] of groups.entries()) for (const i of group) result[i] = values[g]!;
  return result;
}

interface Standardized {
  readonly elements: RealExpression[];
  readonly means: RealExpression[];
  /** sqrt(variance + epsilon) of each group. */
  readonly deviations: RealExpression[];
}

/**
 * (x - mean) / sqrt(variance + epsilon): a product an element twice, a root and a reciprocal a group. All of it is taken
 * times the group's size n, so that n x - sum is exact and equal elements give exactly 0.
 */
function standardize(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  groups: Groups,
  epsilon: number,
): Standardized {
  const size = groups[0]?.length ?? 1;
  const sums = groups.map((group) => total(group.map((i) => x[i]!)));
  const everywhere = spread(sums, groups);
  const centred = x.map((each, i) =>
    sumExpressions([
      [size, each],
      [-1, everywhere[i]!],
    ]),
  );
  const variances = averages(multiply(quantizer, centred, centred), groups);
  const deviations = squareRoot(quantizer, affine(variances, 1, epsilon * size ** 2));
  return {
    elements: divide(quantizer, centred, spread(deviations, groups)),
    means: affine(sums, 1 / size),
    deviations: affine(deviations, 1 / size),
  };
}

/** Multiplies and shifts by tensors that broadcast to `shape`. */
function scaleAndShift(
  quantizer: Quantizer,
  x: SymbolicTensor,
  scale: SymbolicTensor,
  bias: SymbolicTensor | undefined,
): SymbolicTensor {
  const scaled = multiply(quantizer, broadcastElements(scale, x.shape), x.elements);
  return { shape: x.shape, elements: bias ? add(scaled, broadcastElements(bias, x.shape)) : scaled };
}

/** A vector with one number for each channel (axis 1) of a tensor of `rank` axes. */
function byChannel(vector: SymbolicTensor, rank: number): SymbolicTensor {
  return {
    shape: [vector.elements.length, ...new Array<number>(Math.max(0, rank - 2)).fill(1)],
    elements: vector.elements,
  };
}

export const lowerLayerNormalization: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const rank = x.shape.length;
  const axes = range(rank).slice(normalizeAxis(node.attributes.int("axis", -1), rank));
  const { groups, kept } = positionsAlong(x.shape, axes);
  const epsilon = node.attributes.float("epsilon", DEFAULT_EPSILON);
  const { elements, means, deviations } = standardize(quantizer, x.elements, groups, epsilon);
  const bias = inputs[2] && symbolicInput(node, inputs, 2);
  const result = scaleAndShift(quantizer, { shape: x.shape, elements }, symbolicInput(node, inputs, 1), bias);
  if (node.outputs.length < 2) return [result];
  const ones = deviations.map(() => constantExpression(1));
  const inverses = node.outputs[2] ? divide(quantizer, ones, deviations) : ones;
  return [result, { shape: kept, elements: means }, { shape: kept, elements: inverses }];
};

export const lowerRmsNormalization: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const rank = x.shape.length;
  const axes = range(rank).slice(normalizeAxis(node.attributes.int("axis", -1), rank));
  const { groups } = positionsAlong(x.shape, axes);
  const epsilon = node.attributes.float("epsilon", DEFAULT_EPSILON);
  const squares = averages(multiply(quantizer, x.elements, x.elements), groups);
  const roots = squareRoot(quantizer, affine(squares, 1, epsilon));
  const elements = divide(quantizer, x.elements, spread(roots, groups));
  return [scaleAndShift(quantizer, { shape: x.shape, elements }, symbolicInput(node, inputs, 1), undefined)];
};

export const lowerInstanceNormalization: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const { groups } = positionsAlong(x.shape, range(x.shape.length).slice(2));
  const epsilon = node.attributes.float("epsilon", DEFAULT_EPSILON);
  const { elements } = standardize(quantizer, x.elements, groups, epsilon);
  const [scale, bias] = [1, 2].map((i) => byChannel(symbolicInput(node, inputs, i), x.shape.length));
  return [scaleAndShift(quantizer, { shape: x.shape, elements }, scale!, bias)];
};

export const lowerGroupNormalization: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const count = node.attributes.int("num_groups");
  const view = [x.shape[0]!, count, (x.shape[1]! / count) * product(x.shape, 2)];
  const { groups } = positionsAlong(view, [2]);
  const epsilon = node.attributes.float("epsilon", DEFAULT_EPSILON);
  const { elements } = standardize(quantizer, x.elements, groups, epsilon);
  const shape = node.opset < 21 ? view : x.shape;
  const [scale, bias] = [1, 2].map((i) => byChannel(symbolicInput(node, inputs, i), shape.length));
  const result = scaleAndShift(quantizer, { shape, elements }, scale!, bias);
  return [{ shape: x.shape, elements: result.elements }];
};

/** (x - mean) / standard deviation over the given axes, by default all but the channels. */
export const lowerMeanVarianceNormalization: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const axes = node.attributes.ints("axes", [0, 2, 3]).map((axis) => normalizeAxis(axis, x.shape.length));
  const { groups } = positionsAlong(x.shape, axes);
  return [{ shape: x.shape, elements: standardize(quantizer, x.elements, groups, 1e-18).elements }];
};

/** Division by the L1 or L2 norm along one axis. */
export const lowerLpNormalization: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const axis = normalizeAxis(node.attributes.int("axis", -1), x.shape.length);
  const { groups } = positionsAlong(x.shape, [axis]);
  const elements = normalizeRows(
    quantizer,
    x.elements,
    groups,
    node.attributes.int("p", 2) === 1 ? "L1" : "L2",
  );
  return [{ shape: x.shape, elements }];
};

/** Each group divided by its norm. */
export function normalizeRows(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  groups: Groups,
  norm: "L1" | "L2",
): RealExpression[] {
  const terms = norm === "L1" ? magnitude(quantizer, x) : multiply(quantizer, x, x);
  const sums = groups.map((group) => total(group.map((i) => terms[i]!)));
  const norms = norm === "L1" ? sums : squareRoot(quantizer, sums);
  return divide(quantizer, x, spread(norms, groups));
}
