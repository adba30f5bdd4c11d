import type { R1cs } from "@opg/groth16";
import type { Constraint } from "../builder/CircuitBuilder.ts";
import type {
  Counterexample,
  DeterminedWire,
  DeterminismReport,
  DeterminismRule,
} from "./DeterminismReport.ts";
import { exhaust, type OpenQuestion, secondSolutions, someSolutions } from "./freedom.ts";
import { Propagation } from "./Propagation.ts";
import { readConstraints } from "./readConstraints.ts";

export interface DeterminismOptions {
  /** The wires that a statement fixes: inputs, context, salt, challenge. */
  readonly given: Iterable<number>;
  /** Satisfying assignments beside which a second one is looked for; small systems make their own. */
  readonly witnesses?: readonly (readonly bigint[])[];
  /** Branches that each search may take. Default 20,000. */
  readonly maxBranches?: number;
}

/** Systems up to this size are searched without a witness, and listed whole if need be. */
const SMALL_SYSTEM = 600;

/** {@link checkConstraints} for an `.r1cs` file. */
export function checkDeterminism(r1cs: R1cs, options: DeterminismOptions): DeterminismReport {
  return checkConstraints(readConstraints(r1cs), r1cs.nVars, options);
}

/**
 * Decides for every wire whether the given wires leave it one value: proved determined by a rule, refuted by
 * two satisfying assignments, or undecided. Proofs hold for all values of the given wires; a wire is never
 * called determined by sampling.
 */
export function checkConstraints(
  constraints: readonly Constraint[],
  wireCount: number,
  { given, witnesses = [], maxBranches = 20_000 }: DeterminismOptions,
): DeterminismReport {
  const propagation = new Propagation(constraints, wireCount, given);
  propagation.run();
  const proofs = new Map(propagation.proofs);
  const givenWires = [...new Set(given)].sort((x, y) => x - y);
  const question: OpenQuestion = {
    constraints,
    wireCount,
    given: givenWires,
    determined: [...givenWires, ...proofs.keys()],
    open: Array.from({ length: wireCount }, (_, wire) => wire).filter((wire) => !propagation.isKnown(wire)),
  };
  const free = question.open.length > 0 ? refute(question, witnesses, maxBranches, proofs) : new Map();
  const undecided = question.open.filter((wire) => !free.has(wire) && !proofs.has(wire));
  const determined = [...proofs.values()].sort((x, y) => x.wire - y.wire);
  return {
    wireCount,
    constraintCount: constraints.length,
    given: givenWires,
    determined,
    undetermined: [...free].map(([wire, counterexample]) => ({ wire, counterexample })),
    undecided,
    rules: countRules(determined),
  };
}

/** Counterexamples for open wires; wires that a complete listing proves determined are added to `proofs`. */
function refute(
  question: OpenQuestion,
  witnesses: readonly (readonly bigint[])[],
  maxBranches: number,
  proofs: Map<number, DeterminedWire>,
): Map<number, Counterexample> {
  const isSmall = question.constraints.length <= SMALL_SYSTEM;
  const starts = witnesses.length > 0 || !isSmall ? witnesses : someSolutions(question, maxBranches);
  const free = new Map<number, Counterexample>();
  const rest = () => question.open.filter((wire) => !free.has(wire));
  for (const witness of starts) {
    if (rest().length === 0) break;
    for (const [wire, counterexample] of secondSolutions(question, witness, maxBranches)) {
      if (!free.has(wire)) free.set(wire, counterexample);
    }
  }
  if (rest().length === 0 || !isSmall) return free;
  const { isComplete, counterexamples } = exhaust({ ...question, open: rest() }, maxBranches);
  for (const [wire, counterexample] of counterexamples) free.set(wire, counterexample);
  if (isComplete) {
    for (const wire of rest()) proofs.set(wire, { wire, rule: "exhaustion", constraints: [] });
  }
  return free;
}

function countRules(determined: readonly DeterminedWire[]): Record<DeterminismRule, number> {
  const rules = {
    product: 0,
    linear: 0,
    binary: 0,
    "zero-split": 0,
    division: 0,
    "square-root": 0,
    "one-hot": 0,
    exhaustion: 0,
  };
  for (const { rule } of determined) rules[rule]++;
  return rules;
}
