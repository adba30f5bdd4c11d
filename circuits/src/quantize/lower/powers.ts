import { QuantizationError } from "../../errors.ts";
import { isFloatType } from "../../onnx/Tensor.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
  sumExpressions,
} from "../RealExpression.ts";
import { approximate } from "../real/approximate.ts";
import { divide } from "../real/divide.ts";
import { multiply } from "../real/multiply.ts";
import { squareRoot } from "../real/squareRoot.ts";
import { broadcastInputs } from "./elementwise.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** Largest integer exponent that is multiplied out. */
const MOST_FACTORS = 16;

export const lowerSqrt: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  return [{ shape: x.shape, elements: squareRoot(quantizer, x.elements) }];
};

/** Base to the power of the exponent: a constant exponent, or a constant base. */
export const lowerPow: LoweringRule = (quantizer, node, inputs) => {
  const { shape, operands } = broadcastInputs(node, inputs);
  const [base, exponent] = operands as [RealExpression[], RealExpression[]];
  if (exponent.every(isConstant)) {
    return [
      {
        shape,
        elements: byExponent(exponent, (e, at) =>
          power(
            quantizer,
            at.map((i) => base[i]!),
            e,
          ),
        ),
      },
    ];
  }
  if (base.every(isConstant)) {
    const isWhole = !isFloatType(quantizer.typeOf(node.inputs[1]!).dtype);
    return [
      {
        shape,
        elements: byExponent(base, (b, at) =>
          exponential(
            quantizer,
            b,
            at.map((i) => exponent[i]!),
            isWhole,
          ),
        ),
      },
    ];
  }
  throw new QuantizationError(
    `node "${node.name}" (Pow): base and exponent both depend on the input; make one a constant, or write Exp(y Log(x))`,
  );
};

/** Applies `apply` to the positions of each distinct constant. */
function byExponent(
  constants: readonly RealExpression[],
  apply: (constant: number, positions: readonly number[]) => RealExpression[],
): RealExpression[] {
  const groups = new Map<number, number[]>();
  for (const [i, { bias }] of constants.entries()) groups.set(bias, [...(groups.get(bias) ?? []), i]);
  const result: RealExpression[] = [];
  for (const [constant, positions] of groups) {
    for (const [k, element] of apply(constant, positions).entries()) result[positions[k]!] = element;
  }
  return result;
}

function power(quantizer: Quantizer, x: readonly RealExpression[], exponent: number): RealExpression[] {
  if (exponent === 0) return x.map(() => constantExpression(1));
  if (exponent < 0) {
    const ones = x.map(() => constantExpression(1));
    return divide(quantizer, ones, power(quantizer, x, -exponent));
  }
  if (exponent === 0.5) return squareRoot(quantizer, x);
  if (Number.isInteger(exponent) && exponent <= MOST_FACTORS) return integerPower(quantizer, x, exponent);
  const isEven = Number.isInteger(exponent);
  return approximate(
    quantizer,
    { f: (y) => y ** exponent, ...(isEven ? {} : { isPositive: true, defined: [0, Number.MAX_VALUE] }) },
    x,
  );
}

/** By squaring: as many products as the exponent's binary form needs. */
function integerPower(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  exponent: number,
): RealExpression[] {
  let result: readonly RealExpression[] | undefined;
  let square = x;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result ? multiply(quantizer, result, square) : square;
    if (rest > 1) square = multiply(quantizer, square, square);
  }
  return [...result!];
}

/** Largest exact power of a whole base, in bits: beyond it the exponent is held. */
const WIDEST_POWER = 120;

/** constant ^ x. A whole base with a whole non-negative exponent is exact: a product over the exponent's bits. */
function exponential(
  quantizer: Quantizer,
  base: number,
  x: readonly RealExpression[],
  isWhole: boolean,
): RealExpression[] {
  const { min, max } = quantizer.worstCase(x);
  const isExact =
    isWhole && Number.isInteger(base) && base > 1 && min >= 0 && max * Math.log2(base) <= WIDEST_POWER;
  if (!isExact) return approximate(quantizer, { f: (y) => base ** y, left: { slope: 0, offset: 0 } }, x);
  const width = Math.max(1, Math.ceil(Math.log2(max + 1)));
  const lanes = quantizer.lanesAt(x, 0);
  const bits = quantizer.describe(quantizer.graph.bits(lanes, width), 0);
  let result: RealExpression[] | undefined;
  for (let k = 0; k < width; k++) {
    // base^(2^k) where the bit is set, else 1
    const factor = base ** (2 ** k);
    const factors = x.map((_, i) => sumExpressions([[factor - 1, laneExpression(bits[i * width + k]!)]], 1));
    result = result ? multiply(quantizer, result, factors) : factors;
  }
  return result!;
}
