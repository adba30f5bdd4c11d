import { laneExpression } from "../RealExpression.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** max(0, x): the accumulator is rounded to the activation's scale in the same constraints that find the sign. */
export const lowerRelu: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const magnitude = quantizer.calibratedMagnitude(node.outputs[0]!);
  const scale = quantizer.scaleFor(magnitude, quantizer.options.activationBits);
  const accumulator = quantizer.accumulatorScale(x.elements, scale);
  const lanes = quantizer.lanesAt(x.elements, accumulator, magnitude);
  const out = quantizer.describe(quantizer.graph.relu(lanes, accumulator - scale), scale, magnitude);
  return [{ shape: x.shape, elements: out.map(laneExpression) }];
};
