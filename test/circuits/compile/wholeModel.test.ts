import { readFileSync } from "node:fs";
import { expect } from "chai";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import {
  type CompiledModel,
  calculateWitness,
  compileModel,
  encodeInput,
  interpret,
  type Witness,
} from "../../../circuits/src/index.ts";
import { buildCircuit } from "../../../circuits/src/integer/Circuit.ts";
import { expectEveryWireBound } from "../support/gadgetHarness.ts";
import { smallGraph } from "../support/smallGraph.ts";

const read = (path: string) => readFileSync(new URL(`../../../models/${path}`, import.meta.url));

function breastCancerMlp(): CompiledModel {
  const facts = JSON.parse(read("breast-cancer/mlp.json").toString());
  const { inputs } = JSON.parse(read("breast-cancer/calibration.json").toString());
  return compileModel(read("breast-cancer/mlp.onnx"), {
    calibration: inputs,
    input: {
      bits: 16,
      ranges: facts.inputRanges.map(({ declared }: { declared: number[] }) => ({
        min: declared[0],
        max: declared[1],
      })),
    },
  });
}

describe("a whole circuit", () => {
  for (const inputVisibility of ["public", "committed"] as const) {
    it(`with ${inputVisibility} inputs has no free wire but those that the statement's challenge binds`, () => {
      const { graph, outputs } = smallGraph();
      const circuit = buildCircuit(graph, outputs, {
        inputVisibility,
        inputScales: [0, 0, 0],
        outputScales: [0, 0, 0],
      });
      for (const inputs of [
        [0n, 0n, 0n],
        [15n, -16n, 3n],
        [-16n, -16n, -16n],
        [15n, 15n, 15n],
        [-5n, 7n, 2n],
      ]) {
        const witness = calculateWitness(circuit.program, {
          inputs,
          salt: 11n,
          context: 5n,
          drawChallenge: () => 1234567n,
        });
        expect(findViolation(circuit.constraints, witness.wires)).to.equal(undefined);
        const values = interpret(graph, inputs);
        expect(witness.outputs).to.deep.equal(outputs.map((lane) => values[lane]));
        expectEveryWireBound(circuit.constraints, witness.wires);
      }
    });
  }

  it("refuses another digest, challenge or evaluation for the same answer", () => {
    const { graph, outputs } = smallGraph();
    const circuit = buildCircuit(graph, outputs, {
      inputVisibility: "committed",
      inputScales: [0, 0, 0],
      outputScales: [0, 0, 0],
    });
    const { wires } = calculateWitness(circuit.program, { inputs: [1n, 2n, 3n], drawChallenge: () => 99n });
    for (const wire of [1, 2, 3]) {
      const forged = wires.with(wire, wires[wire]! + 1n);
      expect(findViolation(circuit.constraints, forged), `public wire ${wire}`).to.not.equal(undefined);
    }
  });

  it("refuses an input out of range, naming index, value and range", () => {
    const { graph, outputs } = smallGraph();
    const { program } = buildCircuit(graph, outputs, {
      inputVisibility: "committed",
      inputScales: [0, 0, 0],
      outputScales: [0, 0, 0],
    });
    const run = (inputs: bigint[], salt = 0n) =>
      calculateWitness(program, { inputs, salt, drawChallenge: () => 1n });
    expect(() => run([0n, 16n, 0n])).to.throw("value 16 at index 1 is outside the declared range [-16, 15]");
    expect(() => run([0n, 0n])).to.throw("the model takes 3 input values, 2 were given");
    expect(() => run([0n, 0n, 0n], -1n)).to.throw("salt -1 is not in [0, r)");
    expect(() => interpret(graph, [0n, -17n, 0n])).to.throw("value -17 at index 1");
  });
});

describe("a compiled ONNX model", () => {
  let model: CompiledModel;
  let witness: Witness;

  before(() => {
    model = breastCancerMlp();
    const { samples } = JSON.parse(read("breast-cancer/mlp.samples.json").toString());
    const inputs = encodeInput(samples[0].input, model.circuit.input);
    witness = calculateWitness(model.circuit.program, {
      inputs,
      salt: 7n,
      context: 3n,
      drawChallenge: () => 424242n,
    });
  });

  it("satisfies its constraints on a held-out sample", () => {
    expect(findViolation(model.circuit.constraints, witness.wires)).to.equal(undefined);
  });

  it("has no free wire: every single wire changed breaks a constraint", () => {
    expectEveryWireBound(model.circuit.constraints, witness.wires);
  });

  it("is compiled to the same circuit every time", () => {
    const again = breastCancerMlp();
    expect(again.circuit.r1cs).to.deep.equal(model.circuit.r1cs);
    expect(again.circuit.program).to.deep.equal(model.circuit.program);
  });
});
