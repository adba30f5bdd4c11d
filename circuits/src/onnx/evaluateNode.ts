import type { Operator, OperatorInputs } from "../operators/Operator.ts";
import type { Attributes } from "./Attributes.ts";
import { OnnxNodeError, OnnxUnsupportedOperatorError } from "./errors.ts";
import type { Tensor } from "./Tensor.ts";

/** What is needed to evaluate a node, once its inputs are known. */
interface Evaluable {
  readonly name: string;
  readonly type: string;
  readonly opset: number;
  readonly attributes: Attributes;
  readonly outputs: readonly string[];
  readonly operator: Operator;
}

/**
 * Evaluates one node in float.
 * @throws OnnxNodeError naming the node, whatever went wrong inside.
 */
export function evaluateNode(node: Evaluable, inputs: OperatorInputs): Tensor[] {
  try {
    return node.operator.evaluate(inputs, node.attributes, {
      opset: node.opset,
      outputCount: node.outputs.length,
    });
  } catch (error) {
    if (error instanceof OnnxUnsupportedOperatorError) throw error;
    throw new OnnxNodeError(node.name, node.type, error);
  }
}
