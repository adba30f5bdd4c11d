import { range } from "../../operators/support/axes.ts";
import type { Quantizer } from "../Quantizer.ts";
import { add, affine, type RealExpression } from "../RealExpression.ts";
import { multiply } from "../real/multiply.ts";
import { sumsOfProducts, type Term } from "../real/sumOfProducts.ts";

type Vector = RealExpression[];

/** The hidden state and, for an LSTM, the cell. */
export type State = readonly Vector[];

export interface CellWeights {
  readonly hidden: number;
  readonly W: readonly RealExpression[];
  readonly R: readonly RealExpression[];
  readonly inputBias: readonly RealExpression[];
  readonly hiddenBias: readonly RealExpression[];
  /** Of an LSTM: input, output, forget. */
  readonly peepholes: readonly RealExpression[] | undefined;
  readonly activations: readonly ((x: readonly RealExpression[]) => Vector)[];
  readonly isCoupled: boolean;
  readonly isLinearFirst: boolean;
}

type Step = (quantizer: Quantizer, x: Vector, state: State, weights: CellWeights) => State;

/** Rows `gate * hidden` to `(gate + 1) * hidden` of a matrix times a vector. */
function gateProduct(
  quantizer: Quantizer,
  matrix: readonly RealExpression[],
  vector: Vector,
  gate: number,
  hidden: number,
): Vector {
  const columns = vector.length;
  const rows = range(hidden).map((i): Term[] =>
    range(columns).map((j): Term => [j, (gate * hidden + i) * columns + j]),
  );
  return sumsOfProducts(quantizer, vector, matrix, rows);
}

const section = (values: readonly RealExpression[], gate: number, hidden: number) =>
  values.slice(gate * hidden, (gate + 1) * hidden);

/** W x + R h + both biases of one gate. */
function gateInput(quantizer: Quantizer, gate: number, x: Vector, h: Vector, weights: CellWeights): Vector {
  const { hidden, W, R, inputBias, hiddenBias } = weights;
  const products = add(
    gateProduct(quantizer, W, x, gate, hidden),
    gateProduct(quantizer, R, h, gate, hidden),
  );
  return add(products, add(section(inputBias, gate, hidden), section(hiddenBias, gate, hidden)));
}

/** h = f(W x + R h + b) */
export const rnnStep: Step = (quantizer, x, [h], weights) => {
  return [weights.activations[0]!(gateInput(quantizer, 0, x, h!, weights))];
};

/** Gates in the order update, reset, hidden; h = (1 - z) candidate + z h. */
export const gruStep: Step = (quantizer, x, [h], weights) => {
  const { hidden, W, R, inputBias, hiddenBias, isLinearFirst } = weights;
  const [f, g] = weights.activations;
  const update = f!(gateInput(quantizer, 0, x, h!, weights));
  const reset = f!(gateInput(quantizer, 1, x, h!, weights));
  const bias = section(hiddenBias, 2, hidden);
  const recurrent = isLinearFirst
    ? multiply(quantizer, reset, add(gateProduct(quantizer, R, h!, 2, hidden), bias))
    : add(gateProduct(quantizer, R, multiply(quantizer, reset, h!), 2, hidden), bias);
  const fresh = add(gateProduct(quantizer, W, x, 2, hidden), section(inputBias, 2, hidden));
  const candidate = g!(add(fresh, recurrent));
  // candidate + z (h - candidate)
  return [add(candidate, multiply(quantizer, update, add(h!, affine(candidate, -1))))];
};

/** Gates in the order input, output, forget, cell. */
export const lstmStep: Step = (quantizer, x, [h, c], weights) => {
  const { hidden, peepholes, isCoupled } = weights;
  const [f, g, last] = weights.activations;
  const gate = (index: number, cell: Vector, peephole: number) => {
    const input = gateInput(quantizer, index, x, h!, weights);
    return f!(
      peepholes ? add(input, multiply(quantizer, section(peepholes, peephole, hidden), cell)) : input,
    );
  };
  const input = gate(0, c!, 0);
  const forget = isCoupled ? affine(input, -1, 1) : gate(2, c!, 2);
  const fresh = g!(gateInput(quantizer, 3, x, h!, weights));
  const next = add(multiply(quantizer, forget, c!), multiply(quantizer, input, fresh));
  const output = gate(1, next, 1);
  return [multiply(quantizer, output, last!(next)), next];
};
