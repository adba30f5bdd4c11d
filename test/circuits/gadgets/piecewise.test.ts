import { expect } from "chai";
import { piecewise } from "../../../circuits/src/gadgets/piecewise.ts";
import {
  evaluatePiecewise,
  type PiecewiseTable,
  piecewiseBounds,
} from "../../../circuits/src/integer/PiecewiseTable.ts";
import { roundShift } from "../../../circuits/src/integer/roundShift.ts";
import {
  expectEveryWireBound,
  expectOutputs,
  expectOutputsBound,
  gadgetCircuit,
} from "../support/gadgetHarness.ts";

/** Four segments of eight, degree 2, over [-16, 16). */
const table: PiecewiseTable = {
  start: -16n,
  segmentBits: 2,
  localBits: 3,
  coefs: [
    [5n, 1n, 0n],
    [-7n, 0n, 2n],
    [100n, -3n, 1n],
    [0n, 9n, -1n],
  ],
  below: -50n,
  above: 777n,
};

describe("piecewise", () => {
  it("equals its table at every input, inside the domain and beyond both ends, and binds every wire", () => {
    const circuit = gadgetCircuit([{ bits: 7, minimum: -64n }], (builder, [x]) => [
      piecewise(builder, x!, 0, table),
    ]);
    for (let x = -64n; x < 64n; x++) {
      const wires = expectOutputs(circuit, [x], [evaluatePiecewise(table, x)]);
      if (x % 5n === 0n || x === -17n || x === -16n || x === 15n || x === 16n) {
        expectEveryWireBound(circuit.constraints, wires, circuit.given);
      }
    }
  });

  it("rounds its argument in the same split, halves upward", () => {
    const circuit = gadgetCircuit([{ bits: 9, minimum: -256n }], (builder, [x]) => [
      piecewise(builder, x!, 3, table),
    ]);
    for (let x = -256n; x < 256n; x += 3n) {
      expectOutputsBound(circuit, [x], [evaluatePiecewise(table, roundShift(x, 3))]);
    }
  });

  it("spends nothing on ends that the input cannot reach", () => {
    const inside = gadgetCircuit([{ bits: 5, minimum: -16n }], (builder, [x]) => [
      piecewise(builder, x!, 0, table),
    ]);
    // 5 bits, 1 product of segment bits, 2 Horner steps
    expect(inside.cost).to.equal(8);
    for (let x = -16n; x < 16n; x++) expectOutputs(inside, [x], [evaluatePiecewise(table, x)]);
  });

  it("is constant where the whole input range lies beyond one end", () => {
    const below = gadgetCircuit([{ bits: 3, minimum: -32n }], (builder, [x]) => [
      piecewise(builder, x!, 0, table),
    ]);
    const above = gadgetCircuit([{ bits: 3, minimum: 16n }], (builder, [x]) => [
      piecewise(builder, x!, 0, table),
    ]);
    expect([below.cost, above.cost]).to.deep.equal([0, 0]);
    expectOutputs(below, [-30n], [-50n]);
    expectOutputs(above, [17n], [777n]);
  });

  it("follows its lines beyond sloped ends, and binds every wire there", () => {
    const sloped = { ...table, belowSlope: 3n, aboveSlope: -2n };
    for (const shift of [0, 2]) {
      const circuit = gadgetCircuit([{ bits: 9, minimum: -256n }], (builder, [x]) => [
        piecewise(builder, x!, shift, sloped),
      ]);
      for (let x = -256n; x < 256n; x += 5n) {
        const wires = expectOutputs(circuit, [x], [evaluatePiecewise(sloped, roundShift(x, shift))]);
        if (x % 4n === 0n) expectEveryWireBound(circuit.constraints, wires, circuit.given);
      }
    }
  });

  it("bounds sloped ends by the range that is asked, not by the domain alone", () => {
    const sloped = { ...table, belowSlope: 3n, aboveSlope: -2n };
    for (const [from, to] of [
      [-40n, -20n],
      [-40n, 40n],
      [17n, 60n],
      [0n, 3n],
    ] as const) {
      const { lo, hi } = piecewiseBounds(sloped, from, to);
      for (let x = from; x <= to; x++) {
        const value = evaluatePiecewise(sloped, x);
        expect(value >= lo && value <= hi, `${value} at ${x} in [${lo}, ${hi}]`).to.equal(true);
      }
    }
  });

  it("bounds every value that the table can take", () => {
    const { lo, hi } = piecewiseBounds(table, -20n, 19n);
    for (let x = -20n; x < 20n; x++) {
      const value = evaluatePiecewise(table, x);
      expect(value >= lo && value <= hi, `${value} at ${x}`).to.equal(true);
    }
  });
});
