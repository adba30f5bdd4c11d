/** Whether a tensor stands in the clear in the statement or behind a commitment. */
export type Visibility = "public" | "committed";

/**
 * How a tensor's integers are written down for a statement: `count` values of `bits` bits, real value =
 * integer / 2^scale. A tensor whose elements have scales of their own gives them in `scales` and their least in `scale`.
 */
export interface TensorSpec {
  readonly count: number;
  readonly bits: number;
  readonly isSigned: boolean;
  readonly scale: number;
  readonly scales?: readonly number[];
  readonly visibility: Visibility;
}

/** Bits of a packed word that lanes may use: every word stays below 2^248 < r. */
export const WORD_BITS = 248;

/** Lanes of `bits` bits in one packed word. */
export function lanesPerWord(bits: number): number {
  return Math.floor(WORD_BITS / bits);
}

/** Packed words that a tensor takes in the clear. */
export function packedWords(spec: Pick<TensorSpec, "count" | "bits">): number {
  return Math.ceil(spec.count / lanesPerWord(spec.bits));
}

/** Smallest integer a lane of this spec can hold; the packing subtracts it. */
export function laneMinimum(spec: Pick<TensorSpec, "bits" | "isSigned">): bigint {
  return spec.isSigned ? -(1n << BigInt(spec.bits - 1)) : 0n;
}

/** Largest integer a lane of this spec can hold. */
export function laneMaximum(spec: Pick<TensorSpec, "bits" | "isSigned">): bigint {
  return laneMinimum(spec) + (1n << BigInt(spec.bits)) - 1n;
}
