import type { Operator } from "./Operator.ts";
import { normalizeAxis, range } from "./support/axes.ts";
import { mapGroups } from "./support/groups.ts";
import { numericInput } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

/** e^x / sum e^x, shifted by the largest value so that nothing overflows. */
export function softmax(values: Float64Array): Float64Array {
  const largest = values.reduce((best, x) => Math.max(best, x), -Infinity);
  const powers = values.map((x) => Math.exp(x - largest));
  const sum = powers.reduce((total, x) => total + x, 0);
  return powers.map((x) => x / sum);
}

/** x - max - ln sum e^(x - max). */
export function logSoftmax(values: Float64Array): Float64Array {
  const largest = values.reduce((best, x) => Math.max(best, x), -Infinity);
  const logSum = Math.log(values.reduce((total, x) => total + Math.exp(x - largest), 0));
  return values.map((x) => x - largest - logSum);
}

function hardmax(values: Float64Array): Float64Array {
  const best = values.indexOf(values.reduce((most, x) => Math.max(most, x), -Infinity));
  return values.map((_, i) => Number(i === best));
}

/**
 * Before opset 13 the tensor was taken as a matrix, split before `axis` (default 1), and each row was one group;
 * since then the groups run along the one axis (default -1).
 */
function groupedBySoftmaxAxis(type: string, apply: (values: Float64Array) => Float64Array): Operator {
  return {
    domain: "",
    type,
    sinceVersions: [1, 11, 13],
    evaluate(inputs, attributes, { opset }) {
      const { dtype, shape, data } = numericInput(inputs, 0);
      const axis = normalizeAxis(attributes.int("axis", opset < 13 ? 1 : -1), shape.length);
      const axes = opset < 13 ? range(shape.length).slice(axis) : [axis];
      return [roundData(dtype, shape, mapGroups(shape, data, axes, apply))];
    },
  };
}

export const Softmax = groupedBySoftmaxAxis("Softmax", softmax);
export const LogSoftmax = groupedBySoftmaxAxis("LogSoftmax", logSoftmax);
export const Hardmax = groupedBySoftmaxAxis("Hardmax", hardmax);
