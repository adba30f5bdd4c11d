import type { LinearCombination } from "../builder/linearCombination.ts";
import { FIELD_ORDER, inverse, toCentered } from "../field/scalarField.ts";
import type { Deduction, Propagation } from "./Propagation.ts";
import type { Ranges } from "./Ranges.ts";
import { equationOf } from "./twoValued.ts";

/** Boolean wires of which at most one, or (where `isExact`) exactly one, is 1. */
interface Selector {
  readonly wires: readonly number[];
  readonly isExact: boolean;
  readonly constraints: readonly number[];
}

interface Interval {
  readonly lo: bigint;
  readonly hi: bigint;
}

/**
 * The interval that a determined form must lie in for each choice of the selector; the last is the choice of
 * none.
 */
interface Windows {
  readonly intervals: readonly Interval[];
  readonly constraints: readonly number[];
}

/** More choices than this are not looked at: a selector has one wire a choice. */
const MAX_CHOICES = 4096;

/**
 * Bins. Each choice of a one-hot selector leaves a determined form an interval (x - lower(choice) and
 * upper(choice) - x are held to ranges); where the intervals of all choices are disjoint, the form's value
 * admits one choice only.
 */
export function oneHots(system: Propagation, ranges: Ranges): Deduction[] {
  return selectors(system).flatMap((selector): Deduction[] => {
    for (const windows of windowsOf(system, ranges, selector)) {
      if (!areDisjoint(windows, selector.isExact)) continue;
      const constraints = [...new Set([...selector.constraints, ...windows.constraints])];
      return [{ wires: selector.wires, rule: "one-hot", constraints }];
    }
    return [];
  });
}

/** Sums of unknown boolean wires that are 1, or that are 0 or 1. */
function selectors(system: Propagation): Selector[] {
  return system.constraints.flatMap(({ a, b, c }, index): Selector[] => {
    const twoValued = system.twoValuedForms[index];
    const form = twoValued?.form ?? equationOf({ a, b, c });
    if (!form || form.wires.length < 2 || form.wires.length > MAX_CHOICES) return [];
    const scale = inverse(form.coefs[0]!);
    if (form.coefs.some((coef) => coef !== form.coefs[0]) || !form.wires.every((w) => !system.isKnown(w)))
      return [];
    const booleans = form.wires.map((wire) => system.booleanConstraint(wire));
    if (booleans.includes(undefined)) return [];
    const constraints = [index, ...(booleans as number[])];
    // The sum of the wires is -constant, or for a two-valued form that or gap more.
    const base = toCentered(-form.constant * scale);
    if (!twoValued) return base === 1n ? [{ wires: form.wires, isExact: true, constraints }] : [];
    const other = toCentered(base + twoValued.gap * scale);
    const isAtMostOne = (base === 0n && other === 1n) || (base === 1n && other === 0n);
    return isAtMostOne ? [{ wires: form.wires, isExact: false, constraints }] : [];
  });
}

/** For each determined form that ranges confine by the choice: its interval under every choice. */
function windowsOf(system: Propagation, ranges: Ranges, { wires }: Selector): Windows[] {
  const choices = new Map(wires.map((wire, choice) => [wire, choice] as const));
  const readers = new Set(wires.flatMap((wire) => system.constraintsOf(wire)));
  const found = new Map<string, Windows>();
  for (const index of readers) {
    const fact = ranges.keeping(index, choices);
    const split = fact && splitByChoice(system, fact.form, choices);
    if (!fact || !split) continue;
    const intervals = Array.from({ length: wires.length + 1 }, (_, choice) => {
      const moved = fact.form.constant + (split.offsets.get(choice) ?? 0n);
      const [lo, hi] = [fact.lo - moved, fact.hi - moved];
      return split.isNegative ? { lo: -hi, hi: -lo } : { lo, hi };
    });
    // Only there does a value have one integer, so that the intervals of two facts can be intersected.
    if (intervals.some(({ lo, hi }) => 2n * lo <= -FIELD_ORDER || 2n * hi >= FIELD_ORDER)) continue;
    const known = found.get(split.key);
    found.set(split.key, {
      intervals: known ? intervals.map((interval, i) => intersect(interval, known.intervals[i]!)) : intervals,
      constraints: [...(known?.constraints ?? []), ...fact.constraints],
    });
  }
  return [...found.values()];
}

function intersect(x: Interval, y: Interval): Interval {
  return { lo: x.lo > y.lo ? x.lo : y.lo, hi: x.hi < y.hi ? x.hi : y.hi };
}

/** A form as a determined part, named up to its sign, and what each choice adds to it. */
function splitByChoice(
  system: Propagation,
  form: LinearCombination,
  choices: ReadonlyMap<number, number>,
): { key: string; isNegative: boolean; offsets: Map<number, bigint> } | undefined {
  const offsets = new Map<number, bigint>();
  const terms: string[] = [];
  let isNegative: boolean | undefined;
  for (const [i, wire] of form.wires.entries()) {
    const choice = choices.get(wire);
    if (choice !== undefined) offsets.set(choice, form.coefs[i]!);
    else if (system.isKnown(wire)) {
      isNegative ??= form.coefs[i]! < 0n;
      terms.push(`${wire}:${isNegative ? -form.coefs[i]! : form.coefs[i]}`);
    } else return undefined;
  }
  return isNegative === undefined ? undefined : { key: terms.join(), isNegative, offsets };
}

/**
 * Whether no integer lies in the intervals of two choices; empty intervals are of choices that cannot be
 * made.
 */
function areDisjoint({ intervals }: Windows, isExact: boolean): boolean {
  const possible = intervals.slice(0, isExact ? -1 : undefined).filter(({ lo, hi }) => lo <= hi);
  possible.sort((x, y) => (x.lo < y.lo ? -1 : x.lo > y.lo ? 1 : 0));
  return possible.every(({ lo }, i) => i === 0 || lo > possible[i - 1]!.hi);
}
