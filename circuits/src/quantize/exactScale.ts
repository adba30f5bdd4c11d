import type { Lane } from "../integer/IntegerOp.ts";
import type { RealExpression } from "./RealExpression.ts";

/**
 * The least scale, 0 or more, at which all weights and biases of `elements` are integers, or undefined when it is above
 * `limit`: sums of lanes, thresholds on a binary grid and integer arithmetic then lose nothing.
 */
export function exactScale(
  elements: readonly RealExpression[],
  scaleOf: (lane: Lane) => number,
  limit: number,
): number | undefined {
  let scale = 0;
  for (const { lanes, weights, bias } of elements) {
    while (!Number.isInteger(bias * 2 ** scale)) if (++scale > limit) return undefined;
    for (let i = 0; i < lanes.length; i++) {
      const shift = scaleOf(lanes[i]!);
      while (!Number.isInteger(weights[i]! * 2 ** (scale - shift))) if (++scale > limit) return undefined;
    }
  }
  return scale;
}
