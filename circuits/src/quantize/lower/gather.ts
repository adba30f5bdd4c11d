import { QuantizationError } from "../../errors.ts";
import { normalizeAxis, product, range } from "../../operators/support/axes.ts";
import { scalarOf } from "../../operators/support/inputs.ts";
import { stridedOffsets, stridesOf } from "../../operators/support/strides.ts";
import {
  affine,
  constantExpression,
  laneExpression,
  type RealExpression,
  sumExpressions,
} from "../RealExpression.ts";
import { lookUp, oneHot } from "../real/lookup.ts";
import { constantInput, symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** Gather with indices that depend on the input: a look-up for each element taken. */
export const lowerGather: LoweringRule = (quantizer, node, inputs) => {
  const [source, indices] = [symbolicInput(node, inputs, 0), symbolicInput(node, inputs, 1)];
  const axis = normalizeAxis(node.attributes.int("axis", 0), source.shape.length);
  const size = source.shape[axis]!;
  const inner = product(source.shape, axis + 1);
  const index: RealExpression[] = [];
  const rows: RealExpression[][] = [];
  for (const outer of range(product(source.shape, 0, axis))) {
    for (const each of indices.elements) {
      for (const j of range(inner)) {
        index.push(each);
        rows.push(range(size).map((i) => source.elements[(outer * size + i) * inner + j]!));
      }
    }
  }
  return [
    { shape: source.shape.toSpliced(axis, 1, ...indices.shape), elements: lookUp(quantizer, index, rows) },
  ];
};

/** result[i][j] = source[index[i][j]][j] for axis 0, and alike for the others. */
export const lowerGatherElements: LoweringRule = (quantizer, node, inputs) => {
  const [source, indices] = [symbolicInput(node, inputs, 0), symbolicInput(node, inputs, 1)];
  const axis = normalizeAxis(node.attributes.int("axis", 0), source.shape.length);
  const strides = stridesOf(source.shape);
  const starts = stridedOffsets(indices.shape, strides.with(axis, 0));
  const rows = indices.elements.map((_, i) =>
    range(source.shape[axis]!).map((k) => source.elements[starts[i]! + k * strides[axis]!]!),
  );
  return [{ shape: indices.shape, elements: lookUp(quantizer, indices.elements, rows) }];
};

/** The last axis of the indices holds coordinates: they make one flat index into each slice. */
export const lowerGatherNd: LoweringRule = (quantizer, node, inputs) => {
  const [source, indices] = [symbolicInput(node, inputs, 0), symbolicInput(node, inputs, 1)];
  const batchAxes = node.attributes.int("batch_dims", 0);
  const depth = indices.shape.at(-1) ?? 0;
  const strides = stridesOf(source.shape);
  const slice = product(source.shape, batchAxes + depth);
  const batch = product(source.shape, batchAxes);
  const count = product(indices.shape, 0, indices.shape.length - 1);
  const perBatch = count / product(source.shape, 0, batchAxes);
  const index: RealExpression[] = [];
  const rows: RealExpression[][] = [];
  for (const i of range(count)) {
    const flat = sumExpressions(
      range(depth).map((j): [number, RealExpression] => [
        strides[batchAxes + j]! / slice,
        indices.elements[i * depth + j]!,
      ]),
    );
    const start = Math.floor(i / perBatch) * batch;
    for (const j of range(slice)) {
      index.push(flat);
      rows.push(range(batch / slice).map((k) => source.elements[start + k * slice + j]!));
    }
  }
  const shape = [...indices.shape.slice(0, -1), ...source.shape.slice(batchAxes + depth)];
  return [{ shape, elements: lookUp(quantizer, index, rows) }];
};

/** A new axis that is `on` at the index and `off` elsewhere: three constraints an element. */
export const lowerOneHot: LoweringRule = (quantizer, node, inputs) => {
  const indices = symbolicInput(node, inputs, 0);
  const depthTensor = constantInput(node, inputs, 1);
  const values = constantInput(node, inputs, 2);
  if (!depthTensor || !values)
    throw new QuantizationError(`node "${node.name}" (OneHot) needs depth and values`);
  const depth = Math.trunc(scalarOf(depthTensor, "The depth"));
  const [off, on] = [values.data[0]!, values.data[1]!];
  const axis = normalizeAxis(node.attributes.int("axis", -1), indices.shape.length + 1);
  const shape = indices.shape.toSpliced(axis, 0, depth);
  const inner = product(shape, axis + 1);
  const hits = oneHot(quantizer, indices.elements, depth);
  const wraps = quantizer.worstCase(indices.elements).min < 0;
  const wrapped = wraps ? oneHot(quantizer, affine(indices.elements, 1, depth), depth) : undefined;
  const elements: RealExpression[] = new Array(product(shape)).fill(constantExpression(off));
  for (const i of range(indices.elements.length)) {
    for (const k of range(depth)) {
      const bits = [hits[i]![k]!, ...(wrapped ? [wrapped[i]![k]!] : [])].map(laneExpression);
      const at = (Math.floor(i / inner) * depth + k) * inner + (i % inner);
      elements[at] = sumExpressions(
        bits.map((bit): [number, RealExpression] => [on - off, bit]),
        off,
      );
    }
  }
  return [{ shape, elements }];
};
