import type { Constraint } from "../builder/CircuitBuilder.ts";
import { isConstantLc, type LinearCombination } from "../builder/linearCombination.ts";
import { FIELD_ORDER, inverse, toField } from "../field/scalarField.ts";
import { withoutAliases } from "./aliases.ts";
import type { DeterminedWire, DeterminismRule } from "./DeterminismReport.ts";
import { divisions } from "./divisions.ts";
import { oneHots } from "./oneHots.ts";
import { Ranges } from "./Ranges.ts";
import { squareRoots } from "./squareRoots.ts";
import { hasOnlyZeroSolution, MAX_TERMS } from "./superincreasing.ts";
import { linearForm, type TwoValuedForm, twoValuedForm } from "./twoValued.ts";
import { zeroSplit } from "./zeroSplit.ts";

/** A wire that takes two values only, `low` and `low + gap` modulo r, and the constraint that says so. */
interface TwoValuedWire {
  readonly low: bigint;
  readonly gap: bigint;
  readonly constraint: number;
}

/** Wires that a rule proves determined. */
export interface Deduction {
  readonly wires: readonly number[];
  readonly rule: DeterminismRule;
  readonly constraints: readonly number[];
}

/**
 * Proves wires determined by rules that hold for every value of the given wires, in the style of Ecne and
 * Picus (https://eprint.iacr.org/2023/512). Two satisfying assignments that agree on the given wires are
 * compared: a known wire is one on which they must agree.
 */
export class Propagation {
  readonly proofs = new Map<number, DeterminedWire>();
  readonly constraints: readonly Constraint[];
  /** The two-valued form of each constraint that has one. */
  readonly twoValuedForms: readonly (TwoValuedForm | undefined)[];
  readonly #known: Uint8Array;
  /** Unknown wires of sides a, b, c of each constraint: three numbers a constraint. */
  readonly #unknowns: Int32Array;
  /** Those among them that do not take two values only. */
  readonly #unbounded: Int32Array;
  /** Where each wire occurs: constraint * 3 + side. */
  readonly #places: number[][];
  readonly #twoValuedWires = new Map<number, TwoValuedWire>();
  readonly #queue: number[] = [];
  readonly #isQueued: Uint8Array;

  constructor(constraints: readonly Constraint[], wireCount: number, given: Iterable<number>) {
    this.constraints = constraints;
    this.#known = new Uint8Array(wireCount);
    this.#places = Array.from({ length: wireCount }, () => []);
    this.#unknowns = new Int32Array(constraints.length * 3);
    this.#isQueued = new Uint8Array(constraints.length);
    for (const [index, { a, b, c }] of constraints.entries()) {
      for (const [side, lc] of [a, b, c].entries()) {
        this.#unknowns[index * 3 + side] = lc.wires.length;
        for (const wire of lc.wires) this.#places[wire]!.push(index * 3 + side);
      }
      this.#enqueue(index);
    }
    this.twoValuedForms = constraints.map(twoValuedForm);
    for (const [constraint, twoValued] of this.twoValuedForms.entries()) {
      if (twoValued?.form.wires.length !== 1) continue;
      const factor = inverse(twoValued.form.coefs[0]!);
      const low = toField(-twoValued.form.constant * factor);
      const gap = toField(twoValued.gap * factor);
      this.#twoValuedWires.set(twoValued.form.wires[0]!, { low, gap, constraint });
    }
    this.#unbounded = new Int32Array(constraints.length);
    for (const [wire, places] of this.#places.entries()) {
      if (this.isTwoValued(wire)) continue;
      for (const place of places) this.#unbounded[Math.floor(place / 3)]!++;
    }
    this.#learn(0);
    for (const wire of given) this.#learn(wire);
  }

  isKnown(wire: number): boolean {
    return this.#known[wire] === 1;
  }

  /** Whether every wire of `lc` is known. */
  isKnownLc(lc: LinearCombination): boolean {
    return lc.wires.every((wire) => this.isKnown(wire));
  }

  /** Whether a constraint of its own holds `wire` to two values. */
  isTwoValued(wire: number): boolean {
    return this.#twoValuedWires.has(wire);
  }

  /** The constraint that holds `wire` to 0 and 1, if one does. */
  booleanConstraint(wire: number): number | undefined {
    const found = this.#twoValuedWires.get(wire);
    if (!found) return undefined;
    const { low, gap, constraint } = found;
    const isBoolean = (low === 0n && gap === 1n) || (low === 1n && gap === FIELD_ORDER - 1n);
    return isBoolean ? constraint : undefined;
  }

  /** Constraints that read `wire`, each once. */
  constraintsOf(wire: number): number[] {
    return [...new Set(this.#places[wire]!.map((place) => Math.floor(place / 3)))];
  }

  /** Unknown wires of a constraint, or undefined when there are more than `limit`. */
  unknownsOf(constraint: number, limit: number): number[] | undefined {
    // Cheap, and spares the dense rows: a wire is counted at most once a side.
    if (this.#unknownCount(constraint) > 3 * limit) return undefined;
    const { a, b, c } = this.constraints[constraint]!;
    const found = new Set<number>();
    for (const { wires } of [a, b, c]) {
      for (const wire of wires) {
        if (!this.isKnown(wire)) found.add(wire);
        if (found.size > limit) return undefined;
      }
    }
    return [...found];
  }

  /** Records that `wires` are determined. */
  prove(wires: readonly number[], rule: DeterminismRule, constraints: readonly number[]): void {
    for (const wire of wires) {
      if (this.isKnown(wire)) continue;
      this.proofs.set(wire, { wire, rule, constraints });
      this.#learn(wire);
    }
  }

  /** Applies the rules until none of them proves another wire. */
  run(): void {
    do {
      for (let index = this.#queue.pop(); index !== undefined; index = this.#queue.pop()) {
        this.#isQueued[index] = 0;
        this.#visit(index);
      }
    } while (this.#splitOnce() || this.#proveByRanges());
  }

  #learn(wire: number): void {
    if (this.isKnown(wire)) return;
    this.#known[wire] = 1;
    const isTwoValued = this.isTwoValued(wire);
    for (const place of this.#places[wire]!) {
      const constraint = Math.floor(place / 3);
      this.#unknowns[place]!--;
      if (!isTwoValued) this.#unbounded[constraint]!--;
      this.#enqueue(constraint);
    }
  }

  #enqueue(constraint: number): void {
    if (this.#isQueued[constraint]) return;
    this.#isQueued[constraint] = 1;
    this.#queue.push(constraint);
  }

  #visit(index: number): void {
    const inA = this.#unknowns[index * 3]!;
    const inB = this.#unknowns[index * 3 + 1]!;
    const inC = this.#unknowns[index * 3 + 2]!;
    // Every rule below wants at most one unknown that is not two-valued; it may stand on all three sides.
    if (inA + inB + inC === 0 || this.#unbounded[index]! > 3) return;
    const { a, b, c } = this.constraints[index]!;
    if (inA === 0 && inB === 0) {
      const rule = isConstantLc(a) || isConstantLc(b) ? "linear" : "product";
      this.#solve(index, c, undefined, rule);
    } else if (isConstantLc(a)) {
      if (inB + inC <= 2 * MAX_TERMS) this.#solve(index, linearForm(a.constant, b, c), undefined, "linear");
    } else if (isConstantLc(b)) {
      if (inA + inC <= 2 * MAX_TERMS) this.#solve(index, linearForm(b.constant, a, c), undefined, "linear");
    } else {
      const twoValued = this.twoValuedForms[index];
      if (twoValued) this.#solve(index, twoValued.form, twoValued.gap, "linear");
    }
  }

  /**
   * Rules on `form`, which the constraint holds to a determined value, or (with a gap) to two values `gap`
   * apart.
   */
  #solve(index: number, form: LinearCombination, gap: bigint | undefined, single: DeterminismRule): void {
    const isExact = gap === undefined || gap === 0n;
    const unknowns: number[] = [];
    const coefs: bigint[] = isExact ? [] : [gap];
    const used = [index];
    let unbounded = 0;
    for (const [i, wire] of form.wires.entries()) {
      if (this.isKnown(wire)) continue;
      unknowns.push(wire);
      const twoValued = this.#twoValuedWires.get(wire);
      if (twoValued) {
        coefs.push(form.coefs[i]! * twoValued.gap);
        used.push(twoValued.constraint);
      } else {
        unbounded++;
      }
      if (unbounded > 1 || unknowns.length > MAX_TERMS) return;
    }
    if (isExact && unknowns.length === 1) this.prove(unknowns, single, [index]);
    else if (unknowns.length > 0 && unbounded === 0 && hasOnlyZeroSolution(coefs)) {
      this.prove(unknowns, "binary", used);
    }
  }

  /** Tries the zero split on every constraint that it can apply to; whether one of them proved anything. */
  #splitOnce(): boolean {
    let hasProved = false;
    for (let index = 0; index < this.constraints.length; index++) {
      const [inA, inB] = [this.#unknowns[index * 3]!, this.#unknowns[index * 3 + 1]!];
      if ((inA === 0) === (inB === 0)) continue;
      const proof = zeroSplit(this, index);
      if (!proof) continue;
      this.prove(proof.wires, "zero-split", proof.constraints);
      hasProved = true;
    }
    return hasProved;
  }

  /** Tries the rules about integers in ranges; whether one of them proved anything. */
  #proveByRanges(): boolean {
    if (this.constraints.every((_, index) => this.#unknownCount(index) === 0)) return false;
    const simpler = withoutAliases(this);
    const view = simpler ? new Propagation(simpler, this.#known.length, this.#knownWires()) : this;
    const proofs = rangeDeductions(view);
    for (const { wires, rule, constraints } of proofs) this.prove(wires, rule, constraints);
    return proofs.length > 0;
  }

  #knownWires(): number[] {
    return [...this.#known.keys()].filter((wire) => this.isKnown(wire));
  }

  #unknownCount(index: number): number {
    return this.#unknowns[index * 3]! + this.#unknowns[index * 3 + 1]! + this.#unknowns[index * 3 + 2]!;
  }
}

function rangeDeductions(system: Propagation): Deduction[] {
  const ranges = new Ranges(system);
  return [...divisions(system, ranges), ...squareRoots(system, ranges), ...oneHots(system, ranges)];
}
