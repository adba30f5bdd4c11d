import type { Lane } from "../../integer/IntegerOp.ts";
import type { Quantizer, ScaledLanes } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  laneExpression,
  type RealExpression,
  subtract,
} from "../RealExpression.ts";
import { isAtLeast } from "./compare.ts";
import { multiply } from "./multiply.ts";

/** Lanes of numbers that are to be rounded to integers: to `outputBits` bits, but at least 2^-12 apart. */
function preciseLanes(quantizer: Quantizer, elements: readonly RealExpression[]): ScaledLanes {
  const { outputBits } = quantizer.options;
  const resolution = quantizer.scaleFor(quantizer.calibratedMagnitude(elements), outputBits);
  return quantizer.accumulate(elements, Math.max(12, resolution));
}

/** The largest integer not above each element. */
export function floor(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const { lanes, scale } = preciseLanes(quantizer, elements);
  return floorLanes(quantizer, lanes, scale).map(laneExpression);
}

/** floor(x / 2^scale): rounding to nearest of x less one half. */
function floorLanes(quantizer: Quantizer, lanes: readonly Lane[], scale: number): Lane[] {
  if (scale === 0) return [...lanes];
  const half = 1n << BigInt(scale - 1);
  const lowered = quantizer.graph.affine(
    lanes.map((lane) => ({ lanes: [lane], weights: [1n], bias: -half })),
  );
  return quantizer.describe(quantizer.graph.rescale(quantizer.describe(lowered, scale), scale), 0);
}

export function ceiling(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  return affine(floor(quantizer, affine(elements, -1)), -1);
}

/** Toward zero, as casts from floats to integers. */
export function truncate(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const worst = quantizer.worstCase(elements);
  if (worst.min >= 0) return floor(quantizer, elements);
  if (worst.max <= 0) return ceiling(quantizer, elements);
  const { lanes, scale } = preciseLanes(quantizer, elements);
  const x = lanes.map(laneExpression);
  const isPositive = isAtLeast(
    quantizer,
    x,
    x.map(() => constantExpression(0)),
  );
  // sign * floor(|x|): |x| = (2 isPositive - 1) x
  const sign = affine(isPositive, 2, -1);
  const size = floorLanes(quantizer, quantizer.lanesAt(multiply(quantizer, sign, x), scale), scale);
  return multiply(quantizer, sign, size.map(laneExpression));
}

/** To the nearest integer, ties to the even one, as ONNX' Round. */
export function roundHalfEven(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const { graph } = quantizer;
  const { lanes, scale } = preciseLanes(quantizer, elements);
  if (scale === 0) return lanes.map(laneExpression);
  // Split x + 1/2 - least into bits: the whole part, its lowest bit, and a fraction that is 0 exactly for ties.
  const half = 1n << BigInt(scale - 1);
  const least = lanes.reduce((low, lane) => (graph.lo(lane) < low ? graph.lo(lane) : low), 0n);
  const unit = 1n << BigInt(scale + 1);
  // An even whole number, so that taking it off leaves every parity as it was.
  const base = (least / unit - 1n) * unit;
  const most = lanes.reduce((high, lane) => (graph.hi(lane) > high ? graph.hi(lane) : high), 0n);
  const width = (most + half - base).toString(2).length;
  const shifted = quantizer.describe(
    graph.affine(lanes.map((lane) => ({ lanes: [lane], weights: [1n], bias: half - base }))),
    scale,
  );
  const bits = quantizer.describe(graph.bits(shifted, width), 0);
  const fractions = quantizer.describe(graph.affine(lanes.map((_, i) => weighed(bits, i * width, scale))), 0);
  const isTie = quantizer.describe(graph.isZero(fractions), 0).map(laneExpression);
  const parity = lanes.map((_, i) => laneExpression(bits[i * width + scale]!));
  const wholes = quantizer.describe(
    graph.affine(
      lanes.map((_, i) => {
        const row = weighed(bits, i * width + scale, width - scale);
        return { ...row, bias: base >> BigInt(scale) };
      }),
    ),
    0,
  );
  return subtract(wholes.map(laneExpression), multiply(quantizer, isTie, parity));
}

/** `sum 2^k bits[first + k]` over `count` bits. */
function weighed(bits: readonly Lane[], first: number, count: number) {
  return {
    lanes: bits.slice(first, first + count),
    weights: Array.from({ length: count }, (_, k) => 1n << BigInt(k)),
    bias: 0n,
  };
}
