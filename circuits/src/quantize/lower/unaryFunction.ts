import { fitPiecewise } from "../fitPiecewise.ts";
import type { Quantizer } from "../Quantizer.ts";
import { laneExpression, type SymbolicTensor } from "../RealExpression.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

/** A function of one real number that is constant, to within any tolerance, beyond finite ends. */
interface SaturatingFunction {
  readonly f: (x: number) => number;
  /** |f(x) - f(±infinity)| <= tolerance for |x| beyond the result. */
  readonly saturation: (tolerance: number) => number;
  /** Largest |f'|: how much finer than the output the argument must be. */
  readonly slope: number;
  /** Size of the output range: the tolerance is a part of it. */
  readonly range: number;
}

export const SIGMOID: SaturatingFunction = {
  f: (x) => 1 / (1 + Math.exp(-x)),
  // 1 - sigmoid(x) < exp(-x)
  saturation: (tolerance) => -Math.log(tolerance),
  slope: 0.25,
  range: 1,
};

/** The piecewise polynomial approximation of a saturating function, element by element. */
export function approximate(
  quantizer: Quantizer,
  { f, saturation, slope, range }: SaturatingFunction,
  x: SymbolicTensor,
): SymbolicTensor {
  // Half of the tolerance for the polynomials and their ends, half for rounding the argument.
  const tolerance = (quantizer.options.functionTolerance * range) / 2;
  const resolution = Math.max(0, Math.ceil(Math.log2(slope / tolerance)));
  const end = saturation(tolerance / 2);
  const scale = quantizer.accumulatorScale(x.elements, resolution);
  const accumulators = quantizer.lanesAt(x.elements, scale, end);
  const { table, outputScale } = fitPiecewise(f, { inputScale: resolution, domain: [-end, end], tolerance });
  const values = quantizer.graph.piecewise(accumulators, scale - resolution, table);
  const lanes = quantizer.describe(values, outputScale, range);
  return { shape: x.shape, elements: lanes.map(laneExpression) };
}

export const lowerSigmoid: LoweringRule = (quantizer, node, inputs) => {
  return [approximate(quantizer, SIGMOID, symbolicInput(node, inputs, 0))];
};
