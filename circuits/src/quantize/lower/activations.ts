import { QuantizationError } from "../../errors.ts";
import { HEADROOM, type Quantizer } from "../Quantizer.ts";
import {
  add,
  affine,
  constantExpression,
  isConstant,
  laneExpression,
  type RealExpression,
  sumExpressions,
} from "../RealExpression.ts";
import { choose } from "../real/choose.ts";
import { isAtLeast, isEqual } from "../real/compare.ts";
import { atLeastConstant, atMostConstant, magnitude, positivePart } from "../real/extremes.ts";
import { multiply, widthOf } from "../real/multiply.ts";
import { broadcastElements, broadcastInputs } from "./elementwise.ts";
import { constantInput, symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/**
 * max(0, x): the accumulator is rounded to the activation's scale in the same constraints that find the sign. Where deep
 * networks let the worst case grow beyond 2^8 times the calibrated magnitude, the output is limited to 2^5 times it.
 */
export function rectify(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const symbolic = elements.filter((element) => !isConstant(element));
  const made = symbolic.length === 0 ? [] : rectifiedLanes(quantizer, symbolic);
  let next = 0;
  return elements.map((element) =>
    isConstant(element) ? constantExpression(Math.max(0, element.bias)) : made[next++]!,
  );
}

function rectifiedLanes(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const { activationBits } = quantizer.options;
  const { max } = quantizer.calibratedRange(elements);
  const size = max > 0 ? max : quantizer.calibratedMagnitude(elements);
  const scale = quantizer.scaleFor(size, activationBits);
  const accumulated = quantizer.accumulate(elements, scale);
  const shift = Math.max(0, accumulated.scale - scale);
  const isWide = widthOf(quantizer, accumulated.lanes) - shift > activationBits + HEADROOM.most;
  const limit = isWide ? activationBits + HEADROOM.kept : undefined;
  const lanes = quantizer.graph.relu(accumulated.lanes, shift, limit);
  return quantizer.describe(lanes, accumulated.scale - shift).map(laneExpression);
}

export const lowerRelu: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  return [{ shape: x.shape, elements: rectify(quantizer, x.elements) }];
};

/** slope x for x < 0, else x: slope x + (1 - slope) max(0, x). The slope may be constant or depend on the input. */
export const lowerLeakyRelu: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const slope = constantExpression(node.attributes.float("alpha", 0.01));
  return [
    {
      shape: x.shape,
      elements: leaky(
        quantizer,
        x.elements,
        x.elements.map(() => slope),
      ),
    },
  ];
};

export const lowerPRelu: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const given = symbolicInput(node, inputs, 1);
  const trailing = Math.max(0, x.shape.length - 2);
  const isByChannel = node.opset < 7 && given.shape.length === 1 && given.elements.length > 1;
  const shape = isByChannel ? [...given.shape, ...new Array<number>(trailing).fill(1)] : given.shape;
  const slopes = broadcastElements({ shape, elements: given.elements }, x.shape);
  return [{ shape: x.shape, elements: leaky(quantizer, x.elements, slopes) }];
};

function leaky(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  slopes: readonly RealExpression[],
): RealExpression[] {
  const { lanes, scale } = quantizer.accumulateBits(x, quantizer.options.activationBits + 2);
  const wholes = lanes.map(laneExpression);
  const positive = quantizer.describe(quantizer.graph.relu(lanes, 0), scale).map(laneExpression);
  const negative = wholes.map((whole, i) =>
    sumExpressions([
      [1, whole],
      [-1, positive[i]!],
    ]),
  );
  return add(positive, multiply(quantizer, slopes, negative));
}

export const lowerAbs: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  return [{ shape: x.shape, elements: magnitude(quantizer, x.elements) }];
};

/** -1, 0 or 1. */
export const lowerSign: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const zeros = x.elements.map(() => constantExpression(0));
  const isPositiveOrZero = isAtLeast(quantizer, x.elements, zeros);
  const isZero = isEqual(quantizer, x.elements, zeros);
  const elements = isPositiveOrZero.map((bit, i) =>
    sumExpressions(
      [
        [2, bit],
        [-1, isZero[i]!],
      ],
      -1,
    ),
  );
  return [{ shape: x.shape, elements }];
};

/** min(high, max(low, x)), bounds being constants; a bound that no input can reach costs nothing. */
export function clamp(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  low: number,
  high: number,
): RealExpression[] {
  const raised =
    quantizer.worstCase(elements).min < low ? atLeastConstant(quantizer, elements, low) : [...elements];
  return quantizer.worstCase(raised).max > high ? atMostConstant(quantizer, raised, high) : raised;
}

export const lowerClip: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const [low, high] = (["min", "max"] as const).map((name, i) => {
    const given = constantInput(node, inputs, i + 1);
    return given?.data[0] ?? node.attributes.float(name, name === "min" ? -Infinity : Infinity);
  }) as [number, number];
  return [{ shape: x.shape, elements: clamp(quantizer, x.elements, low, high) }];
};

function hardSigmoid(
  quantizer: Quantizer,
  elements: readonly RealExpression[],
  alpha: number,
  beta: number,
): RealExpression[] {
  return clamp(quantizer, affine(elements, alpha, beta), 0, 1);
}

/** max(0, min(1, alpha x + beta)) */
export const lowerHardSigmoid: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const [alpha, beta] = [node.attributes.float("alpha", 0.2), node.attributes.float("beta", 0.5)];
  return [{ shape: x.shape, elements: hardSigmoid(quantizer, x.elements, alpha, beta) }];
};

/** x max(0, min(1, x / 6 + 1/2)) */
export const lowerHardSwish: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const gate = hardSigmoid(quantizer, x.elements, 1 / 6, 0.5);
  return [{ shape: x.shape, elements: multiply(quantizer, x.elements, gate) }];
};

/** x above alpha, else 0. */
export const lowerThresholdedRelu: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const alpha = node.attributes.float("alpha", 1);
  const isAbove = isGreaterThan(quantizer, x.elements, alpha);
  const zeros = x.elements.map(() => constantExpression(0));
  return [{ shape: x.shape, elements: choose(quantizer, isAbove, x.elements, zeros) }];
};

/** x + bias below -lambda, x - bias above lambda, else 0. */
export const lowerShrink: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const [bias, lambda] = [node.attributes.float("bias", 0), node.attributes.float("lambd", 0.5)];
  const zeros = x.elements.map(() => constantExpression(0));
  const isAbove = isGreaterThan(quantizer, x.elements, lambda);
  const isBelow = isGreaterThan(quantizer, affine(x.elements, -1), lambda);
  const above = choose(quantizer, isAbove, affine(x.elements, 1, -bias), zeros);
  return [{ shape: x.shape, elements: choose(quantizer, isBelow, affine(x.elements, 1, bias), above) }];
};

/** 1 where x > threshold. */
export function isGreaterThan(
  quantizer: Quantizer,
  x: readonly RealExpression[],
  threshold: number,
): RealExpression[] {
  const isNot = isAtLeast(
    quantizer,
    x.map(() => constantExpression(threshold)),
    x,
  );
  return affine(isNot, -1, 1);
}

/** Largest or smallest of broadcast inputs, element by element. */
export const lowerMaxMin: LoweringRule = (quantizer, node, inputs) => {
  const { shape, operands } = broadcastInputs(node, inputs);
  const sign = node.type === "Max" ? 1 : -1;
  const result = operands
    .map((operand) => affine(operand, sign))
    .reduce((best, operand) => larger(quantizer, best, operand));
  return [{ shape, elements: affine(result, sign) }];
};

/** max(a, b) = a + max(0, b - a), which costs one sign and is free where the sign is known. */
function larger(
  quantizer: Quantizer,
  a: readonly RealExpression[],
  b: readonly RealExpression[],
): RealExpression[] {
  const rise = b.map((x, i) =>
    sumExpressions([
      [1, x],
      [-1, a[i]!],
    ]),
  );
  return add(a, positivePart(quantizer, rise));
}

/** Operators whose result for NaN and infinity alone is interesting: no integer is either. */
export const lowerNever: LoweringRule = (_quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  if (x.elements.length === 0) throw new QuantizationError(`node "${node.name}" (${node.type}) is empty`);
  return [{ shape: x.shape, elements: x.elements.map(() => constantExpression(0)) }];
};
