import type { Attributes } from "../onnx/Attributes.ts";
import type { Operator, OperatorInputs } from "./Operator.ts";
import { normalizeAxes, range } from "./support/axes.ts";
import { groupAlong } from "./support/groups.ts";
import { numericInput, optionalIntegers } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

type Fold = (values: Float64Array) => number;

const FOLDS: Readonly<Record<string, Fold>> = {
  ReduceSum: (values) => values.reduce((sum, x) => sum + x, 0),
  ReduceMean: (values) => values.reduce((sum, x) => sum + x, 0) / values.length,
  ReduceMax: (values) => values.reduce((best, x) => Math.max(best, x), -Infinity),
  ReduceMin: (values) => values.reduce((best, x) => Math.min(best, x), Infinity),
  ReduceProd: (values) => values.reduce((result, x) => result * x, 1),
  ReduceL1: (values) => values.reduce((sum, x) => sum + Math.abs(x), 0),
  ReduceL2: (values) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0)),
  ReduceSumSquare: (values) => values.reduce((sum, x) => sum + x * x, 0),
  ReduceLogSum: (values) => Math.log(values.reduce((sum, x) => sum + x, 0)),
  ReduceLogSumExp: (values) => {
    const largest = values.reduce((best, x) => Math.max(best, x), -Infinity);
    // An infinite largest value is the result; subtracting it from itself would make a NaN.
    if (!Number.isFinite(largest)) return largest;
    return largest + Math.log(values.reduce((sum, x) => sum + Math.exp(x - largest), 0));
  },
};

/**
 * The axes that a reduction runs over, as non-negative numbers. They are an input from opset 18 on (ReduceSum: 13), an
 * attribute before; none at all means every axis, or with `noop_with_empty_axes` no axis.
 */
export function reducedAxes(inputs: OperatorInputs, attributes: Attributes, rank: number): number[] {
  const given = optionalIntegers(inputs, 1) ?? attributes.ints("axes", []);
  if (given.length > 0) return normalizeAxes(given, rank);
  return attributes.int("noop_with_empty_axes", 0) === 0 ? range(rank) : [];
}

export const reductions: readonly Operator[] = Object.entries(FOLDS).map(([type, fold]) => ({
  domain: "",
  type,
  sinceVersions: [1, 11, 12, 13, 18, 20],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const axes = reducedAxes(inputs, attributes, shape.length);
    const { starts, offsets, outer, kept } = groupAlong(shape, axes);
    const values = new Float64Array(offsets.length);
    const result = Float64Array.from(starts, (start) => {
      for (let i = 0; i < offsets.length; i++) values[i] = data[start + offsets[i]!]!;
      return fold(values);
    });
    return [roundData(dtype, attributes.int("keepdims", 1) ? kept : outer, result)];
  },
}));
