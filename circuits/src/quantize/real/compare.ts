import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer } from "../Quantizer.ts";
import { laneExpression, type RealExpression, subtract } from "../RealExpression.ts";

/** Lanes of a - b: exact where a and b are sums of lanes on a binary grid, else to `outputBits` bits. */
function differences(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): readonly Lane[] {
  const both = quantizer.calibratedMagnitude([...a, ...b]);
  const resolution = quantizer.scaleFor(both, quantizer.options.outputBits);
  return quantizer.accumulate(subtract(a, b), resolution).lanes;
}

/** 1 where a >= b, else 0. */
export function isAtLeast(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const lanes = differences(quantizer, a, b);
  const zeros = quantizer.describe(quantizer.graph.constants([0n]), 0);
  const made = quantizer.graph.atLeast(
    lanes,
    lanes.map(() => zeros[0]!),
  );
  return quantizer.describe(made, 0).map(laneExpression);
}

/** 1 where a equals b, else 0. */
export function isEqual(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const made = quantizer.graph.isZero(differences(quantizer, a, b));
  return quantizer.describe(made, 0).map(laneExpression);
}
