import type { Lane } from "../../integer/IntegerGraph.ts";
import type { Quantizer } from "../Quantizer.ts";
import { laneExpression, type RealExpression, sumExpressions } from "../RealExpression.ts";

/**
 * `values[index]` for lanes that hold an index into `values` (integers): an affine form where the values are an
 * arithmetic progression, else an exact table.
 */
export function lookup(
  quantizer: Quantizer,
  indices: readonly Lane[],
  values: readonly number[],
): RealExpression[] {
  const described = quantizer.describe(indices, 0, Math.max(1, values.length - 1));
  const step = values.length > 1 ? values[1]! - values[0]! : 0;
  if (values.every((value, i) => value === values[0]! + i * step)) {
    return described.map((lane) => sumExpressions([[step, laneExpression(lane)]], values[0]!));
  }
  const segmentBits = Math.ceil(Math.log2(values.length));
  const coefs = Array.from({ length: 2 ** segmentBits }, (_, i) => [BigInt(values[i] ?? 0)]);
  const table = { start: 0n, segmentBits, localBits: 0, coefs, below: 0n, above: 0n };
  const magnitude = Math.max(1, ...values.map(Math.abs));
  return quantizer.describe(quantizer.graph.piecewise(described, 0, table), 0, magnitude).map(laneExpression);
}
