import { expect } from "chai";
import fc from "fast-check";
import type { Constraint } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import {
  addConstant,
  combine,
  constantLc,
  evaluateLc,
  wireLc,
} from "../../../circuits/src/builder/linearCombination.ts";
import { toField } from "../../../circuits/src/field/scalarField.ts";
import { checkConstraints } from "../../../circuits/src/soundness/checkDeterminism.ts";
import { secondSolutions, someSolutions } from "../../../circuits/src/soundness/freedom.ts";
import { GADGETS } from "./gadgetCases.ts";

/** Wires of the random systems: 1 to 6, each with two values. */
const WIRES = [1, 2, 3, 4, 5, 6];

const coefficient = fc.constantFrom(-4n, -3n, -2n, -1n, 0n, 0n, 0n, 1n, 1n, 2n, 3n, 4n, 8n);
const linear = fc
  .tuple(fc.array(coefficient, { minLength: 6, maxLength: 6 }), fc.constantFrom(-2n, -1n, 0n, 0n, 1n))
  .map(([coefs, constant]) =>
    combine(
      coefs.map((coef, i) => [coef, wireLc(WIRES[i]!)] as const),
      constant,
    ),
  );
const anyConstraint = fc.oneof(
  fc.record({ a: linear, b: linear, c: linear }),
  fc.record({ a: linear, b: fc.constant(constantLc(1n)), c: fc.constant(constantLc(0n)) }),
  linear.map((a) => ({ a, b: addConstant(a, -1n), c: constantLc(0n) })),
);
/** Two values for each wire: usually 0 and 1, sometimes others. */
const values = fc.array(fc.constantFrom([0n, 1n], [0n, 1n], [0n, 1n], [0n, 2n], [-1n, 1n], [3n, 4n]), {
  minLength: 6,
  maxLength: 6,
});

function twoValued(wire: number, [first, second]: readonly bigint[]): Constraint {
  const x = wireLc(wire);
  return { a: addConstant(x, -first!), b: addConstant(x, -second!), c: constantLc(0n) };
}

/**
 * The constraint with its constant moved so that `wires` satisfy it: random systems would have no solution
 * otherwise.
 */
function planted({ a, b, c }: Constraint, wires: readonly bigint[]): Constraint {
  const [x, y, z] = [a, b, c].map((lc) => evaluateLc(lc, wires)) as [bigint, bigint, bigint];
  return { a, b, c: addConstant(c, x * y - z) };
}

/** All satisfying assignments, by trying every combination of the wires' two values. */
function everySolution(constraints: readonly Constraint[], ends: readonly (readonly bigint[])[]): bigint[][] {
  return Array.from({ length: 2 ** WIRES.length }, (_, choice) => assignment(ends, choice)).filter(
    (wires) => findViolation(constraints, wires) === undefined,
  );
}

function assignment(ends: readonly (readonly bigint[])[], choice: number): bigint[] {
  return [1n, ...ends.map((pair, i) => toField(pair[(choice >> i) & 1]!))];
}

describe("what the determinism checker says", () => {
  it("is true of random systems that can be listed: a wire proved is determined, a wire refuted is free", () => {
    const seen = { determined: 0, undetermined: 0 };
    fc.assert(
      fc.property(
        values,
        fc.array(anyConstraint, { minLength: 1, maxLength: 5 }),
        fc.subarray(WIRES),
        fc.nat({ max: 2 ** WIRES.length - 1 }),
        (ends, more, given, choice) => {
          const solution = assignment(ends, choice);
          const constraints = [
            ...WIRES.map((wire, i) => twoValued(wire, ends[i]!)),
            ...more.map((constraint) => planted(constraint, solution)),
          ];
          const solutions = everySolution(constraints, ends);
          const groups = Map.groupBy(solutions, (wires) => given.map((wire) => wires[wire]).join());
          const isFree = (wire: number) =>
            [...groups.values()].some((group) => group.some((wires) => wires[wire] !== group[0]![wire]));
          const report = checkConstraints(constraints, WIRES.length + 1, { given });
          expect(report.undecided, "all can be listed").to.deep.equal([]);
          for (const { wire, rule } of report.determined) {
            expect(isFree(wire), `wire ${wire}, proved by ${rule}, is free`).to.equal(false);
          }
          for (const { wire } of report.undetermined) {
            expect(isFree(wire), `wire ${wire}, refuted, is free`).to.equal(true);
          }
          seen.determined += report.determined.length - report.rules.exhaustion;
          seen.undetermined += report.undetermined.length;
        },
      ),
      { numRuns: 400 },
    );
    expect(seen.determined, "wires proved by rules").to.be.greaterThan(100);
    expect(seen.undetermined, "wires refuted").to.be.greaterThan(100);
  });

  for (const [name, build] of Object.entries(GADGETS)) {
    if (name === "sponge") continue;
    it(`stays true of ${name} when any one of its constraints is taken away`, () => {
      const circuit = build();
      const wireCount = circuit.run(circuit.program.lanes.map(({ minimum }) => minimum)).wires.length;
      const given = [1, 2, 3, ...circuit.given];
      for (const dropped of circuit.constraints.keys()) {
        const constraints = circuit.constraints.toSpliced(dropped, 1);
        const { determined } = checkConstraints(constraints, wireCount, { given, maxBranches: 200 });
        const proved = determined.map(({ wire }) => wire);
        // Looks for a second value of the proved wires with nothing fixed but what is given.
        const question = { constraints, wireCount, given, determined: given, open: proved };
        const wires = Array.from({ length: wireCount }, (_, wire) => wire).filter((w) => !given.includes(w));
        for (const witness of someSolutions(question, 200)) {
          const found = secondSolutions({ ...question, open: wires.slice(1) }, witness, 200);
          for (const wire of proved) {
            expect(found.has(wire), `wire ${wire} without constraint ${dropped}`).to.equal(false);
          }
        }
      }
    });
  }
});
