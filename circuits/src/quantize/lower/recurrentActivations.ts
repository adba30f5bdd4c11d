import { QuantizationError } from "../../errors.ts";
import { Attributes, type AttributeValue } from "../../onnx/Attributes.ts";
import type { Quantizer } from "../Quantizer.ts";
import { affine, constantExpression, type RealExpression } from "../RealExpression.ts";
import { approximate } from "../real/approximate.ts";
import { choose } from "../real/choose.ts";
import { positivePart } from "../real/extremes.ts";
import { clamp, isGreaterThan, rectify } from "./activations.ts";
import { realFunction } from "./functions.ts";

type Activation = (
  quantizer: Quantizer,
  x: readonly RealExpression[],
  alpha: number,
  beta: number,
) => RealExpression[];

function byTable(type: string): Activation {
  return (quantizer, x, alpha) => {
    const entries = new Map<string, AttributeValue>([["alpha", { kind: "float", value: alpha }]]);
    return approximate(quantizer, realFunction(type, new Attributes(entries)), x);
  };
}

interface Definition {
  readonly apply: Activation;
  /** Defaults of alpha and beta; an activation without them takes none from the lists. */
  readonly defaults?: readonly [alpha: number, beta?: number];
}

/** The activations of the recurrent operators, by their name in lower case. */
const ACTIVATIONS: Record<string, Definition> = {
  affine: { apply: (_quantizer, x, alpha, beta) => affine(x, alpha, beta), defaults: [1, 0] },
  elu: { apply: byTable("Elu"), defaults: [1] },
  hardsigmoid: {
    apply: (quantizer, x, alpha, beta) => clamp(quantizer, affine(x, alpha, beta), 0, 1),
    defaults: [0.2, 0.5],
  },
  leakyrelu: {
    apply: (quantizer, x, alpha) => {
      const positive = positivePart(quantizer, x);
      return x.map((each, i) => ({
        lanes: [...each.lanes, ...positive[i]!.lanes],
        weights: [...each.weights.map((w) => alpha * w), ...positive[i]!.weights.map((w) => (1 - alpha) * w)],
        bias: alpha * each.bias + (1 - alpha) * positive[i]!.bias,
      }));
    },
    defaults: [0.01],
  },
  relu: { apply: (quantizer, x) => rectify(quantizer, x) },
  scaledtanh: {
    apply: (quantizer, x, alpha, beta) => affine(byTable("Tanh")(quantizer, affine(x, beta), 1, 0), alpha),
    defaults: [1, 1],
  },
  sigmoid: { apply: byTable("Sigmoid") },
  softplus: { apply: byTable("Softplus") },
  softsign: { apply: byTable("Softsign") },
  tanh: { apply: byTable("Tanh") },
  thresholdedrelu: {
    apply: (quantizer, x, alpha) =>
      choose(
        quantizer,
        isGreaterThan(quantizer, x, alpha),
        x,
        x.map(() => constantExpression(0)),
      ),
    defaults: [1],
  },
};

/**
 * Activation `index` of a direction, with its clip. Alphas and betas are listed only for the activations that take them,
 * all directions in turn.
 */
export function scalarActivation(
  quantizer: Quantizer,
  attributes: Attributes,
  defaults: readonly string[],
  direction: number,
  index: number,
): (x: readonly RealExpression[]) => RealExpression[] {
  const given = attributes.strings("activations", []);
  const names = given.length > 0 ? given : [...defaults, ...defaults];
  const wanted = direction * defaults.length + index;
  const before = names.slice(0, wanted).map(definitionOf);
  const definition = definitionOf(names[wanted]!);
  const read = (list: string, which: 0 | 1) => {
    const place = before.filter(({ defaults: d }) => d?.[which] !== undefined).length;
    const fallback = definition.defaults?.[which] ?? 0;
    return definition.defaults?.[which] === undefined ? 0 : (attributes.floats(list, [])[place] ?? fallback);
  };
  const [alpha, beta] = [read("activation_alpha", 0), read("activation_beta", 1)];
  const clip = attributes.float("clip", Number.POSITIVE_INFINITY);
  return (x) => {
    const bounded = Number.isFinite(clip) ? clamp(quantizer, x, -clip, clip) : x;
    return definition.apply(quantizer, bounded, alpha, beta);
  };
}

function definitionOf(name: string): Definition {
  const key = name.toLowerCase();
  if (!Object.hasOwn(ACTIVATIONS, key)) {
    throw new QuantizationError(
      `activation "${name}" is unknown; known are ${Object.keys(ACTIVATIONS).join(", ")}`,
    );
  }
  return ACTIVATIONS[key]!;
}
