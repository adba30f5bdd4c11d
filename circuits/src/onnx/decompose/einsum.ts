import { einsumPlan } from "../../operators/Einsum.ts";
import type { Decomposition } from "./Decomposition.ts";
import type { Emitter } from "./Emitter.ts";

/** A value whose axes have labels, all different. */
interface Labelled {
  readonly value: string;
  readonly labels: readonly string[];
}

function sizesOf(emit: Emitter, { value, labels }: Labelled): Map<string, number> {
  const shape = emit.shapeOf(value);
  return new Map(labels.map((label, axis) => [label, shape[axis]!]));
}

/** Sums over the labels that are not wanted. */
function sumOver(emit: Emitter, { value, labels }: Labelled, wanted: ReadonlySet<string>): Labelled {
  const axes = labels.flatMap((label, axis) => (wanted.has(label) ? [] : [axis]));
  if (axes.length === 0) return { value, labels };
  const kept = emit.reduce("ReduceSum", value, axes);
  return {
    value: emit.op("Squeeze", [kept, emit.ints(...axes)]),
    labels: labels.filter((label) => wanted.has(label)),
  };
}

/** The same value with its axes in another order. */
function ordered(emit: Emitter, { value, labels }: Labelled, order: readonly string[]): string {
  if (order.every((label, axis) => label === labels[axis])) return value;
  return emit.op("Transpose", [value], { perm: order.map((label) => labels.indexOf(label)) });
}

function productOfSizes(labels: readonly string[], sizes: ReadonlyMap<string, number>): number {
  return labels.reduce((product, label) => product * sizes.get(label)!, 1);
}

/** Contracts two operands over the labels that nothing later wants, as one batched matrix product. */
function contract(emit: Emitter, left: Labelled, right: Labelled, wanted: ReadonlySet<string>): Labelled {
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => wanted.has(label));
  const summed = shared.filter((label) => !wanted.has(label));
  const own = (part: Labelled) => part.labels.filter((label) => !shared.includes(label));
  const keptShared = new Set([...wanted, ...shared]);
  const first = sumOver(emit, left, keptShared);
  const second = sumOver(emit, right, keptShared);
  const [rows, columns] = [own(first), own(second)];
  const [a, b] = [sizesOf(emit, first), sizesOf(emit, second)];
  const batchShape = batch.map((label) => a.get(label)!);
  const inner = productOfSizes(summed, a);
  const matrixA = emit.reshape(ordered(emit, first, [...batch, ...rows, ...summed]), [
    ...batchShape,
    productOfSizes(rows, a),
    inner,
  ]);
  const matrixB = emit.reshape(ordered(emit, second, [...batch, ...summed, ...columns]), [
    ...batchShape,
    inner,
    productOfSizes(columns, b),
  ]);
  const product = emit.op("MatMul", [matrixA, matrixB]);
  const shape = [
    ...batchShape,
    ...rows.map((label) => a.get(label)!),
    ...columns.map((label) => b.get(label)!),
  ];
  return { value: emit.reshape(product, shape), labels: [...batch, ...rows, ...columns] };
}

/**
 * Einsum as batched matrix products, operand by operand, and transpositions. One that walks a diagonal (a label twice in
 * one operand), that broadcasts a dimension of 1 or whose result has a label that no operand has, stays.
 */
const einsum: Decomposition = (emit, { inputs, attributes }) => {
  const shapes = inputs.map((value) => emit.shapeOf(value));
  const plan = einsumPlan(
    attributes.string("equation"),
    shapes.map((shape) => shape.length),
  );
  const sizes = new Map<string, number>();
  for (const [i, labels] of plan.operands.entries()) {
    if (new Set(labels).size !== labels.length) return undefined;
    for (const [axis, label] of labels.entries()) {
      const size = shapes[i]![axis]!;
      if ((sizes.get(label) ?? size) !== size) return undefined;
      sizes.set(label, size);
    }
  }
  if (plan.output.some((label) => !sizes.has(label))) return undefined;
  const operands = inputs.map((value, i): Labelled => ({ value, labels: plan.operands[i]! }));
  const [first, ...others] = operands as [Labelled, ...Labelled[]];
  const result = others.reduce((left, right, i) => {
    const later = others.slice(i + 1).flatMap(({ labels }) => labels);
    return contract(emit, left, right, new Set([...plan.output, ...later]));
  }, first);
  return [ordered(emit, sumOver(emit, result, new Set(plan.output)), plan.output)];
};

/** Sums of products by matrix products. */
export const SUMS_OF_PRODUCTS: Readonly<Record<string, Decomposition>> = { Einsum: einsum };
