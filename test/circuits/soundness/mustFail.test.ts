import { createProver, devSetup, type Proof, type VerificationKey, verify, writeR1cs } from "@opg/groth16";
import { expect } from "chai";
import { CircuitBuilder } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { calculateWitness, type WitnessInput } from "../../../circuits/src/builder/calculateWitness.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { constantLc, wireLc } from "../../../circuits/src/builder/linearCombination.ts";
import { signal } from "../../../circuits/src/builder/Signal.ts";
import { witnessBytes } from "../../../circuits/src/builder/witnessBytes.ts";
import { FIELD_ORDER, inverse, toField } from "../../../circuits/src/field/scalarField.ts";
import { relu } from "../../../circuits/src/gadgets/relu.ts";
import { rescale } from "../../../circuits/src/gadgets/rescale.ts";
import { signedBits } from "../../../circuits/src/gadgets/signBit.ts";
import { buildCircuit, type Circuit } from "../../../circuits/src/integer/Circuit.ts";
import { IntegerGraph } from "../../../circuits/src/integer/IntegerGraph.ts";
import { interpret } from "../../../circuits/src/integer/interpret.ts";
import { poseidonSponge } from "../../../circuits/src/poseidon/sponge.ts";
import { statementChallenge, statementEvaluation } from "../../../circuits/src/statement/challenge.ts";
import type { Visibility } from "../../../circuits/src/statement/tensorSpec.ts";
import { smallGraph } from "../support/smallGraph.ts";
import { liesAbout, lyingWitness } from "./tampering.ts";

function smallCircuit(inputVisibility: Visibility): Circuit {
  const { graph, outputs } = smallGraph();
  return buildCircuit(graph, outputs, { inputVisibility, inputScales: [0], outputScales: [0] });
}

const drawChallenge = (digest: bigint, values: readonly bigint[]) => statementChallenge(77n, digest, values);

/** Every assignment of 0 and 1 to `count` wires. */
function* everyClaim(count: number): Generator<bigint[]> {
  for (let claim = 0; claim < 1 << count; claim++) {
    yield Array.from({ length: count }, (_, i) => BigInt((claim >> i) & 1));
  }
}

describe("a forger cannot prove", () => {
  it("ReLU(5) = 0 with the bits of 5 + r (a published library accepts it)", () => {
    for (const shift of [0, 1]) {
      const builder = new CircuitBuilder();
      const x = builder.newWire();
      relu(builder, signal(wireLc(x), -64n, 63n), shift);
      const accepted = new Set<bigint>();
      for (const bits of everyClaim(6 + (shift > 0 ? 1 : 0))) {
        for (const out of [0n, 2n, 3n, 5n]) {
          if (findViolation(builder.constraints, [1n, 0n, 0n, 0n, 5n, ...bits, out]) === undefined)
            accepted.add(out);
        }
      }
      expect([...accepted], `shift ${shift}`).to.deep.equal([shift === 0 ? 5n : 3n]);
    }
  });

  it("a wrong quotient of a dense layer (a published library only asserts it)", () => {
    const graph = new IntegerGraph();
    const inputs = graph.input(Array(2).fill({ bits: 4, minimum: -8n }));
    const sums = graph.affine([{ lanes: inputs, weights: [3n, 5n], bias: 1n }]);
    const quotients = graph.rescale(sums, 2);
    const circuit = buildCircuit(graph, quotients, {
      inputVisibility: "public",
      inputScales: [0],
      outputScales: [0],
    });
    const input = { inputs: [7n, -3n], drawChallenge };
    const honest = calculateWitness(circuit.program, input);
    expect(honest.outputs).to.deep.equal([2n]);
    const [split] = circuit.program.steps.filter((step) => step.op === "bits").slice(-1);
    const index = circuit.program.steps.indexOf(split!);
    const claimed = new Set<bigint>();
    for (const bits of everyClaim(split!.width - 1)) {
      const steps = bits.map((bit, i) => ({
        op: "assign" as const,
        source: constantLc(bit),
        out: split!.first + i,
      }));
      const wires = lyingWitness(circuit.program, input, index, { what: "any bits", steps })!;
      if (findViolation(circuit.constraints, wires) === undefined) claimed.add(wires[1]!);
    }
    expect([...claimed], "digests of accepted answers").to.deep.equal([honest.digest]);
  });

  it("two signs of zero: of all claims about the bits of 0 one is accepted, and it says non-negative", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    signedBits(builder, signal(wireLc(x), -64n, 63n));
    const accepted = [...everyClaim(6)].filter(
      (bits) => findViolation(builder.constraints, [1n, 0n, 0n, 0n, 0n, ...bits]) === undefined,
    );
    expect(accepted).to.deep.equal([[0n, 0n, 0n, 0n, 0n, 1n]]);
  });

  it("a value one beyond the bound of a split, whatever bits are claimed for it", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    // Seven bits from -64: the split's range is the interval itself, and both its ends are accepted.
    signedBits(builder, signal(wireLc(x), -64n, 63n));
    const claims = (value: bigint) =>
      [...everyClaim(6)].filter(
        (bits) => findViolation(builder.constraints, [1n, 0n, 0n, 0n, toField(value), ...bits]) === undefined,
      ).length;
    expect([-65n, -64n, 63n, 64n, 64n + FIELD_ORDER / 2n].map(claims)).to.deep.equal([0, 1, 1, 0, 0]);
  });

  it("another rounding: of all claims about the remainder one is accepted", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    rescale(builder, signal(wireLc(x), -20n, 11n), 2);
    for (let value = -20n; value <= 11n; value++) {
      const accepted = [...everyClaim(5)].filter(
        (bits) => findViolation(builder.constraints, [1n, 0n, 0n, 0n, toField(value), ...bits]) === undefined,
      );
      expect(accepted, `claims for ${value}`).to.have.length(1);
    }
  });

  for (const inputVisibility of ["public", "committed"] as const) {
    it(`anything from a tampered hint, with ${inputVisibility} inputs: every step's lies, carried on honestly, break a constraint`, () => {
      const { program, constraints } = smallCircuit(inputVisibility);
      let [told, caught] = [0, 0];
      for (const inputs of [
        [15n, -16n, 3n],
        [0n, 0n, 0n],
      ]) {
        const input: WitnessInput = { inputs, salt: 5n, context: 6n, drawChallenge };
        const { wires } = calculateWitness(program, input);
        const firstHash = program.steps.findIndex(
          (step, i) =>
            step.op === "product" &&
            program.steps.slice(i).every(({ op }) => op === "product" || op === "challenge"),
        );
        for (const [index, step] of program.steps.entries()) {
          // The hash is some 500 products of one kind; every 25th stands for the rest.
          if (index > firstHash && index % 25 !== 0) continue;
          for (const lie of liesAbout(step, wires)) {
            told++;
            const forged = lyingWitness(program, input, index, lie);
            if (!forged) continue;
            caught++;
            expect(findViolation(constraints, forged), `${step.op} ${index}: ${lie.what}`).to.not.equal(
              undefined,
            );
          }
        }
      }
      // Lies after which a later value does not even fit its bits are not worth much as evidence.
      expect(caught / told).to.be.greaterThan(0.8);
    });
  }

  it("other inputs with the same packed word: mass moved between lanes breaks a range check", () => {
    const { program, constraints } = smallCircuit("public");
    const input: WitnessInput = { inputs: [3n, 4n, 5n], drawChallenge };
    const { wires } = calculateWitness(program, input);
    const [first, second] = program.lanes;
    // Lane 0 takes 2^5 more and lane 1 one less: the word, and with it the statement, stays as it was.
    const moved = wires
      .with(first!.wire, wires[first!.wire]! + 32n)
      .with(second!.wire, wires[second!.wire]! - 1n);
    const [statementWord, movedWord] = [wires, moved].map((w) => w[first!.wire]! + (w[second!.wire]! << 5n));
    expect(movedWord).to.equal(statementWord);
    const bits = (lane: number) => program.steps.filter((step) => step.op === "bits")[lane]!;
    for (const claim of everyClaim(4)) {
      const forged = [...moved];
      for (const [i, bit] of claim.entries()) forged[bits(0).first + i] = bit;
      const lane1 = forged[second!.wire]!;
      for (let i = 0; i < 4; i++) forged[bits(1).first + i] = (lane1 >> BigInt(i + 1)) & 1n;
      expect(findViolation(constraints, forged)).to.not.equal(undefined);
    }
  });

  it("a lane above its declared range, in a program that lets it through", () => {
    const { program, constraints } = smallCircuit("committed");
    const lanes = program.lanes.map((lane) => ({ ...lane, bits: 253 }));
    for (const [index, step] of program.steps.entries()) {
      if (step.op !== "bits" || step.source.wires.length !== 1 || step.width !== 5) continue;
      const lane = lanes.findIndex(({ wire }) => wire === step.source.wires[0]);
      if (lane < 0) continue;
      const inputs = [0n, 0n, 0n].with(lane, 16n);
      for (const claim of everyClaim(4)) {
        const steps = claim.map((bit, i) => ({
          op: "assign" as const,
          source: constantLc(bit),
          out: step.first + i,
        }));
        const forged = lyingWitness({ ...program, lanes }, { inputs, drawChallenge }, index, {
          what: "",
          steps,
        });
        if (forged) expect(findViolation(constraints, forged)).to.not.equal(undefined);
      }
    }
  });
});

describe("the statement", () => {
  it("stands on the order: whoever knew the challenge before choosing v could meet the evaluation with another v", () => {
    const challenge = 1234567n;
    const values = [5n, 100n, 7n];
    // Change v[1] at will and let v[0] make up for it: the context is free.
    const forged = [toField(values[0]! - challenge), 101n, 7n];
    expect(statementEvaluation(forged, challenge)).to.equal(statementEvaluation(values, challenge));
    // The hash of the digest and v prevents it: the forger's digest gives another challenge.
    const drawn = [values, forged].map((v) => statementChallenge(1n, poseidonSponge(v), values));
    expect(drawn[0]).to.not.equal(drawn[1]);
    expect(statementEvaluation(forged, drawn[1]!)).to.not.equal(statementEvaluation(values, drawn[1]!));
  });

  it("is refused for a vector that meets one evaluation but not the digest", () => {
    const { program, constraints } = smallCircuit("public");
    const input: WitnessInput = { inputs: [1n, 2n, 3n], drawChallenge };
    const { wires, challenge } = calculateWitness(program, input);
    // Another context for the same evaluation, with v[1] moved by the inverse: a lane moved by a field
    // element is no lane.
    const shift = inverse(challenge);
    const forged = wires
      .with(program.contextWire, toField(wires[program.contextWire]! - 1n))
      .with(program.lanes[0]!.wire, toField(wires[program.lanes[0]!.wire]! + shift));
    expect(findViolation(constraints, forged)).to.not.equal(undefined);
  });
});

describe("a proof", () => {
  const { graph, outputs } = smallGraph();
  const circuit = smallCircuit("public");
  const inputs = [15n, -16n, 3n];
  let key: VerificationKey;
  let proof: Proof;
  let values: bigint[];
  let digest: bigint;

  /** What the verifier does: draw the challenge from its own copy of v, evaluate, and check the proof. */
  const accepts = (v: readonly bigint[], claimedDigest = digest) => {
    const challenge = drawChallenge(claimedDigest, v);
    return verify(key, [claimedDigest, challenge, statementEvaluation(v, challenge)], proof);
  };

  before(async () => {
    const setup = await devSetup(writeR1cs(circuit.r1cs));
    key = setup.vkey;
    const witness = calculateWitness(circuit.program, { inputs, context: 9n, drawChallenge });
    ({ values, digest } = witness);
    const prover = await createProver(setup.zkey);
    ({ proof } = await prover.prove(witnessBytes(witness.wires)));
    await prover.close();
  });

  it("is accepted for the values that it proves", async () => {
    const lanes = interpret(graph, inputs);
    expect(outputs.map((lane) => lanes[lane])).to.deep.equal(
      calculateWitness(circuit.program, { inputs, drawChallenge }).outputs,
    );
    expect(await accepts(values)).to.equal(true);
  });

  it("is refused for any other context, input or output", async () => {
    for (const i of values.keys()) {
      expect(await accepts(values.with(i, values[i]! + 1n)), `value ${i}`).to.equal(false);
    }
  });

  it("is refused for public values that are out of range: v[i] + r names the same field element but not the same value", async () => {
    for (const i of values.keys()) {
      expect(await accepts(values.with(i, values[i]! + FIELD_ORDER)), `value ${i}`).to.equal(false);
    }
    expect(await accepts(values, digest + FIELD_ORDER)).to.equal(false);
    const challenge = drawChallenge(digest, values);
    const evaluation = statementEvaluation(values, challenge);
    for (const signals of [
      [digest + FIELD_ORDER, challenge, evaluation],
      [digest, challenge + FIELD_ORDER, evaluation],
      [digest, challenge, evaluation + FIELD_ORDER],
      [digest, challenge, evaluation, 0n],
      [digest, challenge],
    ]) {
      expect(await verify(key, signals, proof)).to.equal(false);
    }
  });

  it("is refused for a vector of another length", async () => {
    expect(await accepts([...values, 0n])).to.equal(false);
    expect(await accepts(values.slice(0, -1))).to.equal(false);
  });
});
