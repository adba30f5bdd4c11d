import type { Quantizer, ScaledLanes } from "../Quantizer.ts";
import type { RealExpression } from "../RealExpression.ts";

/**
 * Lanes with the values of `elements` to `bits` bits of their calibrated magnitude, one for each element; an expression
 * that occurs several times (broadcasting repeats the object) is brought to a lane once.
 */
export function lanesOf(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  bits: number,
): ScaledLanes {
  const positions = new Map<RealExpression, number>();
  for (const element of elements) if (!positions.has(element)) positions.set(element, positions.size);
  const { lanes, scale } = quantizer.accumulateBits([...positions.keys()], bits);
  return { lanes: elements.map((element) => lanes[positions.get(element)!]!), scale };
}
