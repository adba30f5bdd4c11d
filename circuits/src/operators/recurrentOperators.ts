import type { Operator } from "./Operator.ts";
import { type Cell, type CellState, type CellWeights, dot, runRecurrent } from "./support/recurrent.ts";

/** W x + R h + both biases for row `gate * hidden + i`. */
function gateInput(
  { W, R, B, hidden }: CellWeights,
  gates: number,
  row: number,
  x: Float64Array,
  h: Float64Array,
): number {
  return dot(W, row, x) + dot(R, row, h) + B[row]! + B[gates * hidden + row]!;
}

const simpleCell: Cell = {
  gates: 1,
  defaults: ["Tanh"],
  states: 1,
  step(x, [h], weights) {
    const [f] = weights.activations;
    return [h!.map((_, i) => f!(gateInput(weights, 1, i, x, h!)))];
  },
};

/** Gates in the order update, reset, hidden. */
const gatedCell: Cell = {
  gates: 3,
  defaults: ["Sigmoid", "Tanh"],
  states: 1,
  step(x, [h], weights, attributes) {
    const { hidden, W, R, B } = weights;
    const [f, g] = weights.activations;
    const update = h!.map((_, i) => f!(gateInput(weights, 3, i, x, h!)));
    const reset = h!.map((_, i) => f!(gateInput(weights, 3, hidden + i, x, h!)));
    const isLinearFirst = attributes.int("linear_before_reset", 0) !== 0;
    const resetHidden = h!.map((value, i) => value * reset[i]!);
    const candidate = h!.map((_, i) => {
      const row = 2 * hidden + i;
      const recurrentBias = B[3 * hidden + row]!;
      const recurrent = isLinearFirst
        ? reset[i]! * (dot(R, row, h!) + recurrentBias)
        : dot(R, row, resetHidden) + recurrentBias;
      return g!(dot(W, row, x) + recurrent + B[row]!);
    });
    return [h!.map((value, i) => (1 - update[i]!) * candidate[i]! + update[i]! * value)];
  },
};

/** Gates in the order input, output, forget, cell; peepholes input, output, forget. */
const longCell: Cell = {
  gates: 4,
  defaults: ["Sigmoid", "Tanh", "Tanh"],
  states: 2,
  step(x, [h, c], weights, attributes): CellState {
    const { hidden, P } = weights;
    const [f, g, last] = weights.activations;
    const isCoupled = attributes.int("input_forget", 0) !== 0;
    const next = c!.map((value, i) => {
      const inputGate = f!(gateInput(weights, 4, i, x, h!) + P[i]! * value);
      const forgetGate = isCoupled
        ? 1 - inputGate
        : f!(gateInput(weights, 4, 2 * hidden + i, x, h!) + P[2 * hidden + i]! * value);
      return forgetGate * value + inputGate * g!(gateInput(weights, 4, 3 * hidden + i, x, h!));
    });
    const output = next.map((value, i) => {
      const gate = f!(gateInput(weights, 4, hidden + i, x, h!) + P[hidden + i]! * value);
      return gate * last!(value);
    });
    return [output, next];
  },
};

function recurrent(type: string, cell: Cell, versions: readonly number[]): Operator {
  return {
    domain: "",
    type,
    sinceVersions: versions,
    evaluate: (inputs, attributes) => runRecurrent(cell, inputs, attributes),
  };
}

export const RNN = recurrent("RNN", simpleCell, [1, 7, 14, 22]);
export const GRU = recurrent("GRU", gatedCell, [1, 3, 7, 14, 22]);
export const LSTM = recurrent("LSTM", longCell, [1, 7, 14, 22]);
