import { QuantizationError } from "../../errors.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { constantExpression, type RealExpression, type SymbolicTensor } from "../RealExpression.ts";
import { evaluateOn } from "./evaluateOn.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** Positions of the inputs whose elements a node does nothing but move; undefined when it does more than that. */
export function movedInputs({ operator, attributes, inputs }: PreparedNode): readonly number[] | undefined {
  const moves = typeof operator.moves === "function" ? operator.moves(attributes) : operator.moves;
  return moves === "all" ? inputs.map((_, index) => index) : moves;
}

/**
 * Operators that only move data, lowered by evaluating them on element numbers: wherever number n comes out, element
 * n goes. Constants that an operator makes itself (padding) are told apart by evaluating twice with other numbers.
 */
export const lowerMove: LoweringRule = (_quantizer, node, inputs) => {
  const elements: RealExpression[] = [];
  const moved = movedInputs(node) ?? [];
  const starts = inputs.map((input, index) => {
    const start = elements.length;
    if (!input || !moved.includes(index)) {
      if (input?.kind === "symbolic") {
        throw new QuantizationError(
          `node "${node.name}" (${node.type}) takes input ${index} from the model's input; it must be a constant`,
        );
      }
      return undefined;
    }
    if (input.kind === "symbolic") elements.push(...input.tensor.elements);
    else elements.push(...Array.from(input.tensor.data, constantExpression));
    return start;
  });
  const movable = inputs.map((input, index) => {
    const isConstant = input?.kind === "constant" && starts[index] !== undefined;
    return isConstant
      ? { kind: "symbolic" as const, tensor: { shape: input.tensor.shape, elements: [] } }
      : input;
  });
  const evaluate = (offset: number) =>
    evaluateOn(node, movable, (index) => {
      const shape = movable[index]!.tensor.shape;
      const size = shape.reduce((product, n) => product * n, 1);
      return Float64Array.from({ length: size }, (_, i) => offset + starts[index]! + i);
    });
  const [first, second] = [evaluate(0), evaluate(elements.length)];
  return first.map((output, o): SymbolicTensor => {
    const shifted = second[o]!.data;
    return {
      shape: output.shape,
      elements: Array.from(output.data, (n, i) => {
        return shifted[i] === n + elements.length ? elements[n]! : constantExpression(n);
      }),
    };
  });
};
