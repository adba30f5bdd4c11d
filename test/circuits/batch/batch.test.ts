import { createProver, devSetup, verify, writeR1cs } from "@opg/groth16";
import { expect } from "chai";
import { buildBatchCircuit } from "../../../circuits/src/batch/buildBatchCircuit.ts";
import { calculateBatchWitness } from "../../../circuits/src/batch/calculateBatchWitness.ts";
import { largestBatch } from "../../../circuits/src/batch/largestBatch.ts";
import { calculateWitness } from "../../../circuits/src/builder/calculateWitness.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { witnessBytes } from "../../../circuits/src/builder/witnessBytes.ts";
import { FIELD_ORDER, toField } from "../../../circuits/src/field/scalarField.ts";
import { buildCircuit } from "../../../circuits/src/integer/Circuit.ts";
import { IntegerGraph } from "../../../circuits/src/integer/IntegerGraph.ts";
import { checkDeterminism } from "../../../circuits/src/soundness/checkDeterminism.ts";
import { givenWiresOf } from "../../../circuits/src/soundness/givenWires.ts";
import { statementChallenge, statementEvaluation } from "../../../circuits/src/statement/challenge.ts";
import { inputCommitment } from "../../../circuits/src/statement/commitment.ts";
import { packTensor } from "../../../circuits/src/statement/packing.ts";
import type { Visibility } from "../../../circuits/src/statement/tensorSpec.ts";
import { expectEveryWireBound } from "../support/gadgetHarness.ts";
import { smallGraph } from "../support/smallGraph.ts";

const drawChallenge = (digest: bigint, values: readonly bigint[]) => statementChallenge(3n, digest, values);
const options = (inputVisibility: Visibility) => ({ inputVisibility, inputScales: [0], outputScales: [0] });

const ENTRIES = [
  { inputs: [15n, -16n, 3n], salt: 5n },
  { inputs: [0n, 0n, 0n], salt: (1n << 248n) - 1n },
  { inputs: [-5n, 7n, 2n], salt: 0n },
];

function batchOf(size: number, visibility: Visibility) {
  const { graph, outputs } = smallGraph();
  return buildBatchCircuit(graph, outputs, size, options(visibility));
}

describe("a batch circuit", () => {
  for (const visibility of ["public", "committed"] as const) {
    it(`with ${visibility} inputs answers as single inferences do, and its statement is theirs in turn`, () => {
      const { graph, outputs } = smallGraph();
      const single = buildCircuit(graph, outputs, options(visibility));
      const batch = batchOf(3, visibility);
      const witness = calculateBatchWitness(batch, ENTRIES, { context: 9n, drawChallenge });
      expect(findViolation(batch.constraints, witness.wires)).to.equal(undefined);
      const singles = ENTRIES.map((entry) => calculateWitness(single.program, { ...entry, drawChallenge }));
      expect(witness.results).to.deep.equal(singles.map((one) => one.outputs));
      expect(witness.values).to.deep.equal([9n, ...singles.flatMap((one) => one.values.slice(1))]);
      expect(witness.evaluation).to.equal(statementEvaluation(witness.values, witness.challenge));
      expect([batch.input, batch.output]).to.deep.equal([single.input, single.output]);
    });

    it(`with ${visibility} inputs has one witness, and no wire that can be changed alone`, () => {
      const batch = batchOf(2, visibility);
      const given = givenWiresOf(batch.program);
      const report = checkDeterminism(batch.r1cs, { given });
      expect([report.undetermined, report.undecided]).to.deep.equal([[], []]);
      const { wires } = calculateBatchWitness(batch, ENTRIES.slice(0, 2), { drawChallenge });
      expectEveryWireBound(batch.constraints, wires);
    });
  }

  it("of one inference is the single circuit, constraint by constraint", () => {
    const { graph, outputs } = smallGraph();
    for (const visibility of ["public", "committed"] as const) {
      const single = buildCircuit(graph, outputs, options(visibility));
      expect(batchOf(1, visibility).r1cs).to.deep.equal(single.r1cs);
    }
  });

  it("opens each entry's commitment with the entry's own salt", () => {
    const batch = batchOf(3, "committed");
    const { values } = calculateBatchWitness(batch, ENTRIES, { drawChallenge });
    const words = (values.length - 1) / 3;
    for (const [i, { inputs, salt }] of ENTRIES.entries()) {
      expect(values[1 + i * words]).to.equal(inputCommitment(packTensor(inputs, batch.input), salt));
    }
  });

  it("refuses the answer of one entry in the place of another", () => {
    const batch = batchOf(2, "public");
    const honest = calculateBatchWitness(batch, ENTRIES.slice(0, 2), { drawChallenge });
    const swapped = calculateBatchWitness(batch, [ENTRIES[1]!, ENTRIES[0]!], { drawChallenge });
    expect(honest.results[0]).to.not.deep.equal(swapped.results[0]);
    // The wires between the two halves, inputs and all that follows from them, belong to one entry each.
    const half = (batch.program.lanes[3]!.wire + batch.program.lanes[0]!.wire) >> 1;
    const mixed = honest.wires.map((value, wire) => (wire > half ? swapped.wires[wire]! : value));
    expect(findViolation(batch.constraints, mixed)).to.not.equal(undefined);
  });

  it("refuses entries that do not fit: their number, their inputs, their salts", () => {
    const batch = batchOf(2, "committed");
    const run = (...entries: { inputs: bigint[]; salt?: bigint }[]) =>
      calculateBatchWitness(batch, entries, { drawChallenge });
    expect(() => run(ENTRIES[0]!)).to.throw("the circuit proves 2 inferences, 1 were given");
    expect(() => run(ENTRIES[0]!, { inputs: [1n] })).to.throw("inference 1 was given 1");
    expect(() => run(ENTRIES[0]!, { inputs: [16n, 0n, 0n] })).to.throw("value 16 at index 4");
    expect(() => run(ENTRIES[0]!, { inputs: [0n, 0n, 0n], salt: 1n << 248n })).to.throw("of inference 1");
    expect(() => run(ENTRIES[0]!, { inputs: [0n, 0n, 0n], salt: -1n })).to.throw("the salt -1");
    expect(() => batchOf(0, "public")).to.throw("a batch of 0 inferences");
    expect(() => batchOf(1.5, "public")).to.throw("a batch of 1.5 inferences");
  });

  it("refuses a graph with a second input, which no statement would bind", () => {
    const graph = new IntegerGraph();
    const first = graph.input([{ bits: 4, minimum: 0n }]);
    const second = graph.input([{ bits: 4, minimum: 0n }]);
    const sums = graph.affine([{ lanes: [...first, ...second], weights: [1n, 1n], bias: 0n }]);
    expect(() => buildCircuit(graph, sums, options("public"))).to.throw("has one input operation");
  });
});

describe("the largest batch of a domain", () => {
  it("fills it: one more inference would need the next power of two", () => {
    const { graph, outputs } = smallGraph();
    for (const [visibility, power] of [
      ["public", 11],
      ["committed", 12],
    ] as const) {
      const size = largestBatch(graph, outputs, options(visibility), power);
      const rows = (n: number) => batchOf(n, visibility).constraints.length + 4;
      expect(rows(size)).to.be.at.most(2 ** power);
      expect(rows(size + 1)).to.be.greaterThan(2 ** power);
    }
  });

  it("says when not even one inference fits", () => {
    const { graph, outputs } = smallGraph();
    expect(() => largestBatch(graph, outputs, options("public"), 4)).to.throw("do not fit 2^4 rows");
  });
});

describe("a proof of a batch", () => {
  it("is accepted for its values and for no others, in no other order", async () => {
    const batch = batchOf(3, "public");
    const { zkey, vkey } = await devSetup(writeR1cs(batch.r1cs));
    const witness = calculateBatchWitness(batch, ENTRIES, { context: 1n, drawChallenge });
    const prover = await createProver(zkey);
    const { proof } = await prover.prove(witnessBytes(witness.wires));
    await prover.close();
    const accepts = (values: readonly bigint[]) => {
      const challenge = drawChallenge(witness.digest, values);
      return verify(vkey, [witness.digest, challenge, statementEvaluation(values, challenge)], proof);
    };
    const { values } = witness;
    expect(await accepts(values)).to.equal(true);
    const words = (values.length - 1) / 3;
    const entry = (i: number) => values.slice(1 + i * words, 1 + (i + 1) * words);
    expect(await accepts([values[0]!, ...entry(1), ...entry(0), ...entry(2)])).to.equal(false);
    expect(await accepts([values[0]!, ...entry(0), ...entry(1)])).to.equal(false);
    expect(await accepts(values.with(words, toField(values[words]! + 1n)))).to.equal(false);
    expect(await accepts(values.with(words, values[words]! + FIELD_ORDER))).to.equal(false);
  });
});
