import type { Operator } from "./Operator.ts";
import { normalizeAxis } from "./support/axes.ts";
import { mapGroups } from "./support/groups.ts";
import { numericInput, scalarOf } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";

function runningSums(values: Float64Array, isExclusive: boolean): Float64Array {
  let sum = 0;
  return values.map((x) => {
    const before = sum;
    sum += x;
    return isExclusive ? before : sum;
  });
}

/** Running sums along an axis, with (`exclusive` = 0) or without the element itself, from either end. */
export const CumSum: Operator = {
  domain: "",
  type: "CumSum",
  sinceVersions: [11, 14],
  evaluate(inputs, attributes) {
    const { dtype, shape, data } = numericInput(inputs, 0);
    const axis = normalizeAxis(scalarOf(numericInput(inputs, 1), "The axis"), shape.length);
    const isExclusive = attributes.int("exclusive", 0) !== 0;
    const isReversed = attributes.int("reverse", 0) !== 0;
    const sums = mapGroups(shape, data, [axis], (values) =>
      isReversed ? runningSums(values.toReversed(), isExclusive).reverse() : runningSums(values, isExclusive),
    );
    return [roundData(dtype, shape, sums)];
  },
};
