import type { Constraint } from "../builder/CircuitBuilder.ts";
import type { Counterexample } from "./DeterminismReport.ts";
import { visitSolutions } from "./solutions.ts";

/** A system, the wires that are known to be determined (the given ones included) and those in question. */
export interface OpenQuestion {
  readonly constraints: readonly Constraint[];
  readonly wireCount: number;
  readonly given: readonly number[];
  readonly determined: readonly number[];
  readonly open: readonly number[];
}

/** Values tried for wires that nothing confines: enough to differ from whatever a witness has there. */
const CANDIDATES = [0n, 1n, 2n, 5n];

/** Solutions looked at, and branches taken, before a search for more is given up. */
const MAX_SOLUTIONS = 64;

/**
 * Looks for a second assignment beside `witness` that keeps its determined wires and changes an open one.
 * Returns a counterexample for every open wire that it saw change.
 */
export function secondSolutions(
  question: OpenQuestion,
  witness: readonly bigint[],
  maxBranches: number,
): Map<number, Counterexample> {
  const open = new Set(question.open);
  const touched = question.constraints.filter(({ a, b, c }) =>
    [a, b, c].some((lc) => lc.wires.some((wire) => open.has(wire))),
  );
  const fixed = new Map(question.determined.map((wire) => [wire, witness[wire]!] as const));
  const found = new Map<number, Counterexample>();
  let solutions = 0;
  visitSolutions(touched, question.open, { fixed, candidates: CANDIDATES, maxBranches }, (values) => {
    const second = witness.map((value, wire) => values.get(wire) ?? value);
    for (const wire of question.open) {
      if (second[wire] !== witness[wire] && !found.has(wire)) found.set(wire, { first: witness, second });
    }
    return ++solutions < MAX_SOLUTIONS && found.size < question.open.length;
  });
  return found;
}

/** A few satisfying assignments of a small system, from searches that start at different corners. */
export function someSolutions(question: OpenQuestion, maxBranches: number): bigint[][] {
  const wires = allWires(question);
  const corners: ((wire: number) => boolean)[] = [
    () => false,
    () => true,
    (wire) => wire % 2 === 0,
    (wire) => ((wire * 2654435761) >>> 16) % 2 === 0,
  ];
  return corners.flatMap((prefersSecond, i) => {
    const candidates = [...CANDIDATES.slice(i), ...CANDIDATES.slice(0, i)];
    const found: bigint[][] = [];
    visitSolutions(
      question.constraints,
      wires,
      { fixed: new Map(), candidates, maxBranches, prefersSecond },
      (values) => {
        found.push(toWitness(values, question.wireCount));
        return false;
      },
    );
    return found;
  });
}

/**
 * What listing every assignment shows: whether it came to an end, and a counterexample for each wire that is
 * free.
 */
export interface Exhaustion {
  readonly isComplete: boolean;
  readonly counterexamples: ReadonlyMap<number, Counterexample>;
}

/**
 * Lists all satisfying assignments, where that ends within `maxBranches`, and compares those that agree on
 * the given wires.
 */
export function exhaust(question: OpenQuestion, maxBranches: number): Exhaustion {
  const firsts = new Map<string, readonly bigint[]>();
  const counterexamples = new Map<number, Counterexample>();
  // A given wire that nothing reads may have any value without changing the rest.
  const isRead = new Set(
    question.constraints.flatMap(({ a, b, c }) => [a, b, c].flatMap(({ wires }) => wires)),
  );
  const unread = question.given.filter((wire) => !isRead.has(wire));
  const search = {
    fixed: new Map(unread.map((wire) => [wire, 0n] as const)),
    candidates: CANDIDATES,
    maxBranches,
  };
  const { isComplete } = visitSolutions(question.constraints, allWires(question), search, (values) => {
    const second = toWitness(values, question.wireCount);
    const key = question.given.map((wire) => second[wire]!).join();
    const first = firsts.get(key);
    if (!first) firsts.set(key, second);
    else {
      for (const wire of question.open) {
        if (first[wire] !== second[wire] && !counterexamples.has(wire)) {
          counterexamples.set(wire, { first, second });
        }
      }
    }
    return counterexamples.size < question.open.length;
  });
  return { isComplete, counterexamples };
}

function allWires({ wireCount }: OpenQuestion): number[] {
  return Array.from({ length: wireCount - 1 }, (_, i) => i + 1);
}

function toWitness(values: ReadonlyMap<number, bigint>, wireCount: number): bigint[] {
  return Array.from({ length: wireCount }, (_, wire) => (wire === 0 ? 1n : values.get(wire)!));
}
