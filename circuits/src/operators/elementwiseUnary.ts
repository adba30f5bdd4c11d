import type { Attributes } from "../onnx/Attributes.ts";
import { roundHalfEven } from "../onnx/roundTo.ts";
import type { Operator } from "./Operator.ts";
import { mapElements } from "./support/broadcast.ts";
import { erf } from "./support/erf.ts";
import { numericInput } from "./support/inputs.ts";

type Scalar = (x: number) => number;

interface UnaryDefinition {
  readonly versions: readonly number[];
  /** The function for given attributes. */
  readonly scalar: (attributes: Attributes) => Scalar;
}

// The defaults of Selu are float32 constants of the specification.
const SELU_ALPHA = 1.6732631921768188;
const SELU_GAMMA = 1.0507010221481323;

/** The logistic function without overflow at either end. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** ln(1 + e^x) without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** max(0, min(1, alpha x + beta)) */
export function hardSigmoid(alpha: number, beta: number): Scalar {
  return (x) => Math.max(0, Math.min(1, alpha * x + beta));
}

/** x for x > 0, alpha (e^x - 1) otherwise. */
export function elu(alpha: number): Scalar {
  return (x) => (x > 0 ? x : alpha * Math.expm1(x));
}

function gelu(approximate: string): Scalar {
  if (approximate === "tanh") {
    const slope = Math.sqrt(2 / Math.PI);
    return (x) => 0.5 * x * (1 + Math.tanh(slope * (x + 0.044715 * x ** 3)));
  }
  return (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2));
}

function shrink(bias: number, lambda: number): Scalar {
  return (x) => {
    if (x < -lambda) return x + bias;
    return x > lambda ? x - bias : 0;
  };
}

function plain(scalar: Scalar, ...versions: number[]): UnaryDefinition {
  return { versions, scalar: () => scalar };
}

const DEFINITIONS: Readonly<Record<string, UnaryDefinition>> = {
  Abs: plain(Math.abs, 1, 6, 13),
  Acos: plain(Math.acos, 7, 22),
  Acosh: plain(Math.acosh, 9, 22),
  Asin: plain(Math.asin, 7, 22),
  Asinh: plain(Math.asinh, 9, 22),
  Atan: plain(Math.atan, 7, 22),
  Atanh: plain(Math.atanh, 9, 22),
  Ceil: plain(Math.ceil, 1, 6, 13),
  Celu: {
    versions: [12],
    scalar: (attributes) => {
      const alpha = attributes.float("alpha", 1);
      return (x) => Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
    },
  },
  Cos: plain(Math.cos, 7, 22),
  Cosh: plain(Math.cosh, 9, 22),
  Elu: { versions: [1, 6, 22], scalar: (attributes) => elu(attributes.float("alpha", 1)) },
  Erf: plain(erf, 9, 13),
  Exp: plain(Math.exp, 1, 6, 13),
  Floor: plain(Math.floor, 1, 6, 13),
  Gelu: { versions: [20], scalar: (attributes) => gelu(attributes.string("approximate", "none")) },
  HardSigmoid: {
    versions: [1, 6, 22],
    scalar: (attributes) => hardSigmoid(attributes.float("alpha", 0.2), attributes.float("beta", 0.5)),
  },
  HardSwish: plain((x) => x * hardSigmoid(1 / 6, 0.5)(x), 14, 22),
  LeakyRelu: {
    versions: [1, 6, 16],
    scalar: (attributes) => {
      const alpha = attributes.float("alpha", 0.01);
      return (x) => (x < 0 ? alpha * x : x);
    },
  },
  Log: plain(Math.log, 1, 6, 13),
  Mish: plain((x) => x * Math.tanh(softplus(x)), 18, 22),
  Neg: plain((x) => -x, 1, 6, 13),
  Reciprocal: plain((x) => 1 / x, 1, 6, 13),
  Relu: plain((x) => Math.max(x, 0), 1, 6, 13, 14),
  Round: plain(roundHalfEven, 11, 22),
  Selu: {
    versions: [1, 6, 22],
    scalar: (attributes) => {
      const gamma = attributes.float("gamma", SELU_GAMMA);
      const negative = elu(attributes.float("alpha", SELU_ALPHA));
      return (x) => gamma * negative(x);
    },
  },
  Shrink: {
    versions: [9],
    scalar: (attributes) => shrink(attributes.float("bias", 0), attributes.float("lambd", 0.5)),
  },
  Sigmoid: plain(sigmoid, 1, 6, 13),
  Sign: plain(Math.sign, 9, 13),
  Sin: plain(Math.sin, 7, 22),
  Sinh: plain(Math.sinh, 9, 22),
  Softplus: plain(softplus, 1, 22),
  Softsign: plain((x) => x / (1 + Math.abs(x)), 1, 22),
  Sqrt: plain(Math.sqrt, 1, 6, 13),
  Swish: {
    versions: [24],
    scalar: (attributes) => {
      const alpha = attributes.float("alpha", 1);
      return (x) => x * sigmoid(alpha * x);
    },
  },
  Tan: plain(Math.tan, 7, 22),
  Tanh: plain(Math.tanh, 1, 6, 13),
  ThresholdedRelu: {
    versions: [10, 22],
    scalar: (attributes) => {
      const alpha = attributes.float("alpha", 1);
      return (x) => (x > alpha ? x : 0);
    },
  },
};

/** The scalar function of a unary operator for given attributes; undefined for an operator that is none. */
export function unaryFunction(type: string, attributes: Attributes): Scalar | undefined {
  return Object.hasOwn(DEFINITIONS, type) ? DEFINITIONS[type]!.scalar(attributes) : undefined;
}

/** Operators that apply one real function to each element and keep shape and element type. */
export const elementwiseUnary: readonly Operator[] = Object.entries(DEFINITIONS).map(
  ([type, { versions, scalar }]) => ({
    domain: "",
    type,
    sinceVersions: versions,
    evaluate: (inputs, attributes) => [mapElements(numericInput(inputs, 0), scalar(attributes))],
  }),
);
