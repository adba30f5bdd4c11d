import { QuantizationError } from "../../errors.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { constantExpression, type SymbolicTensor } from "../RealExpression.ts";
import type { LoweredInput } from "./LoweringRule.ts";

/** Input `index` of a node as a symbolic tensor, a constant one becoming constant expressions. */
export function symbolicInput(
  node: PreparedNode,
  inputs: readonly LoweredInput[],
  index: number,
): SymbolicTensor {
  const input = inputs[index];
  if (!input) throw new QuantizationError(`node "${node.name}" (${node.type}) lacks its input ${index}`);
  if (input.kind === "symbolic") return input.tensor;
  return { shape: input.tensor.shape, elements: Array.from(input.tensor.data, constantExpression) };
}
