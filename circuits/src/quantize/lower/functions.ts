import type { Attributes } from "../../onnx/Attributes.ts";
import { unaryFunction } from "../../operators/elementwiseUnary.ts";
import { approximate, type RealFunction } from "../real/approximate.ts";
import { symbolicInput } from "./inputs.ts";
import type { LoweringRule } from "./LoweringRule.ts";

type Shape = Omit<RealFunction, "f">;

const constant = (offset: number) => ({ slope: 0, offset });
const IDENTITY = { slope: 1, offset: 0 };

/** Smooth functions that lie on 0 far to the left and on x far to the right. */
const RAMP: Shape = { left: constant(0), right: IDENTITY };

/** What is known of the functions that tables approximate, by operator. */
const SHAPES: Record<string, (attributes: Attributes) => Shape> = {
  Asinh: () => ({}),
  Atan: () => ({ left: constant(-Math.PI / 2), right: constant(Math.PI / 2) }),
  Atanh: () => ({ defined: [-1 + 2 ** -12, 1 - 2 ** -12] }),
  Celu: (attributes) => ({
    left: constant(-attributes.float("alpha", 1)),
    right: IDENTITY,
    kink: { at: 0, side: "right" },
  }),
  Cosh: () => ({}),
  Elu: (attributes) => ({
    left: constant(-attributes.float("alpha", 1)),
    right: IDENTITY,
    kink: { at: 0, side: "right" },
  }),
  Erf: () => ({ left: constant(-1), right: constant(1) }),
  Exp: () => ({ left: constant(0) }),
  Gelu: () => RAMP,
  Log: () => ({ isPositive: true, defined: [2 ** -40, Number.MAX_VALUE] }),
  Mish: () => RAMP,
  Selu: (attributes) => {
    const gamma = attributes.float("gamma", 1.0507010221481323);
    return {
      left: constant(-gamma * attributes.float("alpha", 1.6732631921768188)),
      right: { slope: gamma, offset: 0 },
      kink: { at: 0, side: "right" },
    };
  },
  Sigmoid: () => ({ left: constant(0), right: constant(1) }),
  Sinh: () => ({}),
  Softplus: () => RAMP,
  Softsign: () => ({ left: constant(-1), right: constant(1) }),
  Swish: (attributes) => (attributes.float("alpha", 1) > 0 ? RAMP : {}),
  Tanh: () => ({ left: constant(-1), right: constant(1) }),
};

export const FUNCTION_OPERATORS: readonly string[] = Object.keys(SHAPES);

/** The function of a unary operator with what is known of it. */
export function realFunction(type: string, attributes: Attributes): RealFunction {
  return { f: unaryFunction(type, attributes)!, ...SHAPES[type]!(attributes) };
}

/** A unary function by a piecewise polynomial table; see {@link approximate} for where it holds. */
export const lowerFunction: LoweringRule = (quantizer, node, inputs) => {
  const x = symbolicInput(node, inputs, 0);
  const elements = approximate(quantizer, realFunction(node.type, node.attributes), x.elements);
  return [{ shape: x.shape, elements }];
};
