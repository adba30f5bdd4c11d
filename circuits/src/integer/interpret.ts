import { LaneRangeError } from "../errors.ts";
import type { IntegerGraph } from "./IntegerGraph.ts";
import type { InputRange } from "./IntegerOp.ts";
import { runOp } from "./runOp.ts";

/**
 * Runs an integer graph on the integers of its input lanes (in order) and returns every lane's integer.
 * Throws {@link LaneRangeError} when an input is outside its declared range.
 */
export function interpret(graph: IntegerGraph, inputs: readonly bigint[]): bigint[] {
  const values: bigint[] = [];
  for (const op of graph.ops) {
    if (op.kind === "input") values.push(...checkedInputs(op.lanes, inputs));
    else for (const value of runOp(op, (lane) => values[lane]!)) values.push(value);
  }
  return values;
}

function checkedInputs(lanes: readonly InputRange[], inputs: readonly bigint[]): bigint[] {
  return lanes.map(({ bits, minimum }, index) => {
    const value = inputs[index]!;
    const maximum = minimum + (1n << BigInt(bits)) - 1n;
    if (value < minimum || value > maximum) throw new LaneRangeError({ index, value, minimum, maximum });
    return value;
  });
}
