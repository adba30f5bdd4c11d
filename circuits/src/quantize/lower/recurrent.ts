import { QuantizationError } from "../../errors.ts";
import type { PreparedNode } from "../../onnx/PreparedGraph.ts";
import { range } from "../../operators/support/axes.ts";
import type { Quantizer } from "../Quantizer.ts";
import { constantExpression, type RealExpression, type SymbolicTensor } from "../RealExpression.ts";
import { constantInput, symbolicInput } from "./inputs.ts";
import type { LoweredInput, LoweringRule } from "./LoweringRule.ts";
import { scalarActivation } from "./recurrentActivations.ts";
import { type CellWeights, gruStep, lstmStep, rnnStep, type State } from "./recurrentCells.ts";

interface Cell {
  readonly gates: number;
  readonly states: 1 | 2;
  readonly defaults: readonly string[];
  readonly step: typeof lstmStep;
}

const CELLS: Record<string, Cell> = {
  RNN: { gates: 1, states: 1, defaults: ["Tanh"], step: rnnStep },
  GRU: { gates: 3, states: 1, defaults: ["Sigmoid", "Tanh"], step: gruStep },
  LSTM: { gates: 4, states: 2, defaults: ["Sigmoid", "Tanh", "Tanh"], step: lstmStep },
};

const ZERO = constantExpression(0);

/** The numbers of one direction of a recurrent node. */
function weightsOf(
  quantizer: Quantizer,
  node: PreparedNode,
  inputs: readonly LoweredInput[],
  { gates, defaults }: Cell,
  direction: number,
): CellWeights {
  const w = symbolicInput(node, inputs, 1);
  const r = symbolicInput(node, inputs, 2);
  const hidden = r.shape[2]!;
  const inputSize = w.shape[2]!;
  const rows = gates * hidden;
  const part = (tensor: SymbolicTensor | undefined, size: number) =>
    tensor
      ? tensor.elements.slice(direction * size, (direction + 1) * size)
      : new Array<RealExpression>(size).fill(ZERO);
  const optional = (index: number) => (inputs[index] ? symbolicInput(node, inputs, index) : undefined);
  const bias = part(optional(3), 2 * rows);
  return {
    hidden,
    W: part(w, rows * inputSize),
    R: part(r, rows * hidden),
    inputBias: bias.slice(0, rows),
    hiddenBias: bias.slice(rows),
    peepholes: inputs[7] ? part(optional(7), 3 * hidden) : undefined,
    activations: range(defaults.length).map((i) =>
      scalarActivation(quantizer, node.attributes, defaults, direction, i),
    ),
    isCoupled: node.attributes.int("input_forget", 0) !== 0,
    isLinearFirst: node.attributes.int("linear_before_reset", 0) !== 0,
  };
}

/** RNN, GRU and LSTM, written out step by step: any direction, both layouts, constant sequence lengths. */
export const lowerRecurrent: LoweringRule = (quantizer, node, inputs) => {
  const cell = CELLS[node.type]!;
  const isBatchFirst = node.attributes.int("layout", 0) !== 0;
  const x = symbolicInput(node, inputs, 0);
  const [first, second, inputSize] = x.shape as [number, number, number];
  const [steps, batches] = isBatchFirst ? [second, first] : [first, second];
  const at = (step: number, batch: number) => {
    const row = isBatchFirst ? batch * steps + step : step * batches + batch;
    return x.elements.slice(row * inputSize, (row + 1) * inputSize);
  };
  const direction = node.attributes.string("direction", "forward").toLowerCase();
  const directions = direction === "bidirectional" ? 2 : 1;
  const hidden = symbolicInput(node, inputs, 2).shape[2]!;
  const lengths = constantInput(node, inputs, 4)?.data ?? new Float64Array(batches).fill(steps);
  if (lengths.some((length) => length > steps)) {
    throw new QuantizationError(
      `node "${node.name}" (${node.type}) has sequences longer than ${steps} steps`,
    );
  }
  const all = new Array<RealExpression>(steps * directions * batches * hidden).fill(ZERO);
  const last = range(cell.states).map(() =>
    new Array<RealExpression>(directions * batches * hidden).fill(ZERO),
  );
  const stateAt = (d: number, b: number) => (isBatchFirst ? b * directions + d : d * batches + b) * hidden;
  for (const d of range(directions)) {
    const weights = weightsOf(quantizer, node, inputs, cell, d);
    const isBackward = direction === "reverse" || d === 1;
    for (const b of range(batches)) {
      let state: State = range(cell.states).map((i) => {
        if (!inputs[5 + i]) return new Array<RealExpression>(hidden).fill(ZERO);
        return symbolicInput(node, inputs, 5 + i).elements.slice(stateAt(d, b), stateAt(d, b) + hidden);
      });
      const length = lengths[b]!;
      for (const i of range(length)) {
        const step = isBackward ? length - 1 - i : i;
        state = cell.step(quantizer, at(step, b), state, weights);
        const row = isBatchFirst
          ? (b * steps + step) * directions + d
          : (step * directions + d) * batches + b;
        for (const [j, value] of state[0]!.entries()) all[row * hidden + j] = value;
      }
      for (const [i, values] of state.entries()) {
        for (const [j, value] of values.entries()) last[i]![stateAt(d, b) + j] = value;
      }
    }
  }
  const stateShape = isBatchFirst ? [batches, directions, hidden] : [directions, batches, hidden];
  const shape = isBatchFirst ? [batches, steps, directions, hidden] : [steps, directions, batches, hidden];
  return [{ shape, elements: all }, ...last.map((elements) => ({ shape: stateShape, elements }))];
};
