import { Field } from "@noble/curves/abstract/modular.js";
import { grainGenConstants } from "@noble/curves/abstract/poseidon.js";
import { FIELD_ORDER } from "../field/scalarField.ts";

/** Full rounds of every width: 4 before and 4 after the partial ones. */
export const FULL_ROUNDS = 8;

/** Partial rounds for widths 2..17 (128-bit security, S-box x^5), as circomlib uses them. */
const PARTIAL_ROUNDS = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];

export const MAX_WIDTH = PARTIAL_ROUNDS.length + 1;

export interface PoseidonParameters {
  readonly width: number;
  readonly partialRounds: number;
  /** One row of `width` constants a round. */
  readonly roundConstants: readonly (readonly bigint[])[];
  readonly mds: readonly (readonly bigint[])[];
}

const cache = new Map<number, PoseidonParameters>();

/**
 * Poseidon over BN254's scalar field for states of `width` elements (2..17). The constants come from the
 * Grain LFSR of the Poseidon paper (https://eprint.iacr.org/2019/458, appendix E) and equal circomlib's.
 */
export function poseidonParameters(width: number): PoseidonParameters {
  const known = cache.get(width);
  if (known) return known;
  const partialRounds = PARTIAL_ROUNDS[width - 2];
  if (partialRounds === undefined) throw new RangeError(`Poseidon width ${width}: use 2 to ${MAX_WIDTH}`);
  const { roundConstants, mds } = grainGenConstants({
    Fp: Field(FIELD_ORDER),
    t: width,
    roundsFull: FULL_ROUNDS,
    roundsPartial: partialRounds,
    sboxPower: 5,
  });
  const parameters = { width, partialRounds, roundConstants, mds };
  cache.set(width, parameters);
  return parameters;
}
