import type { Attributes } from "../../onnx/Attributes.ts";
import { type NumericTensor, tensor } from "../../onnx/Tensor.ts";

/**
 * The second operand of a binary operator, ready for NumPy broadcasting.
 * Before opset 7, `broadcast = 1` aligned it with the first one's axes from `axis` on (default: the last ones).
 */
export function legacyOperand(
  first: NumericTensor,
  second: NumericTensor,
  attributes: Attributes,
  opset: number,
): NumericTensor {
  if (opset >= 7 || attributes.int("broadcast", 0) === 0 || !attributes.has("axis")) return second;
  const axis = attributes.int("axis");
  const start = axis < 0 ? axis + first.shape.length : axis;
  const trailing = Math.max(0, first.shape.length - start - second.shape.length);
  return tensor(second.dtype, [...second.shape, ...new Array<number>(trailing).fill(1)], second.data);
}
