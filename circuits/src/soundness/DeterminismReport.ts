/**
 * Why a wire has one value only, given the given wires:
 * - `product`: it is the only unknown of c in a * b = c, a and b being determined;
 * - `linear`: it is the only unknown of a linear equation, its coefficient a non-zero constant;
 * - `binary`: it is one of several two-valued unknowns of an equation that has one solution only (binary
 *   expansions);
 * - `zero-split`: it is determined both where a determined value is 0 and where it is not (isZero);
 * - `division`: it is a quotient whose remainder is held below the divisor, or the product of the two;
 * - `square-root`: it is the integer root of a determined value, or the root's square;
 * - `one-hot`: it selects one of several cases that allow disjoint intervals of a determined value (bins of a
 *   tree);
 * - `exhaustion`: every satisfying assignment of the whole system was listed.
 */
export type DeterminismRule =
  | "product"
  | "linear"
  | "binary"
  | "zero-split"
  | "division"
  | "square-root"
  | "one-hot"
  | "exhaustion";

/** A wire that is proved to be determined. */
export interface DeterminedWire {
  readonly wire: number;
  readonly rule: DeterminismRule;
  /** Indices of the constraints that the rule used; none for exhaustion, which uses all. */
  readonly constraints: readonly number[];
}

/** Two satisfying assignments with the same given wires: `first[wire] !== second[wire]` is the freedom. */
export interface Counterexample {
  readonly first: readonly bigint[];
  readonly second: readonly bigint[];
}

export interface UndeterminedWire {
  readonly wire: number;
  readonly counterexample: Counterexample;
}

/** What {@link checkDeterminism} found out about every wire but the constant and the given ones. */
export interface DeterminismReport {
  readonly wireCount: number;
  readonly constraintCount: number;
  readonly given: readonly number[];
  readonly determined: readonly DeterminedWire[];
  readonly undetermined: readonly UndeterminedWire[];
  /** Neither proved nor refuted. */
  readonly undecided: readonly number[];
  /** Wires proved by each rule. */
  readonly rules: Readonly<Record<DeterminismRule, number>>;
}
