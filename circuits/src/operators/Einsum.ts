import { OnnxOperatorError } from "../onnx/errors.ts";
import type { Operator } from "./Operator.ts";
import { product, range } from "./support/axes.ts";
import { numericInputs } from "./support/inputs.ts";
import { roundData } from "./support/roundData.ts";
import { stridedOffsets, stridesOf } from "./support/strides.ts";

/** An Einsum equation resolved for given ranks: one label an axis; broadcast axes are labelled `.0`, `.1`, ... */
export interface EinsumPlan {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** The labels that are summed over. */
  readonly summed: readonly string[];
}

function labelsOf(term: string, ellipsisRank: number, broadcastRank: number): string[] {
  const [before = "", after] = term.split("...");
  // Ellipses align at their last axis, as all broadcasting.
  const dots = range(ellipsisRank).map((axis) => `.${broadcastRank - ellipsisRank + axis}`);
  return after === undefined ? [...before] : [...before, ...dots, ...after];
}

/** Parses an equation such as `bij, bjk -> bik`; without an arrow, labels that occur once are kept, in order. */
export function einsumPlan(equation: string, ranks: readonly number[]): EinsumPlan {
  const [left = "", right] = equation.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (terms.length !== ranks.length || !/^[A-Za-z.,]*$/.test(left) || !/^[A-Za-z.]*$/.test(right ?? "")) {
    throw new OnnxOperatorError(`Equation "${equation}" does not fit ${ranks.length} operands.`);
  }
  const ellipses = terms.map((term, i) => (term.includes("...") ? ranks[i]! - (term.length - 3) : 0));
  const broadcastRank = Math.max(0, ...ellipses);
  const operands = terms.map((term, i) => labelsOf(term, ellipses[i]!, broadcastRank));
  if (operands.some((labels, i) => labels.length !== ranks[i])) {
    throw new OnnxOperatorError(
      `Equation "${equation}" does not fit operands of ${ranks.join(", ")} dimensions.`,
    );
  }
  const all = operands.flat();
  const once = [...new Set(all.filter((label) => !label.startsWith(".")))].filter(
    (label) => all.indexOf(label) === all.lastIndexOf(label),
  );
  const implicit = [...range(broadcastRank).map((axis) => `.${axis}`), ...once.sort()];
  const output =
    right === undefined
      ? implicit
      : labelsOf(right, right.includes("...") ? broadcastRank : 0, broadcastRank);
  return { operands, output, summed: [...new Set(all)].filter((label) => !output.includes(label)) };
}

function sizesOf(
  operands: readonly (readonly string[])[],
  shapes: readonly (readonly number[])[],
): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const size = shapes[i]![axis]!;
      const known = sizes.get(label) ?? 1;
      if (size !== 1 && known !== 1 && size !== known) {
        throw new OnnxOperatorError(`Label "${label}" stands for both ${known} and ${size}.`);
      }
      sizes.set(label, Math.max(known, size));
    });
  });
  return sizes;
}

/** Stride of a label in an operand: a repeated label walks the diagonal, a dimension of 1 stays. */
function labelStride(label: string, labels: readonly string[], shape: readonly number[]): number {
  const strides = stridesOf(shape);
  return labels.reduce(
    (sum, each, axis) => (each === label && shape[axis] !== 1 ? sum + strides[axis]! : sum),
    0,
  );
}

export const Einsum: Operator = {
  domain: "",
  type: "Einsum",
  sinceVersions: [12],
  evaluate(inputs, attributes) {
    const operands = numericInputs(inputs);
    const shapes = operands.map(({ shape }) => shape);
    const plan = einsumPlan(
      attributes.string("equation"),
      shapes.map((shape) => shape.length),
    );
    const sizes = sizesOf(plan.operands, shapes);
    const dimensions = (labels: readonly string[]) => labels.map((label) => sizes.get(label) ?? 1);
    const offsets = (labels: readonly string[], i: number) =>
      stridedOffsets(
        dimensions(labels),
        labels.map((label) => labelStride(label, plan.operands[i]!, shapes[i]!)),
      );
    const outer = operands.map((_, i) => offsets(plan.output, i));
    const inner = operands.map((_, i) => offsets(plan.summed, i));
    const shape = dimensions(plan.output);
    const count = product(dimensions(plan.summed));
    const data = new Float64Array(product(shape));
    for (let o = 0; o < data.length; o++) {
      let sum = 0;
      for (let s = 0; s < count; s++) {
        let term = 1;
        for (let i = 0; i < operands.length; i++) term *= operands[i]!.data[outer[i]![o]! + inner[i]![s]!]!;
        sum += term;
      }
      data[o] = sum;
    }
    return [roundData(operands[0]!.dtype, shape, data)];
  },
};
