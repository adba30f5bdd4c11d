import type { Constraint } from "../builder/CircuitBuilder.ts";
import {
  combine,
  constantLc,
  isConstantLc,
  type LinearCombination,
  wireLc,
} from "../builder/linearCombination.ts";
import { inverse, toField } from "../field/scalarField.ts";
import { binarySolutions } from "./binarySolutions.ts";
import { equationOf, twoValuedForm } from "./twoValued.ts";

export interface SolutionSearch {
  /** Values of the wires that are not searched for; wire 0 is 1 without being named. */
  readonly fixed: ReadonlyMap<number, bigint>;
  /** Values tried for a wire that no constraint confines. */
  readonly candidates: readonly bigint[];
  /**
   * Whether a two-valued wire's larger value is tried first: searches that differ here start from different
   * solutions.
   */
  readonly prefersSecond?: (wire: number) => boolean;
  /** Branches to look at before giving up. */
  readonly maxBranches: number;
}

/** `isComplete`: every solution was visited, so that no other exists. */
export interface SearchOutcome {
  readonly isComplete: boolean;
}

/**
 * Visits satisfying assignments of a small constraint system, by solving linear equations and branching over
 * two-valued wires, binary expansions and vanishing products. `visit` gets the value of every wire in `wires`
 * and returns whether to go on. Every assignment visited satisfies all constraints; all of them are visited
 * when the outcome says so.
 */
export function visitSolutions(
  constraints: readonly Constraint[],
  wires: readonly number[],
  search: SolutionSearch,
  visit: (values: ReadonlyMap<number, bigint>) => boolean,
): SearchOutcome {
  let [branches, isComplete, isStopped] = [0, true, false];

  const explore = (system: readonly Constraint[], known: Map<number, bigint>): void => {
    if (isStopped) return;
    if (++branches > search.maxBranches) {
      [isComplete, isStopped] = [false, true];
      return;
    }
    const open = settle(system, known);
    if (!open) return;
    const choice = chooseBranch(open, wires, known, search);
    if (!choice) {
      if (!visit(known)) [isComplete, isStopped] = [false, true];
      return;
    }
    isComplete &&= choice.isComplete;
    for (const { values, replaced } of choice.options) {
      if (isStopped) return;
      const next = replaced ? open.map((constraint) => replaced.get(constraint) ?? constraint) : open;
      explore(next, new Map([...known, ...(values ?? [])]));
    }
  };

  explore(constraints, new Map(search.fixed));
  return { isComplete };
}

/**
 * Solves what linear equations with one unknown solve, into `known`.
 * Returns the constraints that are left, none when all hold, or undefined for a contradiction.
 */
export function settle(system: readonly Constraint[], known: Map<number, bigint>): Constraint[] | undefined {
  let open = system;
  for (;;) {
    const before = known.size;
    const left: Constraint[] = [];
    for (const constraint of open) {
      const [a, b, c] = [constraint.a, constraint.b, constraint.c].map((lc) => substitute(lc, known)) as [
        LinearCombination,
        LinearCombination,
        LinearCombination,
      ];
      const equation = equationOf({ a, b, c });
      if (!equation) left.push({ a, b, c });
      else if (isConstantLc(equation)) {
        if (equation.constant !== 0n) return undefined;
      } else if (equation.wires.length === 1) {
        known.set(equation.wires[0]!, toField(-equation.constant * inverse(equation.coefs[0]!)));
      } else left.push({ a: constantLc(1n), b: equation, c: constantLc(0n) });
    }
    open = left;
    if (known.size === before) return left;
  }
}

function substitute(lc: LinearCombination, known: ReadonlyMap<number, bigint>): LinearCombination {
  if (!lc.wires.some((wire) => known.has(wire))) return lc;
  return combine(
    lc.wires.map((wire, i): [bigint, LinearCombination] => {
      const value = known.get(wire);
      return [lc.coefs[i]!, value === undefined ? wireLc(wire) : constantLc(value)];
    }),
    lc.constant,
  );
}

interface Option {
  readonly values?: Iterable<readonly [number, bigint]>;
  /** Constraints that the option makes simpler. */
  readonly replaced?: ReadonlyMap<Constraint, Constraint>;
}

interface Choice {
  readonly options: Iterable<Option>;
  /** Whether the options leave no solution out. */
  readonly isComplete: boolean;
}

/** What to branch over next; undefined when every wire is known. */
function chooseBranch(
  open: readonly Constraint[],
  wires: readonly number[],
  known: ReadonlyMap<number, bigint>,
  search: SolutionSearch,
): Choice | undefined {
  const domains = twoValuedWires(open);
  const expansion = expansionChoice(open, domains);
  if (expansion) return expansion;
  const wire = wires.find((w) => !known.has(w) && domains.has(w));
  if (wire !== undefined) {
    const [first, second] = domains.get(wire)!;
    const values = search.prefersSecond?.(wire) ? [second, first] : [first, second];
    return { isComplete: true, options: values.map((value) => ({ values: [[wire, value]] })) };
  }
  const product = open.find(({ a, b, c }) => !isConstantLc(a) && !isConstantLc(b) && isZero(c));
  if (product) {
    const options = [product.a, product.b].map((factor) => ({
      replaced: new Map([[product, { a: constantLc(1n), b: factor, c: constantLc(0n) }]]),
    }));
    return { isComplete: true, options };
  }
  const free = wires.find((w) => !known.has(w));
  if (free === undefined) return undefined;
  return {
    isComplete: false,
    options: search.candidates.map((value) => ({ values: [[free, toField(value)]] })),
  };
}

function isZero(lc: LinearCombination): boolean {
  return isConstantLc(lc) && lc.constant === 0n;
}

/** The two values of every wire that a constraint of its own confines to two. */
function twoValuedWires(open: readonly Constraint[]): Map<number, [bigint, bigint]> {
  const domains = new Map<number, [bigint, bigint]>();
  for (const constraint of open) {
    const twoValued = twoValuedForm(constraint);
    if (twoValued?.form.wires.length !== 1) continue;
    const { form, gap } = twoValued;
    const factor = inverse(form.coefs[0]!);
    const at = (value: bigint) => toField((value - form.constant) * factor);
    domains.set(form.wires[0]!, [at(0n), at(gap)]);
  }
  return domains;
}

/** The shortest equation whose unknowns all take two values, with all its solutions as options. */
function expansionChoice(
  open: readonly Constraint[],
  domains: ReadonlyMap<number, [bigint, bigint]>,
): Choice | undefined {
  const equations = open.flatMap((constraint): { form: LinearCombination; gap: bigint }[] => {
    const equation = equationOf(constraint);
    if (equation) return [{ form: equation, gap: 0n }];
    const twoValued = twoValuedForm(constraint);
    return twoValued ? [twoValued] : [];
  });
  const binary = equations
    .filter(({ form }) => form.wires.length > 1 && form.wires.every((wire) => domains.has(wire)))
    .sort((x, y) => x.form.wires.length - y.form.wires.length);
  for (const { form, gap } of binary) {
    const ends = form.wires.map((wire) => domains.get(wire)!);
    const coefs = form.wires.map((_, i) => form.coefs[i]! * (ends[i]![1] - ends[i]![0]));
    const base = form.coefs.reduce((sum, coef, i) => sum + coef * ends[i]![0], form.constant);
    const solutions = binarySolutions(gap === 0n ? coefs : [...coefs, -gap], -base);
    if (!solutions) continue;
    return { isComplete: true, options: optionsOf(solutions, form.wires, ends) };
  }
  return undefined;
}

function* optionsOf(
  solutions: Iterable<readonly number[]>,
  wires: readonly number[],
  ends: readonly (readonly bigint[])[],
): Generator<Option> {
  for (const bits of solutions) {
    yield { values: wires.map((wire, i) => [wire, ends[i]![bits[i]!]!] as const) };
  }
}
