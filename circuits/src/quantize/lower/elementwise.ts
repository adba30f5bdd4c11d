import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { broadcastOffsets, broadcastShapes } from "../../operators/support/broadcast.ts";
import type { RealExpression, SymbolicTensor } from "../RealExpression.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweredInput } from "./LoweringRule.ts";

/** All inputs of a node laid out for their common shape; repeated elements are the same object. */
export function broadcastInputs(
  node: PreparedNode,
  inputs: readonly LoweredInput[],
): { shape: readonly number[]; operands: RealExpression[][] } {
  const tensors = inputs.map((_, i) => symbolicInput(node, inputs, i));
  const shape = broadcastShapes(tensors.map((tensor) => tensor.shape));
  return { shape, operands: tensors.map((tensor) => broadcastElements(tensor, shape)) };
}

export function broadcastElements(tensor: SymbolicTensor, shape: readonly number[]): RealExpression[] {
  return Array.from(broadcastOffsets(tensor.shape, shape), (offset) => tensor.elements[offset]!);
}
