import { expect } from "chai";
import { buildPoseidon } from "circomlibjs";
import { signal } from "../../../circuits/src/builder/Signal.ts";
import { FIELD_ORDER } from "../../../circuits/src/field/scalarField.ts";
import { poseidonSpongeGadget } from "../../../circuits/src/gadgets/poseidon.ts";
import { permute } from "../../../circuits/src/poseidon/permute.ts";
import { poseidonSponge } from "../../../circuits/src/poseidon/sponge.ts";
import { expectEveryWireBound, gadgetCircuit } from "../support/gadgetHarness.ts";

describe("Poseidon", () => {
  it("permutes as circomlib does at every width from 2 to 17", async () => {
    const circomlib = await buildPoseidon();
    for (let inputs = 1; inputs <= 16; inputs++) {
      const state = Array.from({ length: inputs + 1 }, (_, i) => (FIELD_ORDER - 3n) / BigInt(i + 1));
      const theirs = circomlib(state.slice(1), state[0], inputs + 1).map((x: Uint8Array) =>
        circomlib.F.toObject(x),
      );
      expect(permute(state)).to.deep.equal(theirs);
    }
  });

  it("separates lengths: a vector and the same vector with a zero more have different digests", () => {
    const digests = [1, 2, 15, 16, 17, 32, 33].map((length) => poseidonSponge(new Array(length).fill(0n)));
    expect(new Set(digests).size).to.equal(digests.length);
    expect(() => poseidonSponge([])).to.throw("at least one value");
  });

  it("refuses widths that have no parameters", () => {
    expect(() => permute(new Array(18).fill(0n))).to.throw("Poseidon width 18: use 2 to 17");
  });

  for (const [length, cost] of [
    [1, 213],
    [3, 261],
    [16, 609],
    [18, 852],
  ] as const) {
    it(`of ${length} elements costs ${cost} constraints, equals the plain sponge and binds every wire`, () => {
      const circuit = gadgetCircuit(
        Array.from({ length }, () => ({ bits: 4, minimum: 0n })),
        (builder, inputs) => {
          const digest = poseidonSpongeGadget(
            builder,
            inputs.map(({ lc }) => lc),
          );
          // An unbounded field element: its "integer" is reported modulo r, centred.
          return [signal(digest, -(1n << 250n), 1n << 250n)];
        },
      );
      expect(circuit.cost).to.equal(cost);
      const values = Array.from({ length }, (_, i) => BigInt(i % 16));
      const { outputs, wires } = circuit.run(values);
      expect((outputs[0]! + FIELD_ORDER) % FIELD_ORDER).to.equal(poseidonSponge(values));
      expectEveryWireBound(circuit.constraints, wires, circuit.given);
    });
  }
});
