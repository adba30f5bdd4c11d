import { QuantizationError } from "../../errors.ts";
import { isFloatType } from "../../onnx/Tensor.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** Cast to a float type, or between types of integers, leaves the number as it is. */
export const lowerCast: LoweringRule = (quantizer, node, inputs) => {
  const [from, to] = [quantizer.typeOf(node.inputs[0]!).dtype, quantizer.typeOf(node.outputs[0]!).dtype];
  if (isFloatType(from) && !isFloatType(to)) {
    throw new QuantizationError(
      `node "${node.name}" (Cast) truncates ${from} to ${to}, which is not supported: leave the value a float`,
    );
  }
  return [symbolicInput(node, inputs, 0)];
};
