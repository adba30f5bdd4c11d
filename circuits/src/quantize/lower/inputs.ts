import { QuantizationError } from "../../errors.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import type { NumericTensor } from "../../onnx/Tensor.ts";
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

/** Input `index` as a constant tensor, or undefined where it is left out. */
export function constantInput(
  node: PreparedNode,
  inputs: readonly LoweredInput[],
  index: number,
): NumericTensor | undefined {
  const input = inputs[index];
  if (!input) return undefined;
  if (input.kind === "constant") return input.tensor;
  throw new QuantizationError(
    `node "${node.name}" (${node.type}) takes input ${index} from the model's input; it must be a constant`,
  );
}

/** The inputs as the operators' own helpers take them; symbolic ones are undefined. */
export function constantInputs(inputs: readonly LoweredInput[]): (NumericTensor | undefined)[] {
  return inputs.map((input) => (input?.kind === "constant" ? input.tensor : undefined));
}
