import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { combine, type LinearCombination } from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";
import { argmax, maximum } from "../gadgets/argmax.ts";
import { atLeast } from "../gadgets/compare.ts";
import { decompose } from "../gadgets/decompose.ts";
import { divide } from "../gadgets/divide.ts";
import { inputLane } from "../gadgets/inputLane.ts";
import { isZero } from "../gadgets/isZero.ts";
import { piecewise } from "../gadgets/piecewise.ts";
import { relu } from "../gadgets/relu.ts";
import { rescale } from "../gadgets/rescale.ts";
import { select } from "../gadgets/select.ts";
import { squareRoot } from "../gadgets/squareRoot.ts";
import { thresholdBits } from "../gadgets/thresholdBits.ts";
import type { IntegerGraph } from "./IntegerGraph.ts";
import type { AffineRow, IntegerOp, Lane } from "./IntegerOp.ts";

/**
 * Combinations longer than this become a wire (one constraint) when more than one operation reads them: repeating
 * a dense row costs the prover more than the row does.
 */
const LONG_COMBINATION = 48;

/** Combinations longer than this become a wire in any case: a split alone repeats them twice in the constraints. */
const LONGEST_COMBINATION = 256;

/**
 * A combination that is no single wire becomes one when its terms, times the operations that read it, exceed this. Sums
 * of inputs are exempt: what they repeat overlaps.
 */
const MOST_REPEATED_TERMS = 1024;

/** Constrains an integer graph; returns the signal of every lane that operations up to the last one define. */
export function synthesize(builder: CircuitBuilder, graph: IntegerGraph): Signal[] {
  const signals: Signal[] = [];
  const readers = countReaders(graph);
  for (const op of graph.ops) {
    const made = builder.inLayer(op.layer, () => synthesizeOp(builder, graph, op, signals, readers));
    for (const one of made) {
      const terms = one.lc.wires.length * readers[signals.length]!;
      const isRepeated = op.kind !== "affine" && one.lc.wires.length > 1 && terms > MOST_REPEATED_TERMS;
      signals.push(
        isRepeated ? { ...one, lc: builder.inLayer(op.layer, () => builder.materialize(one.lc)) } : one,
      );
    }
  }
  return signals;
}

function synthesizeOp(
  builder: CircuitBuilder,
  graph: IntegerGraph,
  op: IntegerOp,
  signals: readonly Signal[],
  readers: readonly number[],
): Signal[] {
  const at = (lane: Lane): Signal => signals[lane]!;
  switch (op.kind) {
    case "input":
      return op.lanes.map(({ bits, minimum }) => inputLane(builder, bits, minimum));
    case "affine":
      return op.rows.map((row, i) => {
        const lane = op.first + i;
        return bounded(graph, lane, affineLc(builder, row, at, readers[lane]!));
      });
    case "product":
      return op.a.map((lane, i) =>
        bounded(graph, op.first + i, builder.product("select", at(lane).lc, at(op.b[i]!).lc)),
      );
    case "rescale":
      return op.x.map((lane) => rescale(builder, at(lane), op.shift));
    case "relu":
      return op.x.map((lane) => relu(builder, at(lane), op.shift, op.limitBits));
    case "piecewise":
      return op.x.map((lane) => piecewise(builder, at(lane), op.shift, op.table));
    case "bits":
      return op.x.flatMap((lane) =>
        decompose(builder, at(lane).lc, op.width).map((bit) => signal(bit, 0n, 1n)),
      );
    case "divide":
      return op.a.map((lane, i) => divide(builder, at(lane), at(op.b[i]!)));
    case "squareRoot":
      return op.x.map((lane) => squareRoot(builder, at(lane)));
    case "isZero":
      return op.x.map((lane, i) => bounded(graph, op.first + i, isZero(builder, at(lane).lc)));
    case "atLeast":
      return op.a.map((lane, i) => signal(atLeast(builder, at(lane), at(op.b[i]!)), 0n, 1n));
    case "thresholds":
      return thresholdBits(builder, at(op.x), op.thresholds);
    case "select":
      return op.condition.map((lane, i) => select(builder, at(lane).lc, at(op.a[i]!), at(op.b[i]!)));
    case "maximum":
      return op.groups.map((group) => maximum(builder, group.map(at)));
    case "argmax":
      return op.groups.map((group) => argmax(builder, group.map(at), op.tie));
  }
}

/** A lane's combination with the bounds that the graph's interval arithmetic gives it. */
function bounded(graph: IntegerGraph, lane: Lane, lc: LinearCombination): Signal {
  return signal(lc, graph.lo(lane), graph.hi(lane));
}

function affineLc(
  builder: CircuitBuilder,
  row: AffineRow,
  at: (lane: Lane) => Signal,
  readers: number,
): LinearCombination {
  const terms = row.lanes.map((lane, i): [bigint, LinearCombination] => [row.weights[i]!, at(lane).lc]);
  const lc = combine(terms, row.bias);
  const isLong = lc.wires.length > (readers > 1 ? LONG_COMBINATION : LONGEST_COMBINATION);
  return isLong ? builder.materialize(lc) : lc;
}

/** How many operations read each lane. */
function countReaders(graph: IntegerGraph): number[] {
  const readers = new Array<number>(graph.laneCount).fill(0);
  for (const op of graph.ops) {
    for (const lane of lanesRead(op)) readers[lane] = readers[lane]! + 1;
  }
  return readers;
}

function lanesRead(op: IntegerOp): readonly Lane[] {
  switch (op.kind) {
    case "input":
      return [];
    case "affine":
      return op.rows.flatMap((row) => row.lanes);
    case "product":
    case "divide":
    case "atLeast":
      return [...op.a, ...op.b];
    case "rescale":
    case "relu":
    case "piecewise":
    case "bits":
    case "squareRoot":
    case "isZero":
      return op.x;
    case "thresholds":
      return [op.x];
    case "select":
      return [...op.condition, ...op.a, ...op.b];
    case "maximum":
    case "argmax":
      return op.groups.flat();
  }
}
