import { combine, type LinearCombination, wireLc } from "../builder/linearCombination.ts";
import { inverse, toCentered } from "../field/scalarField.ts";
import type { Propagation } from "./Propagation.ts";

/** Bounds are only used this far, so that sums of two stay unique modulo r. */
const MAX_BOUND = 1n << 252n;

/** Under every satisfying assignment `form` equals, modulo r, an integer in [lo, hi]. */
export interface RangeFact {
  readonly form: LinearCombination;
  readonly lo: bigint;
  readonly hi: bigint;
  /** The constraints that say so. */
  readonly constraints: readonly number[];
}

/**
 * What splits into bits say about integers: from `x - sum 2^i b_i` in {0, 1} and boolean b_i follows x in [0, 2^n).
 * Only the facts about unknown wires are kept, by each such wire.
 */
export class Ranges {
  readonly facts: readonly RangeFact[];
  readonly #byUnknown = new Map<number, RangeFact[]>();
  readonly #system: Propagation;

  constructor(system: Propagation) {
    this.#system = system;
    this.facts = system.twoValuedForms.flatMap((_, index) => {
      const fact = this.#factOf(index);
      return fact ? [fact] : [];
    });
    for (const fact of this.facts) {
      for (const wire of this.unknownsOf(fact.form)) {
        const known = this.#byUnknown.get(wire);
        if (known) known.push(fact);
        else this.#byUnknown.set(wire, [fact]);
      }
    }
  }

  /** Facts in which `wire` is unknown. */
  about(wire: number): readonly RangeFact[] {
    return this.#byUnknown.get(wire) ?? [];
  }

  /** Facts whose only unknown is `wire`. */
  aboutOnly(wire: number): RangeFact[] {
    return this.about(wire).filter(({ form }) => this.unknownsOf(form).length === 1);
  }

  /** The shortest range that a fact gives for the wire itself. */
  ofWire(wire: number): RangeFact | undefined {
    return this.aboutOnly(wire)
      .filter(({ form }) => form.wires.length === 1 && form.coefs[0] === 1n && form.constant === 0n)
      .reduce<RangeFact | undefined>((best, fact) => {
        return best && best.hi - best.lo <= fact.hi - fact.lo ? best : fact;
      }, undefined);
  }

  unknownsOf(form: LinearCombination): number[] {
    return form.wires.filter((wire) => !this.#system.isKnown(wire));
  }

  /** What constraint `index` says with the wires in `kept` left in the form, though they are bits. */
  keeping(index: number, kept: ReadonlyMap<number, unknown>): RangeFact | undefined {
    const twoValued = this.#system.twoValuedForms[index];
    if (!twoValued || twoValued.gap === 0n) return undefined;
    return this.#rangeOf(index, twoValued.form, inverse(twoValued.gap), kept);
  }

  #factOf(index: number): RangeFact | undefined {
    const twoValued = this.#system.twoValuedForms[index];
    if (!twoValued || twoValued.gap === 0n) return undefined;
    if (this.#system.isKnownLc(twoValued.form)) return undefined;
    if (twoValued.form.wires.length === 1) {
      const wire = twoValued.form.wires[0]!;
      if (this.#system.booleanConstraint(wire) !== index) return undefined;
      return { form: wireLc(wire), lo: 0n, hi: 1n, constraints: [index] };
    }
    return this.#rangeOf(index, twoValued.form, inverse(twoValued.gap));
  }

  /** `factor * form` is 0 or 1; its unknown bits are moved to the other side, where they span a range. */
  #rangeOf(
    index: number,
    form: LinearCombination,
    factor: bigint,
    kept?: ReadonlyMap<number, unknown>,
  ): RangeFact | undefined {
    let [lo, hi] = [0n, 1n];
    const constraints = [index];
    const rest: [bigint, LinearCombination][] = [];
    for (const [i, wire] of form.wires.entries()) {
      const coef = toCentered(form.coefs[i]! * factor);
      const constraint =
        this.#system.isKnown(wire) || kept?.has(wire) ? undefined : this.#system.booleanConstraint(wire);
      if (constraint === undefined) rest.push([coef, wireLc(wire)]);
      else {
        if (coef < 0n) hi -= coef;
        else lo -= coef;
        constraints.push(constraint);
      }
    }
    if (rest.length === 0 || lo < -MAX_BOUND || hi > MAX_BOUND) return undefined;
    return { form: combine(rest, toCentered(form.constant * factor)), lo, hi, constraints };
  }
}
