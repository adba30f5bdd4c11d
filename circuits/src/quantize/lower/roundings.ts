import type { Quantizer } from "../Quantizer.ts";
import type { RealExpression } from "../RealExpression.ts";
import { ceiling, floor, roundHalfEven } from "../real/rounding.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

function elementwise(
  apply: (quantizer: Quantizer, x: readonly RealExpression[]) => RealExpression[],
): LoweringRule {
  return (quantizer, node, inputs) => {
    const x = symbolicInput(node, inputs, 0);
    return [{ shape: x.shape, elements: apply(quantizer, x.elements) }];
  };
}

export const lowerFloor = elementwise(floor);
export const lowerCeil = elementwise(ceiling);
/** Ties go to the even neighbour. */
export const lowerRound = elementwise(roundHalfEven);
