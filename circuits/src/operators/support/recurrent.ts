import type { Attributes } from "../../onnx/Attributes.ts";
import { OnnxOperatorError } from "../../onnx/errors.ts";
import { type NumericTensor, type Tensor, tensor } from "../../onnx/Tensor.ts";
import type { OperatorInputs } from "../Operator.ts";
import { transpose } from "../Transpose.ts";
import { numericInput, optionalInput } from "./inputs.ts";
import { activationFunction, recurrentActivations } from "./recurrentActivations.ts";
import { roundData } from "./roundData.ts";

type Scalar = (x: number) => number;
type Row = Float64Array;

/** The parameters of one direction: W [gates * hidden, input], R [gates * hidden, hidden], B, P as the model has them. */
export interface CellWeights {
  readonly hidden: number;
  readonly inputSize: number;
  readonly W: Row;
  readonly R: Row;
  /** Input biases, then recurrent biases, each [gates * hidden]. */
  readonly B: Row;
  /** Peepholes of an LSTM, [3 * hidden]; zeros where there are none. */
  readonly P: Row;
  readonly activations: readonly Scalar[];
}

/** The states of one batch entry: hidden, and for an LSTM the cell. */
export type CellState = readonly Row[];

/** What distinguishes the three recurrent operators. */
export interface Cell {
  readonly gates: number;
  readonly defaults: readonly string[];
  /** Number of states: 1, or 2 with a cell. */
  readonly states: number;
  step(x: Row, state: CellState, weights: CellWeights, attributes: Attributes): CellState;
}

/** row `index` of a matrix times a vector. */
export function dot(matrix: Row, index: number, vector: Row): number {
  const start = index * vector.length;
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += matrix[start + i]! * vector[i]!;
  return sum;
}

/** With `layout` 1 the batch is the first axis; inside, the sequence is. */
function swapBatch(value: Tensor, permutation: readonly number[], isBatchFirst: boolean): NumericTensor {
  return (isBatchFirst ? transpose(value, permutation) : value) as NumericTensor;
}

/**
 * Runs RNN, GRU or LSTM over whole sequences: any direction, sequence lengths, initial states, both layouts.
 * Steps beyond a sequence's length give zeros; the last state is that of the last step within.
 */
export function runRecurrent(cell: Cell, inputs: OperatorInputs, attributes: Attributes): Tensor[] {
  const isBatchFirst = attributes.int("layout", 0) !== 0;
  const x = swapBatch(numericInput(inputs, 0), [1, 0, 2], isBatchFirst);
  const [steps, batches, inputSize] = x.shape as [number, number, number];
  const w = numericInput(inputs, 1);
  const r = numericInput(inputs, 2);
  const hidden = r.shape[2]!;
  const directions = r.shape[0]!;
  const rows = cell.gates * hidden;
  if (w.shape[0] !== directions || w.shape[1] !== rows || w.shape[2] !== inputSize || r.shape[1] !== rows) {
    throw new OnnxOperatorError(
      `W [${w.shape.join(", ")}] and R [${r.shape.join(", ")}] do not fit the input.`,
    );
  }
  const direction = attributes.string("direction", "forward").toLowerCase();
  if ((direction === "bidirectional" ? 2 : 1) !== directions) {
    throw new OnnxOperatorError(`Direction "${direction}" does not fit ${directions} sets of weights.`);
  }
  const clip = attributes.float("clip", Infinity);
  const activations = recurrentActivations(attributes, cell.defaults, directions).map((activation) =>
    activationFunction(activation, clip),
  );
  const bias = optionalInput(inputs, 3)?.data ?? new Float64Array(directions * 2 * rows);
  const lengths = optionalInput(inputs, 4)?.data ?? new Float64Array(batches).fill(steps);
  const initial = Array.from({ length: cell.states }, (_, i) => {
    const given = optionalInput(inputs, 5 + i);
    return given && swapBatch(given, [1, 0, 2], isBatchFirst).data;
  });
  const peepholes = optionalInput(inputs, 7)?.data ?? new Float64Array(directions * 3 * hidden);
  const y = new Float64Array(steps * directions * batches * hidden);
  const last = initial.map(() => new Float64Array(directions * batches * hidden));
  for (let d = 0; d < directions; d++) {
    const part = (data: Row, size: number) => data.subarray(d * size, (d + 1) * size);
    const weights: CellWeights = {
      hidden,
      inputSize,
      W: part(w.data, rows * inputSize),
      R: part(r.data, rows * hidden),
      B: part(bias, 2 * rows),
      P: part(peepholes, 3 * hidden),
      activations: activations.slice(d * cell.defaults.length, (d + 1) * cell.defaults.length),
    };
    const isBackward = direction === "reverse" || d === 1;
    for (let b = 0; b < batches; b++) {
      const at = (d * batches + b) * hidden;
      let state: CellState = initial.map(
        (data) => data?.subarray(at, at + hidden) ?? new Float64Array(hidden),
      );
      const length = lengths[b]!;
      for (let i = 0; i < length; i++) {
        const step = isBackward ? length - 1 - i : i;
        const start = (step * batches + b) * inputSize;
        state = cell.step(x.data.subarray(start, start + inputSize), state, weights, attributes);
        y.set(state[0]!, ((step * directions + d) * batches + b) * hidden);
      }
      state.forEach((values, i) => {
        last[i]!.set(values, at);
      });
    }
  }
  const all = roundData(x.dtype, [steps, directions, batches, hidden], y);
  const ends = last.map((values) => roundData(x.dtype, [directions, batches, hidden], values));
  return [
    swapBatch(all, [2, 0, 1, 3], isBatchFirst),
    ...ends.map((end) => swapBatch(tensor(end.dtype, end.shape, end.data), [1, 0, 2], isBatchFirst)),
  ];
}
