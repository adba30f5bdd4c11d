import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer, ScaledLanes } from "../Quantizer.ts";
import { isConstant, laneExpression, type RealExpression, sumExpressions } from "../RealExpression.ts";
import { lanesOf } from "./lanesOf.ts";

/** Widest product that is left unrounded: a sum of many of them still stays below the field's 250 bits. */
const WIDEST_PRODUCT = 200;

/** Bits of the widest lane's worst-case interval, sign not counted. */
export function widthOf({ graph }: Quantizer, lanes: readonly Lane[]): number {
  let most = 1;
  for (const lane of lanes) {
    const [lo, hi] = [graph.lo(lane), graph.hi(lane)];
    const magnitude = -lo > hi ? -lo : hi;
    most = Math.max(most, magnitude.toString(2).length);
  }
  return most;
}

/** Bits to which a factor's calibrated magnitude is resolved. */
export function factorBits(quantizer: Quantizer): number {
  return quantizer.options.activationBits + 4;
}

/** The two sides of products, rounded where their products would come too near to the field's size. */
export function boundedFactors(
  quantizer: Quantizer,
  a: ScaledLanes,
  b: ScaledLanes,
): [ScaledLanes, ScaledLanes] {
  const width = widthOf(quantizer, a.lanes) + widthOf(quantizer, b.lanes);
  if (width <= WIDEST_PRODUCT) return [a, b];
  const bits = factorBits(quantizer);
  const narrowA = narrowDistinct(quantizer, a, bits);
  return a.lanes === b.lanes ? [narrowA, narrowA] : [narrowA, narrowDistinct(quantizer, b, bits)];
}

/** {@link Quantizer.narrow}, each distinct lane once. */
export function narrowDistinct(
  quantizer: Quantizer,
  { lanes, scale }: ScaledLanes,
  bits: number,
): ScaledLanes {
  const distinct = [...new Set(lanes)];
  const narrowed = quantizer.narrow({ lanes: distinct, scale }, bits);
  const byLane = new Map(distinct.map((lane, i) => [lane, narrowed.lanes[i]!]));
  return { lanes: lanes.map((lane) => byLane.get(lane)!), scale: narrowed.scale };
}

/**
 * The products of two lists, element by element: one constraint each where both depend on the input, and no rounding
 * while the products stay far below the field's size.
 */
export function multiply(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const symbolic = a.flatMap((x, i) => (isConstant(x) || isConstant(b[i]!) ? [] : [i]));
  const bits = factorBits(quantizer);
  const products = new Map<number, RealExpression>();
  if (symbolic.length > 0) {
    const left = lanesOf(
      quantizer,
      symbolic.map((i) => a[i]!),
      bits,
    );
    const isSquare = symbolic.every((i) => a[i] === b[i]);
    const right = isSquare
      ? left
      : lanesOf(
          quantizer,
          symbolic.map((i) => b[i]!),
          bits,
        );
    const [x, y] = boundedFactors(quantizer, left, right);
    const lanes = quantizer.describe(quantizer.graph.product(x.lanes, y.lanes), x.scale + y.scale);
    for (const [k, i] of symbolic.entries()) products.set(i, laneExpression(lanes[k]!));
  }
  return a.map((x, i) => {
    const known = products.get(i);
    if (known) return known;
    return isConstant(x) ? sumExpressions([[x.bias, b[i]!]]) : sumExpressions([[b[i]!.bias, x]]);
  });
}
