import { combine, type LinearCombination, scaleLc, wireLc } from "../builder/linearCombination.ts";
import { inverse, toCentered } from "../field/scalarField.ts";
import type { Propagation } from "./Propagation.ts";
import { equationOf } from "./twoValued.ts";

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
 * What splits into bits say about integers: from `x - sum 2^i b_i` = 0 (or in {0, 1}) and boolean b_i follows
 * x in [0, 2^n). Only the facts about unknown wires are kept, by each such wire.
 */
export class Ranges {
  readonly facts: readonly RangeFact[];
  readonly #byUnknown = new Map<number, RangeFact[]>();
  readonly #system: Propagation;

  constructor(system: Propagation) {
    this.#system = system;
    this.facts = system.constraints.flatMap((_, index) => {
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

  /** A range of the wire itself. */
  ofWire(wire: number): RangeFact | undefined {
    return this.aboutOnly(wire).find(({ form }) => {
      return form.wires.length === 1 && form.coefs[0] === 1n && form.constant === 0n;
    });
  }

  /**
   * The shortest range of the wire plus or minus something determined: it bounds how far two values can lie
   * apart.
   */
  spanOf(wire: number): RangeFact | undefined {
    return this.aboutOnly(wire)
      .filter(({ form }) => form.coefs[form.wires.indexOf(wire)]! ** 2n === 1n)
      .sort((x, y) => (x.hi - x.lo < y.hi - y.lo ? -1 : 1))[0];
  }

  unknownsOf(form: LinearCombination): number[] {
    return form.wires.filter((wire) => !this.#system.isKnown(wire));
  }

  /** What constraint `index` says with the wires in `kept` left in the form, though they are bits. */
  keeping(index: number, kept: ReadonlyMap<number, unknown>): RangeFact | undefined {
    const twoValued = this.#system.twoValuedForms[index];
    if (!twoValued || twoValued.gap === 0n) return undefined;
    return this.#rangeOf(index, twoValued.form, { factor: inverse(twoValued.gap), hi: 1n, kept });
  }

  #factOf(index: number): RangeFact | undefined {
    const twoValued = this.#system.twoValuedForms[index];
    if (!twoValued) {
      const equation = equationOf(this.#system.constraints[index]!);
      if (!equation || this.#system.isKnownLc(equation)) return undefined;
      return this.#rangeOf(index, equation, { factor: 1n, hi: 0n });
    }
    if (twoValued.gap === 0n || this.#system.isKnownLc(twoValued.form)) return undefined;
    if (twoValued.form.wires.length === 1) {
      const wire = twoValued.form.wires[0]!;
      if (this.#system.booleanConstraint(wire) !== index) return undefined;
      return { form: wireLc(wire), lo: 0n, hi: 1n, constraints: [index] };
    }
    return this.#rangeOf(index, twoValued.form, { factor: inverse(twoValued.gap), hi: 1n });
  }

  /** `factor * form` is in [0, hi]; its unknown bits are moved to the other side, where they span a range. */
  #rangeOf(
    index: number,
    form: LinearCombination,
    { factor, kept, ...bounds }: { factor: bigint; hi: bigint; kept?: ReadonlyMap<number, unknown> },
  ): RangeFact | undefined {
    let [lo, hi] = [0n, bounds.hi];
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
    // Without a bit among them an equation is no range.
    if (rest.length === 0 || lo === hi || lo < -MAX_BOUND || hi > MAX_BOUND) return undefined;
    const moved = combine(rest, toCentered(form.constant * factor));
    // An equation has no sign of its own: the rules look for ranges that start at 0.
    if (hi === 0n) return { form: scaleLc(moved, -1n), lo: hi, hi: -lo, constraints };
    return { form: moved, lo, hi, constraints };
  }
}
