import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { broadcastOffsets } from "../../operators/support/broadcast.ts";
import { type RealExpression, type SymbolicTensor, sumExpressions } from "../RealExpression.ts";
import { evaluateOn } from "./evaluateOn.ts";
import type { LoweredInput, LoweringRule } from "./LoweringRule.ts";

/** Input indices in which an operator is jointly linear (affine), given that all others are constants. */
const LINEAR_IN: Record<string, readonly (readonly number[])[] | "all"> = {
  Add: "all",
  AveragePool: [[0]],
  BatchNormalization: [[0]],
  CumSum: [[0]],
  Einsum: [[0], [1]],
  GlobalAveragePool: [[0]],
  Mean: "all",
  Neg: [[0]],
  ReduceMean: [[0]],
  ReduceSum: [[0]],
  Resize: [[0]],
  Sub: "all",
  Sum: "all",
  Upsample: [[0]],
};

/** Operators whose output element depends on the input elements at its own (broadcast) place only. */
const ELEMENTWISE = new Set(["Add", "BatchNormalization", "Mean", "Neg", "Sub", "Sum"]);

/** Names of the operators lowered here. */
export const LINEAR_OPERATORS: readonly string[] = Object.keys(LINEAR_IN);

/** Whether the node is an affine map of its symbolic inputs. */
export function isLinear(domain: string, type: string, inputs: readonly LoweredInput[]): boolean {
  if (domain !== "") return false;
  const linear = Object.hasOwn(LINEAR_IN, type) ? LINEAR_IN[type]! : [];
  if (linear === "all") return true;
  const symbolic = inputs.flatMap((input, index) => (input?.kind === "symbolic" ? [index] : []));
  return linear.some((joint) => symbolic.every((index) => joint.includes(index)));
}

/**
 * Affine operators, lowered by probing: the operator's float semantics on zeros gives the constant part, on each unit
 * vector the weights of that element. So every attribute and broadcasting rule is honoured without being written
 * down again. Elementwise operators are probed with all ones at once.
 */
export const lowerLinear: LoweringRule = (quantizer, node, inputs) => {
  const dtype = quantizer.typeOf(node.outputs[0]!).dtype;
  if (node.type === "Mean" && dtype.includes("int")) return probeEach(node, inputs);
  return ELEMENTWISE.has(node.type) ? probeAtOnce(node, inputs) : probeEach(node, inputs);
};

function zerosFor(inputs: readonly LoweredInput[]): Float64Array[] {
  return inputs.map(
    (input) => new Float64Array(input?.kind === "symbolic" ? input.tensor.elements.length : 0),
  );
}

function probeAtOnce(node: PreparedNode, inputs: readonly LoweredInput[]): SymbolicTensor[] {
  const zeros = zerosFor(inputs);
  const base = evaluateOn(node, inputs, (index) => zeros[index]!)[0]!;
  const terms = Array.from(base.data, (): [number, RealExpression][] => []);
  for (const [index, input] of inputs.entries()) {
    if (input?.kind !== "symbolic") continue;
    const ones = zeros.with(
      index,
      zeros[index]!.map(() => 1),
    );
    const response = evaluateOn(node, inputs, (i) => ones[i]!)[0]!;
    const shape = legacyShape(node, input.tensor.shape, index, base.shape.length);
    for (const [j, offset] of broadcastOffsets(shape, base.shape).entries()) {
      terms[j]!.push([response.data[j]! - base.data[j]!, input.tensor.elements[offset]!]);
    }
  }
  return [{ shape: base.shape, elements: terms.map((row, j) => sumExpressions(row, base.data[j]!)) }];
}

/** The shape of the second operand as operator sets before 7 aligned it: from `axis` on, ones after it. */
function legacyShape(
  { attributes, opset }: PreparedNode,
  shape: readonly number[],
  index: number,
  rank: number,
): readonly number[] {
  if (index !== 1 || opset >= 7 || !attributes.has("axis")) return shape;
  const axis = attributes.int("axis");
  const start = axis < 0 ? axis + rank : axis;
  return [...shape, ...new Array<number>(Math.max(0, rank - start - shape.length)).fill(1)];
}

function probeEach(node: PreparedNode, inputs: readonly LoweredInput[]): SymbolicTensor[] {
  const zeros = zerosFor(inputs);
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
  return [{ shape: base.shape, elements: terms.map((row, j) => sumExpressions(row, base.data[j]!)) }];
}
