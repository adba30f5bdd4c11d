import { LaneRangeError } from "../errors.ts";
import type { IntegerGraph, IntegerOp, Lane } from "./IntegerGraph.ts";
import { evaluatePiecewise } from "./PiecewiseTable.ts";
import { roundShift } from "./roundShift.ts";

/**
 * Runs an integer graph on the integers of its input lanes (in order) and returns every lane's integer.
 * Throws {@link LaneRangeError} when an input is outside its declared range.
 */
export function interpret(graph: IntegerGraph, inputs: readonly bigint[]): bigint[] {
  const values: bigint[] = [];
  let used = 0;
  for (const op of graph.ops) {
    if (op.kind === "input") {
      const hi = op.minimum + (1n << BigInt(op.bits)) - 1n;
      for (let i = 0; i < op.count; i++) {
        const value = inputs[used]!;
        if (value < op.minimum || value > hi) {
          throw new LaneRangeError({ index: used, value, minimum: op.minimum, maximum: hi });
        }
        values.push(value);
        used++;
      }
    } else {
      values.push(...runOp(op, values));
    }
  }
  return values;
}

function runOp(op: Exclude<IntegerOp, { kind: "input" }>, values: readonly bigint[]): bigint[] {
  const at = (lane: Lane): bigint => values[lane]!;
  switch (op.kind) {
    case "affine":
      return op.rows.map(({ lanes, weights, bias }) => {
        let sum = bias;
        for (let i = 0; i < lanes.length; i++) sum += weights[i]! * at(lanes[i]!);
        return sum;
      });
    case "product":
      return op.a.map((lane, i) => at(lane) * at(op.b[i]!));
    case "rescale":
      return op.x.map((lane) => roundShift(at(lane), op.shift));
    case "relu":
      return op.x.map((lane) => {
        const y = roundShift(at(lane), op.shift);
        return y > 0n ? y : 0n;
      });
    case "piecewise":
      return op.x.map((lane) => evaluatePiecewise(op.table, roundShift(at(lane), op.shift)));
    case "atLeast":
      return op.a.map((lane, i) => (at(lane) >= at(op.b[i]!) ? 1n : 0n));
    case "select":
      return op.condition.map((lane, i) => (at(lane) === 1n ? at(op.a[i]!) : at(op.b[i]!)));
    case "maximum":
      return op.groups.map((group) => group.map(at).reduce((x, y) => (x > y ? x : y)));
    case "argmax":
      return op.groups.map((group) => BigInt(indexOfMaximum(group.map(at), op.tie)));
  }
}

function indexOfMaximum(values: readonly bigint[], tie: "first" | "last"): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! > values[best]! || (tie === "last" && values[i]! === values[best]!)) best = i;
  }
  return best;
}
