import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Constraint } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { evaluateLc } from "../../../circuits/src/builder/linearCombination.ts";
import { FIELD_ORDER, toField } from "../../../circuits/src/field/scalarField.ts";
import { checkDeterminism } from "../../../circuits/src/soundness/checkDeterminism.ts";
import { declaredInputs } from "../../../circuits/src/soundness/givenWires.ts";
import { readConstraints } from "../../../circuits/src/soundness/readConstraints.ts";
import { settle } from "../../../circuits/src/soundness/solutions.ts";
import { forgeries } from "../support/gadgetHarness.ts";
import { type CircomCircuit, compileSpec } from "./circom.ts";
import { type BareGadget, bareGadget, SPEC_CASES, type SpecCase } from "./specCases.ts";

/** Wires from here on belong to the gadget; those before are the constant and the public signals. */
const FIRST_WIRE = 4;

/** Forged witnesses tried beside each honest one: fewer where each costs a whole hash. */
const forgeryLimit = (wires: readonly bigint[]) => (wires.length > 100 ? 60 : 400);

/** Both sides of a case, fed with one witness: that of the builder's wires. */
class Pair {
  readonly gadget: BareGadget;
  readonly circom: CircomCircuit;
  readonly #spec: SpecCase;
  readonly #constraints: readonly Constraint[];

  constructor(spec: SpecCase) {
    this.#spec = spec;
    this.gadget = bareGadget(spec);
    this.circom = compileSpec(spec.file, spec.template);
    this.#constraints = readConstraints(this.circom.r1cs);
  }

  gadgetAccepts(wires: readonly bigint[]): boolean {
    return findViolation(this.gadget.constraints, wires) === undefined;
  }

  /**
   * Whether the template accepts the same values under its own names. Its other signals are linear in these;
   * returns their values as well, for the outputs to be compared.
   */
  templateAccepts(wires: readonly bigint[]): Map<number, bigint> | undefined {
    const values = new Map<number, bigint>();
    const set = (name: string, value: bigint) => values.set(this.#wire(name), value);
    for (const [i, name] of this.#spec.signals.entries()) set(name, wires[FIRST_WIRE + i]!);
    if (this.#spec.isStatement) {
      for (const [i, name] of ["digest", "challenge", "evaluation"].entries()) set(name, wires[1 + i]!);
    }
    const open = settle(this.#constraints, values);
    if (open === undefined) return undefined;
    expect(open, "constraints over signals without a counterpart").to.deep.equal([]);
    return values;
  }

  expectSameVerdict(wires: readonly bigint[], what: string): boolean {
    const verdict = this.gadgetAccepts(wires);
    expect(this.templateAccepts(wires) !== undefined, `${what}: the template's verdict`).to.equal(verdict);
    return verdict;
  }

  expectHonest(inputs: readonly bigint[]): bigint[] {
    const wires = this.gadget.run(inputs);
    expect(wires.length - FIRST_WIRE, "wires that have a name").to.equal(this.#spec.signals.length);
    expect(this.gadgetAccepts(wires), `the gadget accepts ${inputs}`).to.equal(true);
    const values = this.templateAccepts(wires);
    expect(values, `the template accepts ${inputs}`).to.not.equal(undefined);
    const theirs = this.#spec.outputs.map((name) => values!.get(this.#wire(name)));
    expect(theirs, "outputs").to.deep.equal(this.gadget.outputs.map((lc) => evaluateLc(lc, wires)));
    return wires;
  }

  #wire(name: string): number {
    const wire = this.circom.wires.get(name);
    if (wire === undefined) throw new Error(`${this.#spec.file} has no signal ${name}`);
    return wire;
  }
}

/** Deterministic, so that a failure can be repeated. */
function randomness(seed: bigint): (below: bigint) => bigint {
  let state = seed;
  return (below) => {
    let value = 0n;
    for (let i = 0; i < 5; i++) {
      state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
      value = (value << 56n) | (state >> 8n);
    }
    return value % below;
  };
}

/**
 * Inputs in range: the corners and a few at random. `inputLane` has none that are bare; its lane is its
 * input.
 */
function honestInputs(spec: SpecCase, random: (below: bigint) => bigint): bigint[][] {
  const ranges = spec.ranges.length > 0 ? spec.ranges : [{ bits: 8, minimum: -128n }];
  const corner = (pick: (lo: bigint, hi: bigint, i: number) => bigint) =>
    ranges.map(({ bits, minimum }, i) => pick(minimum, minimum + (1n << BigInt(bits)) - 1n, i));
  return [
    corner((lo) => lo),
    corner((_, hi) => hi),
    corner((lo, hi) => (lo <= 0n && hi >= 0n ? 0n : lo)),
    corner((lo, hi, i) => (i % 2 === 0 ? lo : hi)),
    corner((lo, hi, i) => (i % 2 === 0 ? hi : lo)),
    ...Array.from({ length: 20 }, () => corner((lo, hi) => lo + random(hi - lo + 1n))),
  ];
}

/**
 * Wrong witnesses near an honest one: single wires, pairs that keep a binary sum, several bits, other
 * people's inputs.
 */
function* forge(wires: readonly bigint[], random: (below: bigint) => bigint): Generator<[string, bigint[]]> {
  for (let wire = FIRST_WIRE; wire < wires.length; wire++) {
    for (const value of forgeries(wires[wire]!)) yield [`wire ${wire} = ${value}`, wires.with(wire, value)];
    if (wire + 1 < wires.length) {
      // A bit moved into its neighbour leaves the sum as it was.
      const moved = wires.with(wire, toField(wires[wire]! + 2n));
      yield [`carry at ${wire}`, moved.with(wire + 1, toField(wires[wire + 1]! - 1n))];
    }
  }
  const count = BigInt(wires.length - FIRST_WIRE);
  for (let i = 0; i < 40; i++) {
    const forged = [...wires];
    for (let k = 0n; k <= random(4n); k++) forged[FIRST_WIRE + Number(random(count))] = random(3n);
    yield [`several wires, draw ${i}`, forged];
    const aliased = wires.map((value, wire) => (wire < FIRST_WIRE ? value : random(2n)));
    aliased[FIRST_WIRE] = wires[FIRST_WIRE]!;
    yield [`random bits, draw ${i}`, aliased];
  }
}

/** Keeps about `limit` of the items, evenly. */
function* sample<T>(items: readonly T[], limit: number): Generator<T> {
  const step = Math.max(1, items.length / limit);
  for (let at = 0; at < items.length; at += step) yield items[Math.floor(at)]!;
}

describe("the specification in circom and the builder's gadget", () => {
  for (const spec of SPEC_CASES) {
    describe(spec.name, () => {
      const random = randomness(0x5eedn);
      let pair: Pair;

      before(() => {
        pair = new Pair(spec);
      });

      it("agree on the outputs at the corners of the range and at random", () => {
        for (const inputs of honestInputs(spec, random)) pair.expectHonest(inputs);
      });

      it("give the same verdict on forged witnesses", () => {
        const inputs = honestInputs(spec, random);
        for (const honest of [inputs[0]!, inputs[2]!, inputs.at(-1)!]) {
          const wires = pair.gadget.run(honest);
          for (const [what, forged] of sample([...forge(wires, random)], forgeryLimit(wires))) {
            pair.expectSameVerdict(forged, what);
          }
        }
      });

      it("give the same verdict on inputs out of range, whatever the other wires claim", () => {
        const [low, , zero] = honestInputs(spec, random);
        for (const wires of [pair.gadget.run(low!), pair.gadget.run(zero!)]) {
          for (const [i, { bits, minimum }] of spec.ranges.entries()) {
            if (i > 2) break;
            const span = 1n << BigInt(bits);
            for (const value of [minimum - 1n, minimum + span, minimum + 2n * span, FIELD_ORDER - 1n]) {
              pair.expectSameVerdict(wires.with(FIRST_WIRE + i, toField(value)), `input ${i} = ${value}`);
            }
          }
        }
      });

      it("are both determined by their inputs", () => {
        const { r1cs } = pair.circom;
        const report = checkDeterminism(r1cs, { given: declaredInputs(r1cs) });
        expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
      });
    });
  }
});

describe("docs/soundness.md", () => {
  it("states the constraints of every gadget as they are", () => {
    const page = readFileSync(new URL("../../../docs/soundness.md", import.meta.url), "utf8");
    const rows = page.split("\n").filter((line) => line.includes("](../circuits/spec/"));
    const stated = rows.map((row) => row.split("|").map((cell) => cell.trim()));
    expect(stated.map(([, name, , builder]) => [name, Number(builder)])).to.deep.equal(
      SPEC_CASES.map((spec) => [spec.name, bareGadget(spec).constraints.length]),
    );
  });
});
