import { expect } from "chai";
import { CircuitBuilder } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { wireLc } from "../../../circuits/src/builder/linearCombination.ts";
import { signal } from "../../../circuits/src/builder/Signal.ts";
import { toField } from "../../../circuits/src/field/scalarField.ts";
import { divide } from "../../../circuits/src/gadgets/divide.ts";
import { floorDivide } from "../../../circuits/src/integer/floorDivide.ts";
import { expectOutputs, expectOutputsBound, gadgetCircuit } from "../support/gadgetHarness.ts";

const signed = (bits: number) => ({ bits, minimum: -(1n << BigInt(bits - 1)) });

/** a / b with a divisor in [least, least + 2^bits). */
function divisionCircuit(dividendBits: number, divisorBits: number, least: bigint) {
  return gadgetCircuit([signed(dividendBits), { bits: divisorBits, minimum: least }], (builder, [a, b]) => [
    divide(builder, a!, b!),
  ]);
}

describe("divide", () => {
  it("gives the floor of every quotient of either sign, and no wire of it is free", () => {
    const circuit = divisionCircuit(5, 3, 1n);
    for (let a = -16n; a < 16n; a++) {
      for (let b = 1n; b <= 8n; b++) {
        if ((a + b) % 5n === 0n) expectOutputsBound(circuit, [a, b], [floorDivide(a, b)]);
        else expectOutputs(circuit, [a, b], [floorDivide(a, b)]);
      }
    }
  });

  it("costs the bits of the quotient, twice those of the divisor, and one product", () => {
    // q in [-16, 15]: 5 bits; b - 1 in [0, 7]: 3 bits
    expect(divisionCircuit(5, 3, 1n).cost).to.equal(5 + 3 + 3 + 1);
  });

  it("by a constant costs no product, and by a power of two checks the remainder once", () => {
    const by = (b: bigint) =>
      gadgetCircuit([signed(8)], (builder, [a]) => [
        divide(builder, a!, signal({ wires: [], coefs: [], constant: b }, b, b)),
      ]);
    expect(by(7n).cost).to.equal(6 + 3 + 3);
    expect(by(8n).cost).to.equal(5 + 3);
    for (let a = -128n; a < 128n; a += 3n) {
      expectOutputsBound(by(7n), [a], [floorDivide(a, 7n)]);
      expectOutputsBound(by(8n), [a], [floorDivide(a, 8n)]);
    }
  });

  it("refuses a quotient one too large or too small, whose remainder leaves [0, b)", () => {
    const circuit = divisionCircuit(6, 3, 2n);
    const { wires } = circuit.run([29n, 7n]);
    const quotientWire = [...wires.keys()].find(
      (wire) => wire > 3 && !circuit.given.has(wire) && wires[wire] === toField(4n + 16n),
    )!;
    // 29 = 4 * 7 + 1; the wire counts from the least quotient, -16
    for (const forged of [3n + 16n, 5n + 16n]) {
      const attacked = wires.with(quotientWire, forged);
      expect(findViolation(circuit.constraints, attacked)).to.not.equal(undefined);
    }
  });

  it("does not accept the quotient of a dividend plus the field's order", () => {
    // With 29 + r in place of 29 the quotient would be about r / 7: its bits do not fit.
    const circuit = divisionCircuit(6, 3, 2n);
    const { wires } = circuit.run([29n, 7n]);
    const wide = wires.findIndex((x, wire) => wire > 3 && !circuit.given.has(wire) && x === 20n);
    const order = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
    const attacked = wires.with(wide, (29n + order) / 7n + 16n);
    expect(findViolation(circuit.constraints, attacked)).to.not.equal(undefined);
  });

  it("needs no constraint where every input has the same quotient", () => {
    const circuit = gadgetCircuit([{ bits: 2, minimum: 0n }], (builder, [a]) => [
      divide(builder, a!, signal({ wires: [], coefs: [], constant: 9n }, 9n, 9n)),
    ]);
    expect(circuit.cost).to.equal(0);
    expectOutputs(circuit, [3n], [0n]);
  });

  it("refuses a divisor that can be 0, and widths that could wrap around the field", () => {
    const builder = new CircuitBuilder();
    const wire = () => wireLc(builder.newWire());
    expect(() => divide(builder, signal(wire(), 0n, 9n), signal(wire(), 0n, 9n))).to.throw("at least 1");
    const wide = signal(wire(), 0n, 1n << 240n);
    expect(() => divide(builder, wide, signal(wire(), 1n, 1n << 20n))).to.throw("can wrap around the field");
  });
});
