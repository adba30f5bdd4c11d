import { expect } from "chai";
import { CircuitBuilder } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import {
  addConstant,
  combine,
  constantLc,
  type LinearCombination,
  wireLc,
} from "../../../circuits/src/builder/linearCombination.ts";
import { toR1cs } from "../../../circuits/src/builder/toR1cs.ts";
import { FIELD_ORDER } from "../../../circuits/src/field/scalarField.ts";
import { decompose } from "../../../circuits/src/gadgets/decompose.ts";
import { checkDeterminism } from "../../../circuits/src/soundness/checkDeterminism.ts";
import type { DeterminismReport } from "../../../circuits/src/soundness/DeterminismReport.ts";
import { readConstraints } from "../../../circuits/src/soundness/readConstraints.ts";
import { GADGETS } from "./gadgetCases.ts";

const PUBLIC = [1, 2, 3];

/** Checks a circuit through its `.r1cs` form, the public wires and `given` being fixed. */
function check(builder: CircuitBuilder, given: readonly number[]): DeterminismReport {
  const report = checkDeterminism(toR1cs(builder.constraints, builder.wireCount), {
    given: [...PUBLIC, ...given],
  });
  for (const { wire, counterexample } of report.undetermined) {
    const { first, second } = counterexample;
    expect(findViolation(builder.constraints, first), "the first assignment satisfies").to.equal(undefined);
    expect(findViolation(builder.constraints, second), "the second assignment satisfies").to.equal(undefined);
    expect(first[wire], `wire ${wire} differs`).to.not.equal(second[wire]);
    for (const at of given) expect(first[at], `given wire ${at} is the same`).to.equal(second[at]);
  }
  return report;
}

const freeWires = (report: DeterminismReport) => report.undetermined.map(({ wire }) => wire).sort();

/** `sum 2^i * bits[i]` over wires. */
function binarySum(bits: readonly number[]): LinearCombination {
  return combine(bits.map((wire, i): [bigint, LinearCombination] => [1n << BigInt(i), wireLc(wire)]));
}

const ONE = constantLc(1n);

describe("the determinism checker proves", () => {
  for (const [name, build] of Object.entries(GADGETS)) {
    it(`${name}: given the inputs, every wire has one value`, () => {
      const circuit = build();
      const wireCount = circuit.run(circuit.program.lanes.map(({ minimum }) => minimum)).wires.length;
      const report = checkDeterminism(toR1cs(circuit.constraints, wireCount), {
        given: [...PUBLIC, ...circuit.given],
      });
      expect(report.undetermined, "free wires").to.deep.equal([]);
      expect(report.undecided, "undecided wires").to.deep.equal([]);
      expect(report.determined.length).to.equal(wireCount - 1 - PUBLIC.length - circuit.given.size);
      expect(report.rules.exhaustion, "by rules alone").to.equal(0);
    });
  }

  it("a split of the greatest width, 253 bits", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    decompose(builder, wireLc(x), 253);
    const report = check(builder, [x]);
    expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
    expect(report.rules.binary).to.equal(252);
  });

  it("a split scaled by a constant, and one whose bits are -1 and 3 instead of 0 and 1", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    const bits = Array.from({ length: 8 }, () => builder.newWire());
    for (const bit of bits) {
      builder.constrain("range", addConstant(wireLc(bit), 1n), addConstant(wireLc(bit), -3n), constantLc(0n));
    }
    builder.constrain("range", combine([[12345678901234567890n, binarySum(bits)]]), ONE, wireLc(x));
    const report = check(builder, [x]);
    expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
    expect(report.rules.binary).to.equal(8);
  });

  it("an inverse that must exist: x * inverse = 1", () => {
    const builder = new CircuitBuilder();
    const [x, inverse] = [builder.newWire(), builder.newWire()];
    builder.constrain("linear", wireLc(x), wireLc(inverse), ONE);
    expect(check(builder, [x]).rules["zero-split"]).to.equal(1);
  });

  it("by listing every assignment where no rule applies: y + z = x for bits with z only where y is", () => {
    const builder = new CircuitBuilder();
    const [x, y, z] = [builder.newWire(), builder.newWire(), builder.newWire()];
    for (const wire of [y, z]) builder.assertBoolean(wireLc(wire));
    builder.constrain(
      "linear",
      combine([
        [1n, wireLc(y)],
        [1n, wireLc(z)],
      ]),
      ONE,
      wireLc(x),
    );
    builder.constrain("linear", wireLc(y), wireLc(z), wireLc(z));
    const report = check(builder, [x]);
    expect(report.undetermined).to.deep.equal([]);
    expect(report.rules.exhaustion).to.equal(2);
  });
});

describe("the determinism checker refutes", () => {
  it("isZero in the usual two constraints: the inverse of 0 is free, its output is not", () => {
    const builder = new CircuitBuilder();
    const [x, inverse, zero] = [builder.newWire(), builder.newWire(), builder.newWire()];
    builder.constrain("select", wireLc(x), wireLc(inverse), combine([[-1n, wireLc(zero)]], 1n));
    builder.constrain("select", wireLc(x), wireLc(zero), constantLc(0n));
    const report = check(builder, [x]);
    expect(freeWires(report)).to.deep.equal([inverse]);
    expect(report.determined.map(({ wire }) => wire)).to.deep.equal([zero]);
  });

  it("Num2Bits(254): the bits of x and of x + r", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    const bits = Array.from({ length: 254 }, () => builder.newWire());
    for (const bit of bits) builder.assertBoolean(wireLc(bit));
    builder.constrain("range", binarySum(bits), ONE, wireLc(x));
    const report = check(builder, [x]);
    const { first, second } = report.undetermined[0]!.counterexample;
    const binaryValue = (wires: readonly bigint[]) =>
      bits.reduce((sum, wire, i) => sum + (wires[wire]! << BigInt(i)), 0n);
    const difference = binaryValue(first) - binaryValue(second);
    expect(difference === FIELD_ORDER || difference === -FIELD_ORDER).to.equal(true);
  });

  it("a split with one bit not held to 0 and 1", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    const bits = Array.from({ length: 4 }, () => builder.newWire());
    for (const bit of bits.slice(1)) builder.assertBoolean(wireLc(bit));
    builder.constrain("range", binarySum(bits), ONE, wireLc(x));
    expect(freeWires(check(builder, [x]))).to.deep.equal(bits);
  });

  it("a division whose remainder has no range check", () => {
    const builder = new CircuitBuilder();
    const [x, remainder] = [builder.newWire(), builder.newWire()];
    const quotient = Array.from({ length: 4 }, () => builder.newWire());
    for (const bit of quotient) builder.assertBoolean(wireLc(bit));
    const sum = combine([
      [8n, binarySum(quotient)],
      [1n, wireLc(remainder)],
    ]);
    builder.constrain("range", sum, ONE, wireLc(x));
    expect(freeWires(check(builder, [x]))).to.deep.equal([remainder, ...quotient]);
  });

  it("a quotient that an assertion watches but no constraint holds", () => {
    const builder = new CircuitBuilder();
    const [x, y, out] = [builder.newWire(), builder.newWire(), builder.newWire()];
    // The published library's dense layer: the prover's program computes `out` from x and y and asserts it.
    builder.step({
      op: "assign",
      source: combine([
        [3n, wireLc(x)],
        [5n, wireLc(y)],
      ]),
      out,
    });
    expect(freeWires(check(builder, [x, y]))).to.deep.equal([out]);
  });

  it("a selection whose bit is not held to 0 and 1 by anything", () => {
    const builder = new CircuitBuilder();
    const [a, b, bit, out] = [builder.newWire(), builder.newWire(), builder.newWire(), builder.newWire()];
    const difference = combine([
      [1n, wireLc(a)],
      [-1n, wireLc(b)],
    ]);
    builder.constrain(
      "select",
      wireLc(bit),
      difference,
      combine([
        [1n, wireLc(out)],
        [-1n, wireLc(b)],
      ]),
    );
    expect(freeWires(check(builder, [a, b]))).to.include.members([bit, out]);
  });

  it("a sign and magnitude: zero has two signs", () => {
    const builder = new CircuitBuilder();
    const [x, sign] = [builder.newWire(), builder.newWire()];
    const magnitude = Array.from({ length: 4 }, () => builder.newWire());
    for (const bit of [sign, ...magnitude]) builder.assertBoolean(wireLc(bit));
    builder.constrain(
      "select",
      addConstant(combine([[2n, wireLc(sign)]]), -1n),
      binarySum(magnitude),
      wireLc(x),
    );
    const free = check(builder, [x]).undetermined.find(({ wire }) => wire === sign)!;
    expect(free.counterexample.first[x]).to.equal(0n);
  });
});

describe("the determinism checker", () => {
  it("leaves undecided what it can neither prove nor refute, instead of guessing", () => {
    const builder = new CircuitBuilder();
    const [x, y] = [builder.newWire(), builder.newWire()];
    // y^3 = x has one root or three; the prover's field decides, no rule does.
    const square = builder.product("linear", wireLc(y), wireLc(y));
    builder.constrain("linear", square, wireLc(y), wireLc(x));
    const report = checkDeterminism(toR1cs(builder.constraints, builder.wireCount), {
      given: [...PUBLIC, x],
      maxBranches: 4,
    });
    expect(report.determined).to.deep.equal([]);
    expect(report.undecided.length + report.undetermined.length).to.equal(2);
  });

  it("looks beside the witnesses it is given in systems too large to search from nothing", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    for (let i = 0; i < 700; i++) builder.product("linear", wireLc(x), addConstant(wireLc(x), BigInt(i)));
    const free = builder.newWire();
    builder.product("linear", wireLc(x), wireLc(free));
    const r1cs = toR1cs(builder.constraints, builder.wireCount);
    const given = [...PUBLIC, x];
    expect(checkDeterminism(r1cs, { given }).undecided).to.deep.equal([free, free + 1]);
    const witness = new Array<bigint>(builder.wireCount).fill(0n).with(0, 1n);
    expect(freeWires(checkDeterminism(r1cs, { given, witnesses: [witness] }))).to.deep.equal([free]);
  });

  it("reads back the constraints that a file holds", () => {
    const builder = new CircuitBuilder();
    decompose(builder, addConstant(wireLc(builder.newWire()), -7n), 5);
    expect(readConstraints(toR1cs(builder.constraints, builder.wireCount))).to.deep.equal(
      builder.constraints,
    );
  });
});
