import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
  sumExpressions,
} from "../RealExpression.ts";
import { choose } from "./choose.ts";
import { clampIndex } from "./clampIndex.ts";
import { sumsOfProducts, type Term } from "./sumOfProducts.ts";

/** Where an integer expression is one of `count` indices: a lane for each that is 1 there and 0 elsewhere. */
export function oneHot(quantizer: Quantizer, index: readonly RealExpression[], count: number): Lane[][] {
  const { graph } = quantizer;
  const lanes = quantizer.lanesAt(index, 0);
  const rows = lanes.flatMap((lane) =>
    Array.from({ length: count }, (_, i) => ({ lanes: [lane], weights: [1n], bias: -BigInt(i) })),
  );
  const hits = quantizer.describe(graph.isZero(quantizer.describe(graph.affine(rows), 0)), 0);
  return lanes.map((_, i) => hits.slice(i * count, (i + 1) * count));
}

/**
 * For each index the element `rows[r][index]`: over constants an affine form of the products of the index' bits, else a
 * choice by each bit in turn. An index beyond the ends is held at the nearest one, one below 0 counts from the back.
 */
export function lookUp(
  quantizer: Quantizer,
  index: readonly RealExpression[],
  rows: readonly (readonly RealExpression[])[],
): RealExpression[] {
  const count = rows[0]!.length;
  const known = new Map<RealExpression, readonly Lane[]>();
  const distinct = [...new Set(index)].filter((each) => !isConstant(each));
  if (distinct.length > 0) {
    const width = Math.max(1, Math.ceil(Math.log2(count)));
    const lanes = quantizer.lanesAt(clampIndex(quantizer, distinct, count), 0);
    const bits = quantizer.describe(quantizer.graph.bits(lanes, width), 0);
    for (const [i, each] of distinct.entries()) known.set(each, bits.slice(i * width, (i + 1) * width));
  }
  const monomials = new Map<RealExpression, RealExpression[]>();
  return index.map((each, r) => {
    const row = rows[r]!;
    if (isConstant(each)) return row[each.bias < 0 ? each.bias + count : each.bias]!;
    const bits = known.get(each)!.map(laneExpression);
    if (!row.every(isConstant)) return chooseByBits(quantizer, bits, row);
    const products = monomials.get(each) ?? bitProducts(quantizer, bits);
    monomials.set(each, products);
    return constantByBits(
      products,
      row.map(({ bias }) => bias),
    );
  });
}

function chooseByBits(
  quantizer: Quantizer,
  bits: readonly RealExpression[],
  row: readonly RealExpression[],
): RealExpression {
  let level = [...row];
  for (const bit of bits) {
    const even = level.filter((_, i) => i % 2 === 0);
    const odd = even.map((element, i) => level[2 * i + 1] ?? element);
    level = choose(
      quantizer,
      even.map(() => bit),
      odd,
      even,
    );
  }
  return level[0]!;
}

/** The products of all subsets of bits, by mask: every function of the bits is a linear form of them. */
function bitProducts(quantizer: Quantizer, bits: readonly RealExpression[]): RealExpression[] {
  let products: RealExpression[] = [constantExpression(1)];
  for (const bit of bits) {
    const [, ...others] = products;
    const terms = others.map((_, i): Term[] => [[i, 0]]);
    const made = others.length === 0 ? [] : sumsOfProducts(quantizer, others, [bit], terms);
    products = [...products, bit, ...made];
  }
  return products;
}

/** The linear form of the bits' products that takes `values[i]` at i (Moebius transform). */
function constantByBits(products: readonly RealExpression[], values: readonly number[]): RealExpression {
  const weights = products.map((_, i) => values[i] ?? 0);
  for (let bit = 1; bit < weights.length; bit <<= 1) {
    for (let mask = 0; mask < weights.length; mask++) {
      if (mask & bit) weights[mask] = weights[mask]! - weights[mask ^ bit]!;
    }
  }
  return sumExpressions(weights.map((weight, mask): [number, RealExpression] => [weight, products[mask]!]));
}
