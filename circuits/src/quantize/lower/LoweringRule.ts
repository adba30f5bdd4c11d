import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import type { NumericTensor } from "../../onnx/Tensor.ts";
import type { Quantizer } from "../Quantizer.ts";
import type { SymbolicTensor } from "../RealExpression.ts";

/** What a node reads: a constant of the model, a tensor that depends on the input, or nothing where it is left out. */
export type LoweredInput =
  | { readonly kind: "constant"; readonly tensor: NumericTensor }
  | { readonly kind: "symbolic"; readonly tensor: SymbolicTensor }
  | undefined;

/**
 * Brings one node to the integer graph: from its inputs to one symbolic tensor for each of its outputs, by name.
 * Throws QuantizationError where the node has no meaning in integers.
 */
export type LoweringRule = (
  quantizer: Quantizer,
  node: PreparedNode,
  inputs: readonly LoweredInput[],
) => SymbolicTensor[];
