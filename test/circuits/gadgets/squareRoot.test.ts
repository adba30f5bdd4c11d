import { expect } from "chai";
import { CircuitBuilder } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { wireLc } from "../../../circuits/src/builder/linearCombination.ts";
import { signal } from "../../../circuits/src/builder/Signal.ts";
import { FIELD_ORDER } from "../../../circuits/src/field/scalarField.ts";
import { squareRoot } from "../../../circuits/src/gadgets/squareRoot.ts";
import { integerSquareRoot } from "../../../circuits/src/integer/integerSquareRoot.ts";
import { expectEveryWireBound, expectOutputs, gadgetCircuit } from "../support/gadgetHarness.ts";

const rootCircuit = (bits: number) =>
  gadgetCircuit([{ bits, minimum: 0n }], (builder, [x]) => [squareRoot(builder, x!)]);

describe("squareRoot", () => {
  it("gives the floor of the root of every number, and no wire of it is free", () => {
    const circuit = rootCircuit(8);
    for (let x = 0n; x < 256n; x++) {
      const wires = expectOutputs(circuit, [x], [BigInt(Math.floor(Math.sqrt(Number(x))))]);
      if (x % 7n === 0n || x === 255n) expectEveryWireBound(circuit.constraints, wires, circuit.given);
    }
  });

  it("costs three times the bits of the root and three more", () => {
    expect(rootCircuit(8).cost).to.equal(3 * 4 + 3);
    expect(rootCircuit(40).cost).to.equal(3 * 20 + 3);
  });

  it("refuses the neighbours of a root and its negative, which has the same square", () => {
    const circuit = rootCircuit(10);
    const { wires } = circuit.run([401n]);
    const root = wires.findIndex((x, wire) => wire > 3 && !circuit.given.has(wire) && x === 20n);
    for (const forged of [19n, 21n, FIELD_ORDER - 20n]) {
      expect(findViolation(circuit.constraints, wires.with(root, forged))).to.not.equal(undefined);
    }
  });

  it("refuses what can be negative and what is too wide", () => {
    const builder = new CircuitBuilder();
    const wire = () => wireLc(builder.newWire());
    expect(() => squareRoot(builder, signal(wire(), -1n, 9n))).to.throw("at least 0");
    expect(() => squareRoot(builder, signal(wire(), 0n, 1n << 249n))).to.throw("too wide");
  });
});

describe("integerSquareRoot", () => {
  it("is exact next to squares of any size", () => {
    for (const root of [1n, 2n, 3n, 94906265n, (1n << 60n) + 7n, (1n << 120n) - 1n]) {
      expect(integerSquareRoot(root * root)).to.equal(root);
      expect(integerSquareRoot(root * root - 1n)).to.equal(root - 1n);
      expect(integerSquareRoot(root * root + 2n * root)).to.equal(root);
    }
    expect(integerSquareRoot(0n)).to.equal(0n);
  });
});
