import { range } from "../../operators/support/axes.ts";
import {
  type RecurrentActivation,
  recurrentActivations,
} from "../../operators/support/recurrentActivations.ts";
import type { Attributes } from "../Attributes.ts";
import { type NumericType, tensor } from "../Tensor.ts";
import type { DecomposedNode, Decomposition } from "./Decomposition.ts";
import type { Emitter } from "./Emitter.ts";

/** The parameters of one direction, as values: transposed weights, and biases that may be left out. */
interface CellValues {
  readonly hidden: number;
  /** [batch, gates * hidden] at each step: x W^T with the input's biases, and whatever recurrent ones may be added at once. */
  readonly fromInput: readonly string[];
  /** R^T of gate g, [hidden, hidden]. */
  readonly recurrent: (gate: number) => string;
  /** R^T of all gates, [hidden, gates * hidden]. */
  readonly allRecurrent: string;
  /** Recurrent bias of a gate, [hidden]; empty where there are no biases. */
  readonly recurrentBias: (gate: number) => string;
  /** Peephole of a gate, [hidden]; empty where there are none. */
  readonly peephole: (gate: number) => string;
  readonly activate: (index: number, value: string) => string;
}

/** One step: the part of `fromInput` at the step and the states before, to the states after. */
type StepWriter = (
  emit: Emitter,
  fromInput: string,
  states: readonly string[],
  cell: CellValues,
  attributes: Attributes,
) => string[];

interface CellDefinition {
  readonly gates: number;
  readonly states: number;
  readonly defaults: readonly string[];
  /** The gates whose recurrent bias is applied together with the input's. */
  readonly earlyBiases: (attributes: Attributes) => readonly number[];
  readonly step: StepWriter;
}

/** The part of gate g of a value whose last axis holds all gates. */
function gateOf(emit: Emitter, value: string, gate: number, hidden: number): string {
  return emit.slice(value, emit.shapeOf(value).length - 1, gate * hidden, (gate + 1) * hidden);
}

function activation(emit: Emitter, { name, alpha, beta }: RecurrentActivation, x: string): string {
  const scalar = (value: number) => emit.scalarLike(x, value);
  switch (name) {
    case "relu":
      return emit.op("Relu", [x]);
    case "tanh":
      return emit.op("Tanh", [x]);
    case "sigmoid":
      return emit.op("Sigmoid", [x]);
    case "softsign":
      return emit.op("Softsign", [x]);
    case "softplus":
      return emit.op("Softplus", [x]);
    case "affine":
      return emit.op("Add", [emit.op("Mul", [x, scalar(alpha)]), scalar(beta)]);
    case "leakyrelu":
      return emit.op("LeakyRelu", [x], { alpha: { float: alpha } });
    case "elu":
      return emit.op("Elu", [x], { alpha: { float: alpha } });
    case "hardsigmoid":
      return emit.op("HardSigmoid", [x], { alpha: { float: alpha }, beta: { float: beta } });
    case "scaledtanh":
      return emit.op("Mul", [emit.op("Tanh", [emit.op("Mul", [x, scalar(beta)])]), scalar(alpha)]);
    default: {
      // ThresholdedRelu as recurrent cells define it includes the threshold, unlike the operator of that name.
      const reaches = emit.op("GreaterOrEqual", [x, scalar(alpha)]);
      return emit.op("Where", [reaches, x, scalar(0)]);
    }
  }
}

const simple: StepWriter = (emit, fromInput, [h = ""], cell) => [
  cell.activate(0, emit.op("Add", [fromInput, emit.op("MatMul", [h, cell.allRecurrent])])),
];

/** Gates update, reset, hidden. */
const gated: StepWriter = (emit, fromInput, [h = ""], cell, attributes) => {
  const { hidden } = cell;
  const gate = (index: number) =>
    cell.activate(
      0,
      emit.op("Add", [gateOf(emit, fromInput, index, hidden), emit.op("MatMul", [h, cell.recurrent(index)])]),
    );
  const [update, reset] = [gate(0), gate(1)];
  const isLinearFirst = attributes.int("linear_before_reset", 0) !== 0;
  const biased = (value: string) => {
    const bias = isLinearFirst ? cell.recurrentBias(2) : "";
    return bias === "" ? value : emit.op("Add", [value, bias]);
  };
  const memory = isLinearFirst
    ? emit.op("Mul", [reset, biased(emit.op("MatMul", [h, cell.recurrent(2)]))])
    : emit.op("MatMul", [emit.op("Mul", [reset, h]), cell.recurrent(2)]);
  const candidate = cell.activate(1, emit.op("Add", [gateOf(emit, fromInput, 2, hidden), memory]));
  // (1 - z) c + z h = c + z (h - c): one product instead of two.
  const difference = emit.op("Sub", [h, candidate]);
  return [emit.op("Add", [candidate, emit.op("Mul", [update, difference])])];
};

/** Gates input, output, forget, cell; peepholes input, output, forget. */
const long: StepWriter = (emit, fromInput, [h = "", c = ""], cell, attributes) => {
  const sums = emit.op("Add", [fromInput, emit.op("MatMul", [h, cell.allRecurrent])]);
  const sum = (gate: number) => gateOf(emit, sums, gate, cell.hidden);
  const seen = (value: string, peephole: number, state: string) => {
    const weight = cell.peephole(peephole);
    return weight === "" ? value : emit.op("Add", [value, emit.op("Mul", [weight, state])]);
  };
  const input = cell.activate(0, seen(sum(0), 0, c));
  const forget =
    attributes.int("input_forget", 0) !== 0
      ? emit.op("Sub", [emit.scalarLike(input, 1), input])
      : cell.activate(0, seen(sum(2), 2, c));
  const kept = emit.op("Mul", [forget, c]);
  const added = emit.op("Mul", [input, cell.activate(1, sum(3))]);
  const next = emit.op("Add", [kept, added]);
  const output = cell.activate(0, seen(sum(1), 1, next));
  return [emit.op("Mul", [output, cell.activate(2, next)]), next];
};

function cellValues(
  emit: Emitter,
  definition: CellDefinition,
  { inputs, attributes }: DecomposedNode,
  x: string,
  direction: number,
  activations: readonly RecurrentActivation[],
): CellValues {
  const [, w = "", r = "", b = "", , , , p = ""] = inputs;
  const hidden = emit.shapeOf(r)[2]!;
  const { gates } = definition;
  const own = (value: string) =>
    emit.op("Gather", [value, emit.constant(tensor("int64", [], [direction]))], { axis: 0 });
  const transposed = (value: string) => emit.op("Transpose", [own(value)], { perm: [1, 0] });
  const allRecurrent = transposed(r);
  const biases = b === "" ? "" : own(b);
  const bias = (index: number) =>
    biases === "" ? "" : emit.slice(biases, 0, index * hidden, (index + 1) * hidden);
  let projected = emit.op("MatMul", [x, transposed(w)]);
  if (biases !== "") {
    const early = definition.earlyBiases(attributes);
    const parts = range(gates).map((gate) =>
      early.includes(gate) ? emit.op("Add", [bias(gate), bias(gates + gate)]) : bias(gate),
    );
    projected = emit.op("Add", [projected, emit.op("Concat", parts, { axis: 0 })]);
  }
  const steps = emit.shapeOf(x)[0]!;
  const clip = attributes.float("clip", Infinity);
  const peepholes = p === "" ? "" : own(p);
  return {
    hidden,
    fromInput: range(steps).map((step) =>
      emit.op("Gather", [projected, emit.constant(tensor("int64", [], [step]))], { axis: 0 }),
    ),
    recurrent: (gate) => gateOf(emit, allRecurrent, gate, hidden),
    allRecurrent,
    recurrentBias: (gate) => bias(gates + gate),
    peephole: (gate) =>
      peepholes === "" ? "" : emit.slice(peepholes, 0, gate * hidden, (gate + 1) * hidden),
    activate: (index, value) => {
      const clipped = Number.isFinite(clip)
        ? emit.op("Clip", [value, emit.scalarLike(value, -clip), emit.scalarLike(value, clip)])
        : value;
      return activation(emit, activations[index]!, clipped);
    },
  };
}

/** Which batch entries still run at a step, as a column; undefined where all do. */
function runningMask(emit: Emitter, lengths: readonly number[], step: number): string | undefined {
  if (lengths.every((length) => step < length)) return undefined;
  return emit.constant(
    tensor(
      "bool",
      [lengths.length, 1],
      lengths.map((length) => Number(step < length)),
    ),
  );
}

function writeDirection(
  emit: Emitter,
  definition: CellDefinition,
  node: DecomposedNode,
  cell: CellValues,
  initial: readonly string[],
  lengths: readonly number[],
  isBackward: boolean,
): { outputs: string[]; last: readonly string[] } {
  const steps = cell.fromInput.length;
  const outputs = new Array<string>(steps);
  let states = initial;
  for (let i = 0; i < steps; i++) {
    const step = isBackward ? steps - 1 - i : i;
    const next = definition.step(emit, cell.fromInput[step]!, states, cell, node.attributes);
    const mask = runningMask(emit, lengths, step);
    if (mask === undefined) {
      outputs[step] = next[0]!;
      states = next;
    } else {
      const before = states;
      outputs[step] = emit.op("Where", [mask, next[0]!, emit.scalarLike(next[0]!, 0)]);
      states = next.map((value, s) => emit.op("Where", [mask, value, before[s]!]));
    }
  }
  return { outputs, last: states };
}

/** A recurrent operator step by step; one whose sequence lengths depend on the data stays. */
function unrolled(definition: CellDefinition): Decomposition {
  return (emit, node) => {
    const { inputs, attributes } = node;
    const isBatchFirst = attributes.int("layout", 0) !== 0;
    const sequenceFirst = (value: string) =>
      isBatchFirst ? emit.op("Transpose", [value], { perm: [1, 0, 2] }) : value;
    const x = sequenceFirst(inputs[0]!);
    const [steps, batches] = emit.shapeOf(x) as [number, number];
    const lengthsInput = inputs[4] ?? "";
    const lengthsTensor = lengthsInput === "" ? undefined : emit.constantOf(lengthsInput);
    if (lengthsInput !== "" && lengthsTensor === undefined) return undefined;
    const lengths = lengthsTensor
      ? Array.from(lengthsTensor.data, Number)
      : new Array<number>(batches).fill(steps);
    const direction = attributes.string("direction", "forward").toLowerCase();
    const directions = direction === "bidirectional" ? 2 : 1;
    const activations = recurrentActivations(attributes, definition.defaults, directions);
    const perDirection = definition.defaults.length;
    const results = range(directions).map((d) => {
      const own = activations.slice(d * perDirection, (d + 1) * perDirection);
      const cell = cellValues(emit, definition, node, x, d, own);
      const initial = range(definition.states).map((s) => {
        const given = inputs[5 + s] ?? "";
        if (given !== "") {
          return emit.op("Gather", [sequenceFirst(given), emit.constant(tensor("int64", [], [d]))], {
            axis: 0,
          });
        }
        const zeros = new Float64Array(batches * cell.hidden);
        return emit.constant(tensor(emit.example(x).dtype as NumericType, [batches, cell.hidden], zeros));
      });
      return writeDirection(
        emit,
        definition,
        node,
        cell,
        initial,
        lengths,
        direction === "reverse" || d === 1,
      );
    });
    const unsqueezed = (value: string, ...axes: number[]) =>
      emit.op("Unsqueeze", [value, emit.ints(...axes)]);
    const join = (values: string[], axis: number) => emit.op("Concat", values, { axis });
    const all = join(
      results.map(({ outputs }) =>
        join(
          outputs.map((value) => unsqueezed(value, 0, 1)),
          0,
        ),
      ),
      1,
    );
    const ends = range(definition.states).map((s) =>
      sequenceFirst(
        join(
          results.map(({ last }) => unsqueezed(last[s]!, 0)),
          0,
        ),
      ),
    );
    return [isBatchFirst ? emit.op("Transpose", [all], { perm: [2, 0, 1, 3] }) : all, ...ends];
  };
}

/** RNN, GRU and LSTM, unrolled into matrix products, element-wise functions and products. */
export const RECURRENCES: Readonly<Record<string, Decomposition>> = {
  RNN: unrolled({ gates: 1, states: 1, defaults: ["Tanh"], earlyBiases: () => [0], step: simple }),
  GRU: unrolled({
    gates: 3,
    states: 1,
    defaults: ["Sigmoid", "Tanh"],
    earlyBiases: (attributes) => (attributes.int("linear_before_reset", 0) !== 0 ? [0, 1] : [0, 1, 2]),
    step: gated,
  }),
  LSTM: unrolled({
    gates: 4,
    states: 2,
    defaults: ["Sigmoid", "Tanh", "Tanh"],
    earlyBiases: () => [0, 1, 2, 3],
    step: long,
  }),
};
