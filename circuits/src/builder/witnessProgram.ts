import type { LinearCombination } from "./linearCombination.ts";

/**
 * One step that computes wires from earlier ones. Steps only say how an honest prover finds the values; that
 * no other values are accepted is the constraints' affair.
 */
export type WitnessStep =
  /** out = a * b */
  | {
      readonly op: "product";
      readonly a: LinearCombination;
      readonly b: LinearCombination;
      readonly out: number;
    }
  /** out = source */
  | { readonly op: "assign"; readonly source: LinearCombination; readonly out: number }
  /** wires first, first + 1, ... = bits drop, drop + 1, ..., width - 1 of source, which must be below 2^width */
  | {
      readonly op: "bits";
      readonly source: LinearCombination;
      readonly width: number;
      readonly drop: number;
      readonly first: number;
    }
  /** out = 1 / source, or 0 when source is 0 */
  | { readonly op: "inverse"; readonly source: LinearCombination; readonly out: number }
  /** out = floor(numerator / denominator), both as non-negative integers below r; 0 when the denominator is 0 */
  | {
      readonly op: "quotient";
      readonly numerator: LinearCombination;
      readonly denominator: LinearCombination;
      readonly out: number;
    }
  /** out = floor(sqrt(source)), source as a non-negative integer below r */
  | { readonly op: "squareRoot"; readonly source: LinearCombination; readonly out: number }
  /**
   * wires first, first + 1, ... = 1 for the number of bounds that are at most source, else 0; the place after the last
   * bound has no wire. Source is taken as the integer of least magnitude.
   */
  | {
      readonly op: "bin";
      readonly source: LinearCombination;
      readonly bounds: readonly bigint[];
      readonly first: number;
    }
  /** everything that the statement's digest depends on is known: the challenge can be drawn */
  | { readonly op: "challenge" };

/** Where an input lane enters: the wire takes `integer - minimum`, which must lie in [0, 2^bits). */
export interface InputLane {
  readonly wire: number;
  readonly minimum: bigint;
  readonly bits: number;
}

/** A circuit's witness generator: plain integer steps, no generated code. */
export interface WitnessProgram {
  readonly wireCount: number;
  readonly lanes: readonly InputLane[];
  /** Wire of the salt of a committed input; absent when the input is public. */
  readonly saltWire?: number;
  readonly contextWire: number;
  /** The statement's vector v = (context, inputs..., outputs...) as linear combinations of wires. */
  readonly statement: readonly LinearCombination[];
  /** The model's output integers, in the order of the output tensor. */
  readonly outputs: readonly LinearCombination[];
  readonly steps: readonly WitnessStep[];
}

/** Public wires of every circuit: wire 0 is the constant 1. */
export const DIGEST_WIRE = 1;
export const CHALLENGE_WIRE = 2;
export const EVALUATION_WIRE = 3;
