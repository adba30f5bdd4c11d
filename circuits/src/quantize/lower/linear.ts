import { type RealExpression, type SymbolicTensor, sumExpressions } from "../RealExpression.ts";
import { evaluateOn } from "./evaluateOn.ts";
import type { LoweredInput, LoweringRule } from "./LoweringRule.ts";

/** Input indices in which an operator is jointly linear (affine), given that all others are constants. */
const LINEAR_IN: Record<string, readonly (readonly number[])[]> = {
  Add: [[0, 1]],
  Sub: [[0, 1]],
  Neg: [[0]],
  Mul: [[0], [1]],
  Div: [[0]],
  Gemm: [
    [0, 2],
    [1, 2],
  ],
  MatMul: [[0], [1]],
};

/** Names of the operators lowered here. */
export const LINEAR_OPERATORS: readonly string[] = Object.keys(LINEAR_IN);

/** Whether the node is an affine map of its symbolic inputs. */
export function isLinear(domain: string, type: string, inputs: readonly LoweredInput[]): boolean {
  if (domain !== "") return false;
  const symbolic = inputs.flatMap((input, index) => (input?.kind === "symbolic" ? [index] : []));
  return LINEAR_IN[type]?.some((joint) => symbolic.every((index) => joint.includes(index))) ?? false;
}

/**
 * Affine operators, lowered by probing: the operator's float semantics on zeros gives the constant part, on each unit
 * vector the weights of that element. So every attribute and broadcasting rule is honoured without being written
 * down again.
 */
export const lowerLinear: LoweringRule = (_quantizer, node, inputs) => {
  const zeros = inputs.map(
    (input) => new Float64Array(input?.kind === "symbolic" ? input.tensor.elements.length : 0),
  );
  const evaluate = () => evaluateOn(node, inputs, (index) => zeros[index]!)[0]!;
  const base = evaluate();
  const terms = Array.from(base.data, (): [number, RealExpression][] => []);
  for (const [index, input] of inputs.entries()) {
    if (input?.kind !== "symbolic") continue;
    for (const [i, element] of input.tensor.elements.entries()) {
      zeros[index]![i] = 1;
      const response = evaluate().data;
      zeros[index]![i] = 0;
      for (let j = 0; j < response.length; j++) {
        const weight = response[j]! - base.data[j]!;
        if (weight !== 0) terms[j]!.push([weight, element]);
      }
    }
  }
  const output: SymbolicTensor = {
    shape: base.shape,
    elements: terms.map((row, j) => sumExpressions(row, base.data[j]!)),
  };
  return [output];
};
