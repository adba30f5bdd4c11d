import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer } from "../Quantizer.ts";
import { constantExpression, isConstant, type RealExpression, sumExpressions } from "../RealExpression.ts";
import { choose } from "./choose.ts";
import { type IndexBits, indexBits } from "./indexBits.ts";
import { multiply } from "./multiply.ts";

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
 * An index that was itself looked up in constants is resolved to the first one: tables of tables cost one table.
 */
export function lookUp(
  quantizer: Quantizer,
  index: readonly RealExpression[],
  rows: readonly (readonly RealExpression[])[],
): RealExpression[] {
  const origins = originsOf(quantizer);
  const resolved = index.map((each, r) => {
    const origin = origins.get(each);
    if (!origin) return { index: each, row: rows[r]! };
    return { index: origin.index, row: origin.values.map((value) => at(rows[r]!, value)) };
  });
  const bits = indexBits(
    quantizer,
    resolved.map((each) => each.index),
    resolved.map(({ row }) => row.length),
  );
  return resolved.map(({ index: each, row }, r) => {
    if (isConstant(each)) return at(row, each.bias);
    const { base, bits: own } = bits[r]!;
    const reachable = Array.from({ length: 2 ** own.length }, (_, i) => row[base + i] ?? row.at(-1)!);
    if (!row.every(isConstant)) return chooseByBits(quantizer, own, reachable);
    const values = reachable.map(({ bias }) => bias);
    const result = constantByBits(monomials(quantizer, bits[r]!), values);
    if (row.every(({ bias }) => Number.isInteger(bias))) {
      origins.set(result, { index: each, values: row.map(({ bias }) => bias) });
    }
    return result;
  });
}

interface Origin {
  readonly index: RealExpression;
  /** The constants by index. */
  readonly values: readonly number[];
}

/** What each quantizer's looked-up integers came from. */
const ORIGINS = new WeakMap<Quantizer, WeakMap<RealExpression, Origin>>();

function originsOf(quantizer: Quantizer): WeakMap<RealExpression, Origin> {
  const known = ORIGINS.get(quantizer) ?? new WeakMap<RealExpression, Origin>();
  ORIGINS.set(quantizer, known);
  return known;
}

function at(row: readonly RealExpression[], index: number): RealExpression {
  return row[Math.min(row.length - 1, Math.max(0, index < 0 ? index + row.length : index))]!;
}

function chooseByBits(
  quantizer: Quantizer,
  bits: readonly RealExpression[],
  row: readonly RealExpression[],
): RealExpression {
  let level = [...row];
  for (const bit of bits) {
    const even = level.filter((_, i) => i % 2 === 0);
    const odd = level.filter((_, i) => i % 2 === 1);
    level = choose(
      quantizer,
      even.map(() => bit),
      odd,
      even,
    );
  }
  return level[0]!;
}

/** Products of bits by quantizer and by the bits' names: a longer index finds those of its parts. */
const PRODUCTS = new WeakMap<Quantizer, Map<string, RealExpression>>();

/** The products of all subsets of an index' bits, by mask: every function of the bits is a linear form of them. */
function monomials(quantizer: Quantizer, { bits, names }: IndexBits): RealExpression[] {
  const known = PRODUCTS.get(quantizer) ?? new Map<string, RealExpression>();
  PRODUCTS.set(quantizer, known);
  const products = [constantExpression(1)];
  for (let mask = 1; mask < 2 ** bits.length; mask++) {
    const members = bits.flatMap((_, i) => (mask & (1 << i) ? [i] : []));
    const key = members
      .map((i) => names[i]!)
      .sort()
      .join(" ");
    const top = members.at(-1)!;
    const product =
      known.get(key) ??
      (members.length === 1
        ? bits[top]!
        : multiply(quantizer, [products[mask ^ (1 << top)]!], [bits[top]!])[0]!);
    known.set(key, product);
    products.push(product);
  }
  return products;
}

/** The linear form of the bits' products that takes `values[i]` at i (Moebius transform). */
function constantByBits(products: readonly RealExpression[], values: readonly number[]): RealExpression {
  const weights = [...values];
  for (let bit = 1; bit < weights.length; bit <<= 1) {
    for (let mask = 0; mask < weights.length; mask++) {
      if (mask & bit) weights[mask] = weights[mask]! - weights[mask ^ bit]!;
    }
  }
  return sumExpressions(weights.map((weight, mask): [number, RealExpression] => [weight, products[mask]!]));
}
