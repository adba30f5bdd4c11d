import type { Constraint } from "../builder/CircuitBuilder.ts";
import {
  combine,
  constantLc,
  isConstantLc,
  type LinearCombination,
  wireLc,
} from "../builder/linearCombination.ts";
import { inverse, toField } from "../field/scalarField.ts";
import type { Propagation } from "./Propagation.ts";
import { linearForm, ratioOf } from "./twoValued.ts";

/** Unknown wires that one split may be about. */
const MAX_UNKNOWNS = 8;

/**
 * The isZero argument. Constraint `index` multiplies a determined value x by unknowns; where x = 0 and where
 * x is not 0, the constraints among those unknowns are solved apart. Returns the wires that both cases
 * determine, if any.
 */
export function zeroSplit(
  system: Propagation,
  index: number,
): { wires: number[]; constraints: number[] } | undefined {
  const { a, b } = system.constraints[index]!;
  const x = system.isKnownLc(a) ? a : b;
  if (isConstantLc(x)) return undefined;
  const unknowns = neighbourhood(system, index);
  if (!unknowns) return undefined;
  const constraints = constraintsAmong(system, unknowns);
  const cases = [true, false].map((isZero) => {
    const branch = new Branch(system, x, isZero);
    branch.run(constraints.map((at) => system.constraints[at]!));
    return branch;
  });
  const wires = unknowns.filter((wire) => cases.every((branch) => branch.determines(wire)));
  return wires.length > 0 ? { wires, constraints } : undefined;
}

/** The constraint's unknowns and, a few at a time, those that other constraints tie to them. */
function neighbourhood(system: Propagation, index: number): number[] | undefined {
  const unknowns = system.unknownsOf(index, MAX_UNKNOWNS);
  if (!unknowns) return undefined;
  const inside = new Set(unknowns);
  for (const wire of inside) {
    for (const at of system.constraintsOf(wire)) {
      const added = system.unknownsOf(at, MAX_UNKNOWNS)?.filter((other) => !inside.has(other));
      if (added?.length === 1 && inside.size < MAX_UNKNOWNS) inside.add(added[0]!);
    }
  }
  return [...inside];
}

/** Constraints that read some of the wires and know all others. */
function constraintsAmong(system: Propagation, wires: readonly number[]): number[] {
  const touching = new Set(wires.flatMap((wire) => system.constraintsOf(wire)));
  return [...touching].filter((at) =>
    system.unknownsOf(at, MAX_UNKNOWNS)?.every((wire) => wires.includes(wire)),
  );
}

/** One case of the split: which unknowns it determines, and those whose value it even fixes to a constant. */
class Branch {
  readonly #system: Propagation;
  readonly #x: LinearCombination;
  readonly #isZero: boolean;
  readonly #determined = new Set<number>();
  readonly #values = new Map<number, bigint>();
  #isImpossible = false;

  constructor(system: Propagation, x: LinearCombination, isZero: boolean) {
    this.#system = system;
    this.#x = x;
    this.#isZero = isZero;
  }

  determines(wire: number): boolean {
    return this.#isImpossible || this.#determined.has(wire);
  }

  run(constraints: readonly Constraint[]): void {
    for (let before = -1; before !== this.#determined.size + this.#values.size; ) {
      before = this.#determined.size + this.#values.size;
      for (const { a, b, c } of constraints) {
        this.#apply(this.#reduce(a), this.#reduce(b), this.#reduce(c));
      }
    }
  }

  #apply(a: LinearCombination, b: LinearCombination, c: LinearCombination): void {
    if (isConstantLc(a)) this.#holdToZero(linearForm(a.constant, b, c));
    else if (isConstantLc(b)) this.#holdToZero(linearForm(b.constant, a, c));
    else if (isConstantLc(c) && c.constant === 0n) {
      if (this.#isNonZero(a)) this.#holdToZero(b);
      else if (this.#isNonZero(b)) this.#holdToZero(a);
    } else if (this.#isKnown(a) && this.#isKnown(b)) this.#holdToKnown(c);
    else if (this.#isNonZero(a) && this.#isKnown(c)) this.#holdToKnown(b);
    else if (this.#isNonZero(b) && this.#isKnown(c)) this.#holdToKnown(a);
  }

  /** Uses `form = 0`. */
  #holdToZero(form: LinearCombination): void {
    if (isConstantLc(form)) this.#isImpossible ||= form.constant !== 0n;
    else if (form.wires.length === 1) {
      const wire = form.wires[0]!;
      if (this.#system.isKnown(wire)) return;
      this.#determined.add(wire);
      this.#values.set(wire, toField(-form.constant * inverse(form.coefs[0]!)));
    } else this.#holdToKnown(form);
  }

  /** Uses that `form` has a determined value. */
  #holdToKnown(form: LinearCombination): void {
    const unknowns = form.wires.filter((wire) => !this.#isKnownWire(wire));
    if (unknowns.length === 1) this.#determined.add(unknowns[0]!);
  }

  #isKnownWire(wire: number): boolean {
    return this.#system.isKnown(wire) || this.#determined.has(wire);
  }

  #isKnown(lc: LinearCombination): boolean {
    return lc.wires.every((wire) => this.#isKnownWire(wire));
  }

  #isNonZero(lc: LinearCombination): boolean {
    if (isConstantLc(lc)) return lc.constant !== 0n;
    return !this.#isZero && this.#restOverX(lc) === 0n;
  }

  /** What `lc` is beyond a multiple of x, when that is a constant. */
  #restOverX(lc: LinearCombination): bigint | undefined {
    const k = ratioOf(lc, this.#x);
    return k === undefined ? undefined : toField(lc.constant - k * this.#x.constant);
  }

  /** `lc` with the fixed wires, and x where it is 0, replaced by their values. */
  #reduce(lc: LinearCombination): LinearCombination {
    const reduced = combine(
      lc.wires.map((wire, i): [bigint, LinearCombination] => {
        const value = this.#values.get(wire);
        return [lc.coefs[i]!, value === undefined ? wireLc(wire) : constantLc(value)];
      }),
      lc.constant,
    );
    const rest = this.#isZero ? this.#restOverX(reduced) : undefined;
    return rest === undefined ? reduced : constantLc(rest);
  }
}
