import type { Attributes } from "../../onnx/Attributes.ts";
import { OnnxOperatorError } from "../../onnx/errors.ts";
import { elu, hardSigmoid, sigmoid, softplus } from "../elementwiseUnary.ts";

type Scalar = (x: number) => number;

interface ActivationDefinition {
  readonly make: (alpha: number, beta: number) => Scalar;
  /** Present where the activation takes the parameter. */
  readonly alpha?: number;
  readonly beta?: number;
}

// With the default alphas and betas of the specification of RNN, GRU and LSTM.
const DEFINITIONS: Readonly<Record<string, ActivationDefinition>> = {
  relu: { make: () => (x) => Math.max(0, x) },
  tanh: { make: () => Math.tanh },
  sigmoid: { make: () => sigmoid },
  affine: { make: (alpha, beta) => (x) => alpha * x + beta, alpha: 1, beta: 0 },
  leakyrelu: { make: (alpha) => (x) => (x >= 0 ? x : alpha * x), alpha: 0.01 },
  thresholdedrelu: { make: (alpha) => (x) => (x >= alpha ? x : 0), alpha: 1 },
  scaledtanh: { make: (alpha, beta) => (x) => alpha * Math.tanh(beta * x), alpha: 1, beta: 1 },
  hardsigmoid: { make: hardSigmoid, alpha: 0.2, beta: 0.5 },
  elu: { make: elu, alpha: 1 },
  softsign: { make: () => (x) => x / (1 + Math.abs(x)) },
  softplus: { make: () => softplus },
};

/** An activation of a recurrent cell with its parameters; 0 for parameters that it does not take. */
export interface RecurrentActivation {
  /** In lower case. */
  readonly name: string;
  readonly alpha: number;
  readonly beta: number;
}

/** The activations of all directions in turn. Alphas and betas are listed for those that take any. */
export function recurrentActivations(
  attributes: Attributes,
  defaults: readonly string[],
  directions: number,
): RecurrentActivation[] {
  const repeated = Array.from({ length: directions }, () => defaults).flat();
  const names = attributes.strings("activations", repeated);
  if (names.length !== repeated.length) {
    throw new OnnxOperatorError(`${names.length} activations given, ${repeated.length} needed.`);
  }
  const alphas = [...attributes.floats("activation_alpha", [])];
  const betas = [...attributes.floats("activation_beta", [])];
  return names.map((given) => {
    const name = given.toLowerCase();
    const { alpha, beta } = definitionOf(name);
    return {
      name,
      alpha: alpha === undefined ? 0 : (alphas.shift() ?? alpha),
      beta: beta === undefined ? 0 : (betas.shift() ?? beta),
    };
  });
}

/** The function of an activation; what enters it is first clipped to [-clip, clip]. */
export function activationFunction({ name, alpha, beta }: RecurrentActivation, clip: number): Scalar {
  const apply = definitionOf(name).make(alpha, beta);
  return (x) => apply(Math.max(-clip, Math.min(clip, x)));
}

function definitionOf(name: string): ActivationDefinition {
  if (!Object.hasOwn(DEFINITIONS, name)) throw new OnnxOperatorError(`Activation "${name}" is unknown.`);
  return DEFINITIONS[name]!;
}
