import { GadgetError } from "../errors.ts";
import { FIELD_ORDER } from "../field/scalarField.ts";
import { constantLc, type LinearCombination } from "./linearCombination.ts";

/**
 * An integer in a circuit: under every satisfying assignment `lc` equals, modulo r, an integer in [lo, hi].
 * Bounds stay far inside (-r/2, r/2), so that integer is unique and nothing wraps around the field.
 */
export interface Signal {
  readonly lc: LinearCombination;
  readonly lo: bigint;
  readonly hi: bigint;
}

/** Widest magnitude a signal may have: 2^250 leaves room for an offset below r/2. */
export const MAX_MAGNITUDE = 1n << 250n;

/** Builds a signal; throws {@link GadgetError} when the bounds are empty or could wrap around the field. */
export function signal(lc: LinearCombination, lo: bigint, hi: bigint): Signal {
  if (lo > hi) throw new GadgetError(`empty range [${lo}, ${hi}]`);
  if (lo < -MAX_MAGNITUDE || hi > MAX_MAGNITUDE) {
    throw new GadgetError(`range [${lo}, ${hi}] can wrap around the field: rescale before this operation`);
  }
  return lo === hi ? { lc: constantLc(lo), lo, hi } : { lc, lo, hi };
}

/** Bits needed for the integers 0..span, at least 1. */
export function bitsFor(span: bigint): number {
  if (span < 0n || span >= FIELD_ORDER) throw new GadgetError(`span ${span} is not a field-sized range`);
  return span === 0n ? 1 : span.toString(2).length;
}
