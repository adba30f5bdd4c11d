import { QuantizationError } from "../../errors.ts";
import type { Lane } from "../../integer/IntegerOp.ts";
import { isFloatType } from "../../onnx/Tensor.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
  subtract,
} from "../RealExpression.ts";
import { isAtLeast } from "../real/compare.ts";
import { divide } from "../real/divide.ts";
import { atLeastConstant, magnitude } from "../real/extremes.ts";
import { multiply } from "../real/multiply.ts";
import { truncate } from "../real/rounding.ts";
import { broadcastInputs } from "./elementwise.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** Division of floats, which is free by a constant, and of integers, which truncates. */
export const lowerDiv: LoweringRule = (quantizer, node, inputs) => {
  const { shape, operands } = broadcastInputs(node, inputs);
  const [a, b] = operands as [RealExpression[], RealExpression[]];
  const isFloat = isFloatType(quantizer.typeOf(node.outputs[0]!).dtype);
  return [{ shape, elements: isFloat ? divide(quantizer, a, b) : truncatedQuotient(quantizer, a, b) }];
};

/** |a| divided by |b| with the sign of a / b, exactly. A divisor of 0 is taken as 1: ONNX defines nothing for it. */
function truncatedQuotient(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const [signA, sizeA] = signAndSize(quantizer, a);
  const [signB, sizeB] = signAndSize(quantizer, b);
  const quotient = wholeQuotient(quantizer, sizeA, atLeastConstant(quantizer, sizeB, 1));
  return signed(quantizer, signed(quantizer, quotient, signA), signB);
}

function signed(
  quantizer: Quantizer,
  sizes: readonly RealExpression[],
  signs: readonly RealExpression[] | undefined,
): RealExpression[] {
  return signs ? multiply(quantizer, sizes, signs) : [...sizes];
}

/** The sign (undefined where nothing is negative) and the magnitude of integers. */
function signAndSize(
  quantizer: Quantizer,
  x: readonly RealExpression[],
): [readonly RealExpression[] | undefined, readonly RealExpression[]] {
  if (quantizer.worstCase(x).min >= 0) return [undefined, x];
  const zeros = x.map(() => constantExpression(0));
  return [affine(isAtLeast(quantizer, x, zeros), 2, -1), magnitude(quantizer, x)];
}

/** floor(a / b) of integers, b > 0. */
function wholeQuotient(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const [x, y]: [Lane[], Lane[]] = [quantizer.lanesAt(a, 0), quantizer.lanesAt(b, 0)];
  return quantizer.describe(quantizer.graph.divide(x, y), 0).map(laneExpression);
}

/** The remainder with the divisor's sign or, for `fmod`, the dividend's. */
export const lowerMod: LoweringRule = (quantizer, node, inputs) => {
  const { shape, operands } = broadcastInputs(node, inputs);
  const [a, b] = operands as [RealExpression[], RealExpression[]];
  const isFloat = isFloatType(quantizer.typeOf(node.outputs[0]!).dtype);
  const isC = node.attributes.int("fmod", 0) !== 0;
  const quotient = isFloat
    ? truncate(quantizer, divide(quantizer, a, b))
    : isC
      ? truncatedQuotient(quantizer, a, b)
      : flooredQuotient(quantizer, a, b, node.name);
  return [{ shape, elements: subtract(a, multiply(quantizer, quotient, b)) }];
};

function flooredQuotient(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
  name: string,
): RealExpression[] {
  if (quantizer.worstCase(b).min > 0) return wholeQuotient(quantizer, a, b);
  if (b.every(isConstant)) {
    // floor(a / b) = floor(-a / -b)
    const signs = b.map(({ bias }) => (bias < 0 ? -1 : 1));
    const flip = (x: readonly RealExpression[]) => x.map((each, i) => affine([each], signs[i]!)[0]!);
    return wholeQuotient(quantizer, flip(a), flip(b));
  }
  if (quantizer.worstCase(b).min >= 0) {
    return wholeQuotient(quantizer, a, atLeastConstant(quantizer, b, 1));
  }
  throw new QuantizationError(
    `node "${name}" (Mod) divides by a number that can be negative for some input: use fmod = 1 or a positive divisor`,
  );
}

/** 1 / x. */
export const lowerReciprocal: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const ones = x.elements.map(() => constantExpression(1));
  return [{ shape: x.shape, elements: divide(quantizer, ones, x.elements) }];
};
