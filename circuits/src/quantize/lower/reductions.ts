import { Attributes } from "../../onnx/Attributes.ts";
import { reducedAxes } from "../../operators/reductions.ts";
import type { Quantizer } from "../Quantizer.ts";
import { add, type RealExpression, subtract, total } from "../RealExpression.ts";
import { approximate } from "../real/approximate.ts";
import { magnitude, maximum, minimum } from "../real/extremes.ts";
import { multiply } from "../real/multiply.ts";
import { squareRoot } from "../real/squareRoot.ts";
import { realFunction } from "./functions.ts";
import { positionsAlong } from "./groups.ts";
import { constantInputs, symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

type Groups = readonly (readonly number[])[];
type Fold = (quantizer: Quantizer, x: readonly RealExpression[], groups: Groups) => RealExpression[];

const NO_ATTRIBUTES = new Attributes();

function sums(x: readonly RealExpression[], groups: Groups): RealExpression[] {
  return groups.map((group) => total(group.map((i) => x[i]!)));
}

/** The natural logarithm by table. */
export function logarithm(quantizer: Quantizer, x: readonly RealExpression[]): RealExpression[] {
  return approximate(quantizer, realFunction("Log", NO_ATTRIBUTES), x);
}

/** e^x for x <= 0. */
export function decays(quantizer: Quantizer, x: readonly RealExpression[]): RealExpression[] {
  const exp = realFunction("Exp", NO_ATTRIBUTES);
  return approximate(quantizer, { ...exp, defined: [-Number.MAX_VALUE, 0] }, x);
}

/** The logarithm of sums of `count` terms e^x with x <= 0, of which one is e^0. */
export function logOfDecays(
  quantizer: Quantizer,
  sums: readonly RealExpression[],
  count: number,
): RealExpression[] {
  const log = realFunction("Log", NO_ATTRIBUTES);
  // A table's error may leave the sum of a single term just below 1.
  return approximate(quantizer, { ...log, defined: [1 - 2 ** -6, count], isBounded: true }, sums);
}

/** Each element less the largest of its group, and those largest ones: e^x of it is at most 1. */
export function belowLargest(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  groups: Groups,
): { largest: RealExpression[]; below: RealExpression[] } {
  const largest = maximum(quantizer, x, groups);
  const below: RealExpression[] = [];
  for (const [g, group] of groups.entries()) {
    for (const i of group) below[i] = subtract([x[i]!], [largest[g]!])[0]!;
  }
  return { largest, below };
}

/** Pairs, then pairs of pairs: the depth of the products stays logarithmic. */
function productOf(quantizer: Quantizer, x: readonly RealExpression[], groups: Groups): RealExpression[] {
  let rows = groups.map((group) => group.map((i) => x[i]!));
  while (rows.some((row) => row.length > 1)) {
    const left = rows.flatMap((row) => row.filter((_, i) => i % 2 === 0 && i + 1 < row.length));
    const right = rows.flatMap((row) => row.filter((_, i) => i % 2 === 1));
    const products = multiply(quantizer, left, right);
    let next = 0;
    rows = rows.map((row) => {
      const half = Math.floor(row.length / 2);
      const made = products.slice(next, next + half);
      next += half;
      return row.length % 2 === 1 ? [...made, row.at(-1)!] : made;
    });
  }
  return rows.map((row) => row[0]!);
}

const squares = (quantizer: Quantizer, x: readonly RealExpression[]) => multiply(quantizer, x, x);

const FOLDS: Record<string, Fold> = {
  ReduceL1: (quantizer, x, groups) => sums(magnitude(quantizer, x), groups),
  ReduceL2: (quantizer, x, groups) => squareRoot(quantizer, sums(squares(quantizer, x), groups)),
  ReduceLogSum: (quantizer, x, groups) => logarithm(quantizer, sums(x, groups)),
  ReduceLogSumExp: (quantizer, x, groups) => {
    const { largest, below } = belowLargest(quantizer, x, groups);
    const count = Math.max(2, groups[0]?.length ?? 2);
    return add(largest, logOfDecays(quantizer, sums(decays(quantizer, below), groups), count));
  },
  ReduceMax: maximum,
  ReduceMin: minimum,
  ReduceProd: productOf,
  ReduceSumSquare: (quantizer, x, groups) => sums(squares(quantizer, x), groups),
};

export const REDUCTION_OPERATORS: readonly string[] = Object.keys(FOLDS);

/** A reduction over constant axes. */
export const lowerReduction: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const axes = reducedAxes(constantInputs(inputs), node.attributes, x.shape.length);
  const { groups, outer, kept } = positionsAlong(x.shape, axes);
  const elements = FOLDS[node.type]!(quantizer, x.elements, groups);
  return [{ shape: node.attributes.int("keepdims", 1) === 0 ? outer : kept, elements }];
};
