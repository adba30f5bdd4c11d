import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer } from "../Quantizer.ts";
import { affine, isConstant, laneExpression, type RealExpression, subtract } from "../RealExpression.ts";

/** Lanes of a - b: exact where a and b are sums of lanes on a binary grid, else to `outputBits` bits. */
function differences(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): readonly Lane[] {
  const both = quantizer.calibratedMagnitude([...a, ...b]);
  const resolution = quantizer.scaleFor(both, quantizer.options.outputBits);
  return quantizer.accumulate(subtract(a, b), resolution).lanes;
}

/**
 * 1 where a >= b, else 0. Comparisons of one lane with several constants share their bins and are exact: real thresholds
 * become whole ones.
 */
export function isAtLeast(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const result: RealExpression[] = [];
  const byLane = new Map<Lane, { index: number; threshold: bigint; isReversed: boolean }[]>();
  const others: number[] = [];
  for (const index of a.keys()) {
    const [x, y] = [a[index]!, b[index]!];
    const isReversed = isConstant(x);
    const [element, constant] = isReversed ? [y, x] : [x, y];
    if (!isConstant(constant) || !isSingleLane(element)) {
      others.push(index);
      continue;
    }
    const lane = element.lanes[0]!;
    const scaled = constant.bias * 2 ** quantizer.scale(lane);
    // x >= t where X >= ceil(t 2^s); t >= x where not X >= floor(t 2^s) + 1
    const threshold = BigInt(isReversed ? Math.floor(scaled) + 1 : Math.ceil(scaled));
    byLane.set(lane, [...(byLane.get(lane) ?? []), { index, threshold, isReversed }]);
  }
  for (const [lane, entries] of byLane) {
    const thresholds = [...new Set(entries.map(({ threshold }) => threshold))].sort((x, y) =>
      x < y ? -1 : 1,
    );
    const bits = quantizer.describe(quantizer.graph.thresholds(lane, thresholds), 0);
    for (const { index, threshold, isReversed } of entries) {
      const bit = laneExpression(bits[thresholds.indexOf(threshold)]!);
      result[index] = isReversed ? affine([bit], -1, 1)[0]! : bit;
    }
  }
  const rest = atLeastByDifference(
    quantizer,
    others.map((index) => a[index]!),
    others.map((index) => b[index]!),
  );
  for (const [k, index] of others.entries()) result[index] = rest[k]!;
  return result;
}

function isSingleLane({ lanes, weights, bias }: RealExpression): boolean {
  return lanes.length === 1 && weights[0] === 1 && bias === 0;
}

function atLeastByDifference(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  if (a.length === 0) return [];
  const lanes = differences(quantizer, a, b);
  const zeros = quantizer.describe(quantizer.graph.constants([0n]), 0);
  const made = quantizer.graph.atLeast(
    lanes,
    lanes.map(() => zeros[0]!),
  );
  return quantizer.describe(made, 0).map(laneExpression);
}

/** 1 where a equals b, else 0. */
export function isEqual(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const made = quantizer.graph.isZero(differences(quantizer, a, b));
  return quantizer.describe(made, 0).map(laneExpression);
}
