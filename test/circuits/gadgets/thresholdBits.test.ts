import { expect } from "chai";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { thresholdBits } from "../../../circuits/src/gadgets/thresholdBits.ts";
import { expectEveryWireBound, expectOutputs, gadgetCircuit } from "../support/gadgetHarness.ts";

const circuitOf = (thresholds: readonly bigint[]) =>
  gadgetCircuit([{ bits: 6, minimum: -32n }], (builder, [x]) => thresholdBits(builder, x!, thresholds));

const expected = (thresholds: readonly bigint[], x: bigint) => thresholds.map((t) => (x >= t ? 1n : 0n));

describe("thresholdBits", () => {
  it("compares every input with every threshold, and no wire of it is free", () => {
    for (const thresholds of [[3n], [-5n, 6n], [-31n, -4n, 0n, 1n, 17n, 31n]]) {
      const circuit = circuitOf(thresholds);
      for (let x = -32n; x < 32n; x++) {
        const wires = expectOutputs(circuit, [x], expected(thresholds, x));
        expectEveryWireBound(circuit.constraints, wires, circuit.given);
      }
    }
  });

  it("costs a constraint a bin and the bits of the widest bin twice", () => {
    // Bins [-32, -17], [-16, -1], [0, 15], [16, 31]: four bits each.
    expect(circuitOf([-16n, 0n, 16n]).cost).to.equal(4 + 2 * 4);
    // Fewer than three are compared one by one: 7 bits each.
    expect(circuitOf([-16n, 0n]).cost).to.be.lessThan(2 * 8);
  });

  it("spends nothing on thresholds that no input can cross", () => {
    const circuit = circuitOf([-100n, -32n, 32n, 90n]);
    expect(circuit.cost).to.equal(0);
    expectOutputs(circuit, [7n], [1n, 1n, 0n, 0n]);
  });

  it("refuses the 1 in any bin but the right one, and in two at once", () => {
    const thresholds = [-16n, -8n, 0n, 8n, 16n];
    const circuit = circuitOf(thresholds);
    const honest = circuit.run([3n]).wires;
    // The five bin wires come after the five free bits of the input.
    const forge = (places: readonly number[]) => {
      const forged = [...honest];
      for (let bin = 0; bin < thresholds.length; bin++) {
        const wire = [...honest.keys()].slice(4).filter((w) => !circuit.given.has(w))[5 + bin]!;
        forged[wire] = places.includes(bin) ? 1n : 0n;
      }
      return forged;
    };
    expect(findViolation(circuit.constraints, forge([3])), "the honest place").to.equal(undefined);
    for (const places of [[0], [1], [2], [4], [], [2, 3], [3, 4]]) {
      expect(findViolation(circuit.constraints, forge(places)), `bins ${places}`).to.not.equal(undefined);
    }
  });
});
