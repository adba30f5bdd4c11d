import type { Quantizer } from "../Quantizer.ts";
import { laneExpression, type RealExpression } from "../RealExpression.ts";
import { positivePart } from "./extremes.ts";
import { factorBits } from "./multiply.ts";

/** sqrt(x) of each element, exact to one unit of `bits` bits of the largest; 0 where x is negative. */
export function squareRoot(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  bits = factorBits(quantizer) + 1,
): RealExpression[] {
  const radicands =
    quantizer.worstCase(elements).min < 0
      ? positivePart(quantizer, elements, 2 * quantizer.options.activationBits)
      : elements;
  const largest = Math.sqrt(quantizer.calibratedMagnitude(radicands));
  const scale = quantizer.scaleFor(largest, bits);
  const { lanes, scale: own } = quantizer.accumulate(radicands, 2 * scale - bits);
  const shift = 2 * scale - own;
  // sqrt(x) at `scale` is the root of x's integer at twice that scale; an odd or negative shift is met by a finer root.
  const finer = shift < 0 ? scale + Math.ceil(-shift / 2) : scale;
  const up = BigInt(2 * finer - own);
  const { graph } = quantizer;
  const scaled = graph.affine(lanes.map((lane) => ({ lanes: [lane], weights: [1n << up], bias: 0n })));
  const shifted = quantizer.describe(scaled, 2 * finer);
  return quantizer.describe(graph.squareRoot(shifted), finer).map(laneExpression);
}
