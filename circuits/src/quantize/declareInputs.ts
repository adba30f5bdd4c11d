import { QuantizationError } from "../errors.ts";
import type { InputRange } from "../integer/IntegerOp.ts";
import type { ValueRange } from "./calibrate.ts";

/** The integer lanes of a model's input: real value of lane i = integer / 2^scales[i]. */
export interface InputLanes {
  /** One range of integers an element. */
  readonly ranges: readonly InputRange[];
  /** One scale an element. */
  readonly scales: readonly number[];
}

export interface InputDeclaration {
  /** Bits of every lane, sign included. Default 16. */
  readonly bits?: number;
  /** Real range of each element; or one range for all. */
  readonly ranges: readonly ValueRange[] | ValueRange;
}

const MAX_INPUT_BITS = 32;

/**
 * Chooses the lanes that hold every declared range: those of floats as finely as `bits` allow, all of one width; those of
 * integers as they are and as narrow as the range. Unsigned where no float's range (for an integer, its own) reaches
 * below 0.
 * @throws QuantizationError for a range that is empty, not finite or too wide, or a width that is not 1 to 32 bits.
 */
export function declareInputs(
  count: number,
  { bits = 16, ranges }: InputDeclaration,
  isInteger: readonly boolean[] = [],
): InputLanes {
  if (!Number.isInteger(bits) || bits < 1 || bits > MAX_INPUT_BITS) {
    throw new QuantizationError(`inputs of ${bits} bits: use 1 to ${MAX_INPUT_BITS}`);
  }
  const each = Array.isArray(ranges)
    ? (ranges as ValueRange[])
    : new Array<ValueRange>(count).fill(ranges as ValueRange);
  if (each.length !== count) {
    throw new QuantizationError(`${each.length} input ranges were given for ${count} input values`);
  }
  for (const [i, { min, max }] of each.entries()) {
    if (!Number.isFinite(min) || !Number.isFinite(max) || min > max) {
      throw new QuantizationError(`input range [${min}, ${max}] at index ${i} is empty or not finite`);
    }
  }
  const isSigned = each.some(({ min }, i) => min < 0 && !isInteger[i]);
  const most = 2 ** (bits - (isSigned ? 1 : 0)) - 1;
  const minimum = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
  return {
    ranges: each.map((range, i) => (isInteger[i] ? wholeRange(range, i) : { bits, minimum })),
    scales: each.map((range, i) => (isInteger[i] ? 0 : finestScale(range, most, isSigned))),
  };
}

/** The narrowest range of a power-of-two size that holds the integers of [min, max]. */
function wholeRange({ min, max }: ValueRange, index: number): InputRange {
  const magnitude = Math.max(Math.ceil(max), -Math.floor(min) - 1, 1);
  const bits = magnitude.toString(2).length;
  if (bits > MAX_INPUT_BITS) {
    throw new QuantizationError(
      `input range [${min}, ${max}] at index ${index} takes ${bits} bits: declare one of at most ${MAX_INPUT_BITS}`,
    );
  }
  return min < 0 ? { bits: bits + 1, minimum: -(1n << BigInt(bits)) } : { bits, minimum: 0n };
}

/** The largest scale at which [min, max] rounds into [-(most + 1), most]. */
function finestScale({ min, max }: ValueRange, most: number, isSigned: boolean): number {
  const magnitude = Math.max(max, isSigned ? -min : 0);
  if (magnitude === 0) return 0;
  let scale = Math.floor(Math.log2((most + 1) / magnitude)) + 1;
  const fits = (s: number): boolean =>
    Math.round(max * 2 ** s) <= most && Math.round(min * 2 ** s) >= -(most + 1);
  while (!fits(scale)) scale--;
  return scale;
}
