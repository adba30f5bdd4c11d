import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, constantLc, subLc } from "../builder/linearCombination.ts";
import { type Signal, signal } from "../builder/Signal.ts";
import { atLeast } from "./compare.ts";
import { select } from "./select.ts";

/** Which of several equal maxima counts: ONNX' `select_last_index`. */
export type TieRule = "first" | "last";

/**
 * Index of the largest of `values`, from 0. Costs (bits of a difference + 2) constraints for each value but the first.
 *
 * Unique: a running best and its index, each a {@link select} on a determined comparison.
 */
export function argmax(builder: CircuitBuilder, values: readonly Signal[], tie: TieRule): Signal {
  let best = values[0]!;
  let index = signal(constantLc(0n), 0n, 0n);
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    // A later value wins when it is greater, and with "last" also when it is equal.
    const rival =
      tie === "last" ? best : { lc: addConstant(best.lc, 1n), lo: best.lo + 1n, hi: best.hi + 1n };
    const wins = atLeast(builder, value, rival);
    const candidate = signal(constantLc(BigInt(i)), BigInt(i), BigInt(i));
    index = select(builder, wins, candidate, index);
    if (i < values.length - 1) best = select(builder, wins, value, best);
  }
  return index;
}

/**
 * Largest of `values`. Costs (bits of a difference + 1) constraints for each value but the first.
 *
 * Unique: as {@link argmax}.
 */
export function maximum(builder: CircuitBuilder, values: readonly Signal[]): Signal {
  return values.reduce((best, value) => {
    const difference = subLc(value.lc, best.lc);
    if (difference.wires.length === 0) return difference.constant > 0n ? value : best;
    return tightenAbove(select(builder, atLeast(builder, value, best), value, best), value, best);
  });
}

/** The larger of two values is at least the larger of their lower bounds. */
function tightenAbove(chosen: Signal, a: Signal, b: Signal): Signal {
  return signal(chosen.lc, a.lo > b.lo ? a.lo : b.lo, chosen.hi);
}
