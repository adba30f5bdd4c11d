import { Attributes } from "../../onnx/Attributes.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { unaryFunction } from "../../operators/elementwiseUnary.ts";
import type { Quantizer } from "../Quantizer.ts";
import {
  affine,
  constantExpression,
  laneExpression,
  type RealExpression,
  sumExpressions,
} from "../RealExpression.ts";
import { approximate } from "../real/approximate.ts";
import { choose } from "../real/choose.ts";
import { isAtLeast } from "../real/compare.ts";
import { divide } from "../real/divide.ts";
import { atMostConstant, magnitude } from "../real/extremes.ts";
import { multiply } from "../real/multiply.ts";
import { squareRoot } from "../real/squareRoot.ts";
import { realFunction } from "./functions.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweredInput, LoweringRule } from "./LoweringRule.ts";

/** Beyond this many radians the period is divided out first. */
const WIDEST_ANGLE = 4 * Math.PI;

type Elementwise = (quantizer: Quantizer, x: readonly RealExpression[]) => RealExpression[];

function elementwise(apply: Elementwise): LoweringRule {
  return (quantizer: Quantizer, node: PreparedNode, inputs: readonly LoweredInput[]) => {
    const x = symbolicInput(node, inputs, 0);
    return [{ shape: x.shape, elements: apply(quantizer, x.elements) }];
  };
}

/** Sine or cosine: x less the nearest multiple of 2 pi where it can be large, then a table over one period. */
function periodic(type: "Sin" | "Cos"): Elementwise {
  const f = unaryFunction(type, new Attributes())!;
  return (quantizer, x) => {
    const { min, max } = quantizer.worstCase(x);
    if (max - min <= WIDEST_ANGLE) return approximate(quantizer, { f }, x);
    const limit = Math.PI + 2 ** -6;
    return approximate(
      quantizer,
      { f, defined: [-limit, limit], isBounded: true },
      withoutTurns(quantizer, x),
    );
  };
}

/** x - 2 pi round(x / 2 pi), which lies in [-pi, pi]. */
function withoutTurns(quantizer: Quantizer, elements: readonly RealExpression[]): RealExpression[] {
  const turns = elements.map((x) => sumExpressions([[1 / (2 * Math.PI), x]]));
  const { lanes, scale } = quantizer.accumulate(turns, quantizer.options.outputBits);
  const whole = quantizer.describe(quantizer.graph.rescale(lanes, scale), 0);
  return elements.map((x, i) =>
    sumExpressions([
      [1, x],
      [-2 * Math.PI, laneExpression(whole[i]!)],
    ]),
  );
}

export const lowerSin = elementwise(periodic("Sin"));
export const lowerCos = elementwise(periodic("Cos"));

/** sin / cos; near the poles the cosine is held away from 0 as every divisor is. */
export const lowerTan = elementwise((quantizer, x) =>
  divide(quantizer, periodic("Sin")(quantizer, x), periodic("Cos")(quantizer, x)),
);

/**
 * acos |x| = 2 asin sqrt((1 - |x|) / 2), where the root takes the steepness near 1 and the arcsine is asked below
 * sqrt(1/2) only; acos -x = pi - acos x. Beyond 1 in magnitude x is held there.
 */
function arcCosine(quantizer: Quantizer, x: readonly RealExpression[]): RealExpression[] {
  const size = atMostConstant(quantizer, magnitude(quantizer, x), 1);
  const half = squareRoot(quantizer, affine(size, -0.5, 0.5));
  const limit = Math.SQRT1_2 + 2 ** -8;
  const angle = approximate(quantizer, { f: Math.asin, defined: [0, limit], isBounded: true }, half);
  const zeros = x.map(() => constantExpression(0));
  const isForward = isAtLeast(quantizer, x, zeros);
  return choose(quantizer, isForward, affine(angle, 2), affine(angle, -2, Math.PI));
}

export const lowerAcos = elementwise(arcCosine);
export const lowerAsin = elementwise((quantizer, x) => affine(arcCosine(quantizer, x), -1, Math.PI / 2));

/** acosh x = asinh sqrt(x^2 - 1), which is smooth at 1 where acosh is not. */
export const lowerAcosh = elementwise((quantizer, x) => {
  const legs = squareRoot(quantizer, affine(multiply(quantizer, x, x), 1, -1));
  return approximate(quantizer, realFunction("Asinh", new Attributes()), legs);
});
