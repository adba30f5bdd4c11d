import type { IntegerGraph } from "../integer/IntegerGraph.ts";
import type { AffineRow, Lane } from "../integer/IntegerOp.ts";
import { runOp } from "../integer/runOp.ts";
import type { ValueRange } from "./calibrate.ts";
import type { RealExpression } from "./RealExpression.ts";

/**
 * The calibration samples on their way through an integer graph: the real value of every lane in every sample, as
 * doubles. They say how large values usually are, which decides scales and never bounds.
 */
export class Trace {
  readonly #graph: IntegerGraph;
  readonly #scaleOf: (lane: Lane) => number;
  /** By sample, then by lane. */
  #values: number[][] = [];

  constructor(graph: IntegerGraph, scaleOf: (lane: Lane) => number) {
    this.#graph = graph;
    this.#scaleOf = scaleOf;
  }

  /** Starts from the integers of the input lanes, a list for each sample. */
  begin(lanes: readonly Lane[], samples: readonly (readonly bigint[])[]): void {
    this.#values = samples.map((sample) =>
      lanes.map((lane, i) => Number(sample[i]!) * 2 ** -this.#scaleOf(lane)),
    );
  }

  /** Evaluates the operation that the graph took last. The scales of its lanes must be known. */
  followLastOperation(): void {
    const op = this.#graph.ops.at(-1)!;
    if (op.kind === "input") return;
    const size = this.#graph.laneCount - op.first;
    if (op.kind === "affine") {
      for (const [i, row] of op.rows.entries()) this.#followRow(row, op.first + i);
      return;
    }
    for (const values of this.#values) {
      const integers = runOp(op, (lane) => BigInt(Math.round(values[lane]! * 2 ** this.#scaleOf(lane))));
      for (let i = 0; i < size; i++) {
        values.push(Number(integers[i]!) * 2 ** -this.#scaleOf(op.first + i));
      }
    }
  }

  #followRow({ lanes, weights, bias }: AffineRow, lane: Lane): void {
    const scale = this.#scaleOf(lane);
    // A lane's integer is its value times 2^scale: the weights here apply to values.
    const factors = weights.map((weight, k) => Number(weight) * 2 ** (this.#scaleOf(lanes[k]!) - scale));
    for (const values of this.#values) {
      let sum = Number(bias) * 2 ** -scale;
      for (let k = 0; k < lanes.length; k++) sum += factors[k]! * values[lanes[k]!]!;
      values.push(sum);
    }
  }

  /** Largest absolute value of a lane. */
  magnitude(lane: Lane): number {
    return this.#values.reduce((most, values) => Math.max(most, Math.abs(values[lane]!)), 0);
  }

  /** Least and greatest value of any of `elements`. */
  range(elements: readonly RealExpression[]): ValueRange {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const values of this.#values) {
      for (const { lanes, weights, bias } of elements) {
        let sum = bias;
        for (let i = 0; i < lanes.length; i++) sum += weights[i]! * values[lanes[i]!]!;
        if (sum < min) min = sum;
        if (sum > max) max = sum;
      }
    }
    return { min, max };
  }
}
