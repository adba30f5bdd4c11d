import type { Attributes } from "../onnx/Attributes.ts";
import type { Operator } from "./Operator.ts";
import { range } from "./support/axes.ts";

/**
 * The positions of the inputs whose elements a node merely moves to its outputs, or undefined for a node that computes.
 * The other inputs (indices, shapes, conditions) steer the moves: they must be constant for the moves to be.
 */
export function movedInputs(
  operator: Operator,
  attributes: Attributes,
  inputCount: number,
): readonly number[] | undefined {
  const { moves } = operator;
  if (moves === "all") return range(inputCount);
  return typeof moves === "function" ? moves(attributes) : moves;
}
