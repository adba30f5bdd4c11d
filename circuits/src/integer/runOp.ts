import { floorDivide } from "./floorDivide.ts";
import type { IntegerOp, Lane } from "./IntegerOp.ts";
import { integerSquareRoot } from "./integerSquareRoot.ts";
import { evaluatePiecewise } from "./PiecewiseTable.ts";
import { roundShift } from "./roundShift.ts";

/** The integers that one operation defines, given those of earlier lanes. */
export function runOp(op: Exclude<IntegerOp, { kind: "input" }>, at: (lane: Lane) => bigint): bigint[] {
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
    case "relu": {
      const limit = op.limitBits === undefined ? undefined : (1n << BigInt(op.limitBits)) - 1n;
      return op.x.map((lane) => {
        const y = roundShift(at(lane), op.shift);
        return y < 0n ? 0n : limit !== undefined && y > limit ? limit : y;
      });
    }
    case "piecewise":
      return op.x.map((lane) => evaluatePiecewise(op.table, roundShift(at(lane), op.shift)));
    case "bits":
      return op.x.flatMap((lane) =>
        Array.from({ length: op.width }, (_, bit) => (at(lane) >> BigInt(bit)) & 1n),
      );
    case "divide":
      return op.a.map((lane, i) => floorDivide(at(lane), at(op.b[i]!)));
    case "squareRoot":
      return op.x.map((lane) => integerSquareRoot(at(lane)));
    case "isZero":
      return op.x.map((lane) => (at(lane) === 0n ? 1n : 0n));
    case "atLeast":
      return op.a.map((lane, i) => (at(lane) >= at(op.b[i]!) ? 1n : 0n));
    case "thresholds":
      return op.thresholds.map((threshold) => (at(op.x) >= threshold ? 1n : 0n));
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
