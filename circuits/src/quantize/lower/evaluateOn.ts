import { QuantizationError } from "../../errors.ts";
import { evaluateNode } from "../../onnx/evaluateNode.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { isFloatType, type NumericTensor, tensor } from "../../onnx/Tensor.ts";
import type { LoweredInput } from "./LoweringRule.ts";

/**
 * Evaluates a node's float semantics with `data` in place of its symbolic inputs and in float64 throughout, so that
 * nothing is rounded to the model's element type. Returns its numeric outputs.
 */
export function evaluateOn(
  node: PreparedNode,
  inputs: readonly LoweredInput[],
  data: (index: number) => Float64Array,
): NumericTensor[] {
  const tensors = inputs.map((input, index) => {
    if (!input) return undefined;
    if (input.kind === "symbolic") return tensor("float64", input.tensor.shape, data(index));
    const { dtype, shape, data: constant } = input.tensor;
    return tensor(isFloatType(dtype) ? "float64" : dtype, shape, constant);
  });
  return evaluateNode(node, tensors).map((output) => {
    if (output.dtype === "string")
      throw new QuantizationError(`node "${node.name}" (${node.type}) makes strings`);
    return output;
  });
}
