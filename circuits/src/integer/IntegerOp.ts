import type { PiecewiseTable } from "./PiecewiseTable.ts";

/** Index of one integer of the graph. Tensors are arrays of lanes, so moving data costs nothing. */
export type Lane = number;

/** An input integer lies in [minimum, minimum + 2^bits). */
export interface InputRange {
  readonly bits: number;
  readonly minimum: bigint;
}

/** `bias + sum weights[i] * lanes[i]` */
export interface AffineRow {
  readonly lanes: readonly Lane[];
  readonly weights: readonly bigint[];
  readonly bias: bigint;
}

/**
 * One operation of the integer graph; it defines the lanes first, first + 1, ... This is the one definition of
 * the project's integer semantics: `interpret` runs it, `synthesize` constrains it.
 */
export type IntegerOp = { readonly layer: string; readonly first: Lane } & (
  | { readonly kind: "input"; readonly lanes: readonly InputRange[] }
  | { readonly kind: "affine"; readonly rows: readonly AffineRow[] }
  | { readonly kind: "product"; readonly a: readonly Lane[]; readonly b: readonly Lane[] }
  | { readonly kind: "rescale"; readonly x: readonly Lane[]; readonly shift: number }
  /** max(0, x) rounded by `shift` and, where `limitBits` is given, at most 2^limitBits - 1 */
  | {
      readonly kind: "relu";
      readonly x: readonly Lane[];
      readonly shift: number;
      readonly limitBits?: number | undefined;
    }
  /** the table's value at x rounded by `shift` */
  | {
      readonly kind: "piecewise";
      readonly x: readonly Lane[];
      readonly shift: number;
      readonly table: PiecewiseTable;
    }
  /** bits 0 .. width - 1 of each x in turn, for x in [0, 2^width) */
  | { readonly kind: "bits"; readonly x: readonly Lane[]; readonly width: number }
  /** floor(a / b), for b > 0 */
  | { readonly kind: "divide"; readonly a: readonly Lane[]; readonly b: readonly Lane[] }
  /** floor(sqrt(x)), for x >= 0 */
  | { readonly kind: "squareRoot"; readonly x: readonly Lane[] }
  /** 1 where x is 0, else 0 */
  | { readonly kind: "isZero"; readonly x: readonly Lane[] }
  /** 1 where a >= b, else 0 */
  | { readonly kind: "atLeast"; readonly a: readonly Lane[]; readonly b: readonly Lane[] }
  /** for each threshold in turn 1 where x >= it, else 0; thresholds ascend strictly */
  | { readonly kind: "thresholds"; readonly x: Lane; readonly thresholds: readonly bigint[] }
  /** condition ? a : b, for conditions in {0, 1} */
  | {
      readonly kind: "select";
      readonly condition: readonly Lane[];
      readonly a: readonly Lane[];
      readonly b: readonly Lane[];
    }
  | { readonly kind: "maximum"; readonly groups: readonly (readonly Lane[])[] }
  | { readonly kind: "argmax"; readonly groups: readonly (readonly Lane[])[]; readonly tie: "first" | "last" }
);
