import { expect } from "chai";
import { CircuitBuilder } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import {
  addConstant,
  combine,
  constantLc,
  type LinearCombination,
  scaleLc,
  subLc,
  wireLc,
} from "../../../circuits/src/builder/linearCombination.ts";
import { decompose } from "../../../circuits/src/gadgets/decompose.ts";
import { checkConstraints } from "../../../circuits/src/soundness/checkDeterminism.ts";
import type { DeterminismReport } from "../../../circuits/src/soundness/DeterminismReport.ts";

function check(builder: CircuitBuilder, given: readonly number[]): DeterminismReport {
  const report = checkConstraints(builder.constraints, builder.wireCount, { given: [1, 2, 3, ...given] });
  for (const { wire, counterexample } of report.undetermined) {
    for (const wires of [counterexample.first, counterexample.second]) {
      expect(findViolation(builder.constraints, wires)).to.equal(undefined);
    }
    expect(counterexample.first[wire]).to.not.equal(counterexample.second[wire]);
  }
  return report;
}

function expectDetermined(report: DeterminismReport): void {
  expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
  expect(report.rules.exhaustion, "by rules alone").to.equal(0);
}

/** floor(a / divisor) for quotients below 2^4 and divisors up to 2^3; the remainder's checks as asked. */
function division(
  builder: CircuitBuilder,
  a: LinearCombination,
  divisor: LinearCombination,
  checks: readonly ("range" | "below")[],
): number {
  const quotient = builder.newWire();
  decompose(builder, wireLc(quotient), 4);
  const remainder = subLc(a, builder.product("select", wireLc(quotient), divisor));
  if (checks.includes("range")) decompose(builder, remainder, 3);
  if (checks.includes("below")) decompose(builder, addConstant(subLc(divisor, remainder), -1n), 3);
  return quotient;
}

describe("the rule for divisions", () => {
  it("proves a quotient by a determined divisor, its product and all bits", () => {
    const builder = new CircuitBuilder();
    const [a, b] = [builder.newWire(), builder.newWire()];
    division(builder, wireLc(a), wireLc(b), ["range", "below"]);
    const report = check(builder, [a, b]);
    expectDetermined(report);
    expect(report.rules.division).to.equal(2);
  });

  for (const constant of [8n, 7n, 5n, 1n]) {
    it(`proves a quotient by ${constant}`, () => {
      const builder = new CircuitBuilder();
      const a = builder.newWire();
      division(builder, wireLc(a), constantLc(constant), constant === 8n ? ["range"] : ["range", "below"]);
      expectDetermined(check(builder, [a]));
    });
  }

  for (const [checks, freedom] of [
    [["range"], "a remainder of the divisor or more"],
    [["below"], "a negative remainder"],
  ] as const) {
    it(`finds ${freedom} where only one side of the remainder is checked`, () => {
      const builder = new CircuitBuilder();
      const [a, b] = [builder.newWire(), builder.newWire()];
      const quotient = division(builder, wireLc(a), wireLc(b), checks);
      const report = check(builder, [a, b]);
      expect(report.undetermined.map(({ wire }) => wire)).to.include(quotient);
    });
  }

  it("does not prove a quotient that can wrap around the field", () => {
    const builder = new CircuitBuilder();
    const [a, b] = [builder.newWire(), builder.newWire()];
    const quotient = builder.newWire();
    decompose(builder, wireLc(quotient), 200);
    const remainder = subLc(wireLc(a), builder.product("select", wireLc(quotient), wireLc(b)));
    decompose(builder, remainder, 100);
    decompose(builder, addConstant(subLc(wireLc(b), remainder), -1n), 100);
    const report = checkConstraints(builder.constraints, builder.wireCount, {
      given: [1, 2, 3, a, b],
      maxBranches: 10,
    });
    expect(report.determined.map(({ wire }) => wire)).to.not.include(quotient);
  });
});

describe("the rule for square roots", () => {
  function root(builder: CircuitBuilder, x: LinearCombination, upper: boolean): number {
    const y = builder.newWire();
    decompose(builder, wireLc(y), 4);
    const rest = subLc(x, builder.product("select", wireLc(y), wireLc(y)));
    decompose(builder, rest, 5);
    if (upper) decompose(builder, subLc(scaleLc(wireLc(y), 2n), rest), 5);
    return y;
  }

  it("proves the integer root and its square", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    root(builder, wireLc(x), true);
    const report = check(builder, [x]);
    expectDetermined(report);
    expect(report.rules["square-root"]).to.equal(2);
  });

  it("finds smaller roots where the rest is not held below 2y + 1", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    const y = root(builder, wireLc(x), false);
    expect(check(builder, [x]).undetermined.map(({ wire }) => wire)).to.include(y);
  });
});

describe("the rule for one-hot selectors", () => {
  /** One-hot over bins of x in [0, 16), x held at least `lower` of its bin and at most `upper`. */
  function bins(
    builder: CircuitBuilder,
    x: LinearCombination,
    edges: readonly (readonly [lower: bigint, upper: bigint])[],
    isImplied: boolean,
  ): number[] {
    const wires = edges.slice(isImplied ? 1 : 0).map(() => builder.newWire());
    for (const wire of wires) builder.assertBoolean(wireLc(wire));
    const sum = combine(wires.map((wire): [bigint, LinearCombination] => [1n, wireLc(wire)]));
    if (isImplied) builder.assertBoolean(sum);
    else builder.constrain("select", sum, constantLc(1n), constantLc(1n));
    const first = isImplied ? addConstant(scaleLc(sum, -1n), 1n) : undefined;
    const chosen = [...(first ? [first] : []), ...wires.map(wireLc)];
    const edge = (side: 0 | 1) =>
      combine(chosen.map((bit, i): [bigint, LinearCombination] => [edges[i]![side], bit]));
    decompose(builder, subLc(x, edge(0)), 4);
    decompose(builder, subLc(edge(1), x), 4);
    return wires;
  }

  const TILES: readonly (readonly [bigint, bigint])[] = [
    [0n, 2n],
    [3n, 3n],
    [4n, 9n],
    [10n, 15n],
  ];

  for (const isImplied of [false, true]) {
    it(`proves bins that tile a range${isImplied ? ", the first being what the others leave" : ""}`, () => {
      const builder = new CircuitBuilder();
      const x = builder.newWire();
      const wires = bins(builder, wireLc(x), TILES, isImplied);
      const report = check(builder, [x]);
      expectDetermined(report);
      expect(report.rules["one-hot"]).to.equal(wires.length);
    });
  }

  it("finds the value that two overlapping bins share", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    const overlapping = TILES.with(1, [3n, 4n]);
    const wires = bins(builder, wireLc(x), overlapping, false);
    const report = check(builder, [x]);
    expect(report.undetermined.map(({ wire }) => wire)).to.include.members([wires[1], wires[2]]);
    expect(report.undetermined[0]!.counterexample.first[x]).to.equal(4n);
  });
});
