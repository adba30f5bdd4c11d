import { expect } from "chai";
import { CircuitBuilder } from "../../../circuits/src/builder/CircuitBuilder.ts";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import { constantLc, wireLc } from "../../../circuits/src/builder/linearCombination.ts";
import { signal } from "../../../circuits/src/builder/Signal.ts";
import { FIELD_ORDER, toField } from "../../../circuits/src/field/scalarField.ts";
import { argmax, maximum } from "../../../circuits/src/gadgets/argmax.ts";
import { atLeast } from "../../../circuits/src/gadgets/compare.ts";
import { decompose, MAX_BITS } from "../../../circuits/src/gadgets/decompose.ts";
import { isZero } from "../../../circuits/src/gadgets/isZero.ts";
import { relu } from "../../../circuits/src/gadgets/relu.ts";
import { rescale } from "../../../circuits/src/gadgets/rescale.ts";
import { select } from "../../../circuits/src/gadgets/select.ts";
import { roundShift } from "../../../circuits/src/integer/roundShift.ts";
import {
  expectEveryWireBound,
  expectOutputs,
  expectOutputsBound,
  type GadgetCircuit,
  gadgetCircuit,
} from "../support/gadgetHarness.ts";

const signed = (bits: number) => ({ bits, minimum: -(1n << BigInt(bits - 1)) });
const unsigned = (bits: number) => ({ bits, minimum: 0n });

/** Every input of a one-lane gadget against a plain function, and every wire of each witness attacked. */
function expectEverywhere(
  circuit: GadgetCircuit,
  lo: bigint,
  hi: bigint,
  f: (x: bigint) => bigint,
  attackEvery = 1n,
): void {
  for (let x = lo; x <= hi; x++) {
    const wires = expectOutputs(circuit, [x], [f(x)]);
    if ((x - lo) % attackEvery === 0n || x === hi || x === 0n)
      expectEveryWireBound(circuit.constraints, wires, circuit.given);
  }
}

describe("decompose", () => {
  it("costs one constraint a bit and one wire fewer", () => {
    const builder = new CircuitBuilder();
    const x = wireLc(builder.newWire());
    const before = builder.wireCount;
    decompose(builder, x, 8);
    expect([builder.constraints.length, builder.wireCount - before]).to.deep.equal([8, 7]);
  });

  it("returns the bits of every value of its range, and no wire of it is free", () => {
    const circuit = gadgetCircuit([unsigned(5)], (builder, [x]) =>
      decompose(builder, x!.lc, 5).map((bit) => signal(bit, 0n, 1n)),
    );
    for (let x = 0n; x < 32n; x++) {
      const bits = Array.from({ length: 5 }, (_, i) => (x >> BigInt(i)) & 1n);
      expectOutputsBound(circuit, [x], bits);
    }
  });

  it("refuses a value outside [0, 2^width) whatever bits are claimed for it", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    decompose(builder, wireLc(x), 3);
    for (const value of [8n, 9n, 255n, FIELD_ORDER - 1n, FIELD_ORDER - 8n]) {
      for (let claim = 0n; claim < 4n; claim++) {
        const wires = [1n, 0n, 0n, 0n, value, claim & 1n, claim >> 1n];
        expect(findViolation(builder.constraints, wires), `${value} as ${claim}`).to.not.equal(undefined);
      }
    }
  });

  it("has no second decomposition by adding r: the alias does not fit the widest split allowed", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    decompose(builder, wireLc(x), MAX_BITS);
    const alias = 5n + FIELD_ORDER;
    const bits = Array.from({ length: MAX_BITS - 1 }, (_, i) => (alias >> BigInt(i + 1)) & 1n);
    expect(findViolation(builder.constraints, [1n, 0n, 0n, 0n, 5n, ...bits])).to.not.equal(undefined);
    expect(() => decompose(builder, wireLc(x), MAX_BITS + 1)).to.throw("cannot split into 254 bits");
    expect(() => decompose(builder, wireLc(x), 0)).to.throw("cannot split into 0 bits");
  });

  it("shares the split of the same terms and constant, and of no others", () => {
    const builder = new CircuitBuilder();
    const x = wireLc(builder.newWire());
    const bits = decompose(builder, x, 4);
    expect(decompose(builder, x, 4)).to.equal(bits);
    for (const other of [
      { ...x, coefs: [3n] },
      { ...x, wires: [5] },
      { ...x, constant: 1n },
    ]) {
      const before = builder.constraints.length;
      decompose(builder, other, 4);
      expect(builder.constraints.length - before).to.equal(4);
    }
  });

  it("splits a constant without constraints and refuses one that does not fit", () => {
    const builder = new CircuitBuilder();
    expect(decompose(builder, constantLc(5n), 3).map((bit) => bit.constant)).to.deep.equal([1n, 0n, 1n]);
    expect(builder.constraints).to.have.length(0);
    expect(() => decompose(builder, constantLc(8n), 3)).to.throw("constant 8 does not fit 3 bits");
    expect(() => decompose(builder, constantLc(-1n), 3)).to.throw("constant -1 does not fit 3 bits");
  });

  it("costs nothing where the same combination was split before, but for another constant it does", () => {
    const builder = new CircuitBuilder();
    const x = wireLc(builder.newWire());
    const first = decompose(builder, x, 8);
    expect(decompose(builder, x, 8)).to.equal(first);
    expect(builder.constraints.length).to.equal(8);
    decompose(builder, { ...x, constant: 1n }, 8);
    decompose(builder, x, 9);
    expect(builder.constraints.length).to.equal(8 + 8 + 9);
  });
});

describe("rescale", () => {
  for (const shift of [1, 3, 7]) {
    it(`rounds every signed 8-bit value by 2^${shift}, halves upward, and binds every wire`, () => {
      const circuit = gadgetCircuit([signed(8)], (builder, [x]) => [rescale(builder, x!, shift)]);
      expectEverywhere(circuit, -128n, 127n, (x) => roundShift(x, shift), 16n);
    });
  }

  it("rounds by a half that is a floor of (x + 2^(k-1)) / 2^k for negative values too", () => {
    expect([-3n, -2n, -1n, 0n, 1n, 2n, 3n].map((x) => roundShift(x, 1))).to.deep.equal([
      -1n,
      -1n,
      0n,
      0n,
      1n,
      1n,
      2n,
    ]);
  });

  it("cannot move the remainder out of its range", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    rescale(builder, signal(wireLc(x), 0n, 15n), 2);
    // 6 rounds to 2; every other claim for the upper bits of 6 + 2 must fail.
    for (let claim = 0n; claim < 16n; claim++) {
      const wires = [1n, 0n, 0n, 0n, 6n, claim & 1n, (claim >> 1n) & 1n, (claim >> 2n) & 1n, claim >> 3n];
      const holds = findViolation(builder.constraints, wires) === undefined;
      expect(holds, `claim ${claim}`).to.equal(claim === 8n >> 1n);
    }
  });
});

describe("relu", () => {
  it("costs the bits of the accumulator and one more", () => {
    const circuit = gadgetCircuit([{ bits: 12, minimum: -2056n }], (builder, [x]) => [relu(builder, x!, 4)]);
    expect(circuit.cost).to.equal(13);
  });

  for (const shift of [0, 1, 4]) {
    it(`with a shift of ${shift} is max(0, rounded x) for every signed 8-bit value, and binds every wire`, () => {
      const circuit = gadgetCircuit([signed(8)], (builder, [x]) => [relu(builder, x!, shift)]);
      expectEverywhere(
        circuit,
        -128n,
        127n,
        (x) => (roundShift(x, shift) > 0n ? roundShift(x, shift) : 0n),
        16n,
      );
    });
  }

  it("refuses ReLU(5) = 0 made of the bits of 5 + r", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    relu(builder, signal(wireLc(x), -(1n << 30n), (1n << 30n) - 1n), 0);
    const alias = 5n + FIELD_ORDER + (1n << 30n);
    const upper = Array.from({ length: 30 }, (_, i) => (alias >> BigInt(i + 1)) & 1n);
    expect(findViolation(builder.constraints, [1n, 0n, 0n, 0n, 5n, ...upper, 0n])).to.not.equal(undefined);
    // and the plain forgery: the right bits, with the sign turned round
    const bits = Array.from({ length: 30 }, (_, i) => ((5n + (1n << 30n)) >> BigInt(i + 1)) & 1n);
    expect(findViolation(builder.constraints, [1n, 0n, 0n, 0n, 5n, ...bits, 5n])).to.equal(undefined);
    bits[29] = 0n;
    expect(findViolation(builder.constraints, [1n, 0n, 0n, 0n, 5n, ...bits, 0n])).to.not.equal(undefined);
  });

  it("adds no sign for a value that cannot be negative, and nothing at all for one that cannot be positive", () => {
    expect(gadgetCircuit([unsigned(8)], (builder, [x]) => [relu(builder, x!, 0)]).cost).to.equal(0);
    expect(
      gadgetCircuit([{ bits: 4, minimum: -16n }], (builder, [x]) => [relu(builder, x!, 0)]).cost,
    ).to.equal(0);
  });

  it("with a limit holds what is above it, for four constraints more, and binds every wire", () => {
    const limited = gadgetCircuit([signed(7)], (builder, [x]) => [relu(builder, x!, 1, 3)]);
    const plain = gadgetCircuit([signed(7)], (builder, [x]) => [relu(builder, x!, 1)]);
    expect(limited.cost).to.equal(plain.cost + 4);
    expectEverywhere(
      limited,
      -64n,
      63n,
      (x) => {
        const y = roundShift(x, 1);
        return y < 0n ? 0n : y > 7n ? 7n : y;
      },
      5n,
    );
  });

  it("spends nothing on a limit that no input reaches", () => {
    const limited = gadgetCircuit([signed(5)], (builder, [x]) => [relu(builder, x!, 0, 6)]);
    const plain = gadgetCircuit([signed(5)], (builder, [x]) => [relu(builder, x!, 0)]);
    expect(limited.cost).to.equal(plain.cost);
  });
});

describe("select", () => {
  it("takes the first value for 1, the second for 0, and binds every wire", () => {
    const circuit = gadgetCircuit([unsigned(1), signed(4), signed(4)], (builder, [bit, a, b]) => [
      select(builder, bit!.lc, a!, b!),
    ]);
    expectOutputsBound(circuit, [1n, -3n, 7n], [-3n]);
    expectOutputsBound(circuit, [0n, -3n, 7n], [7n]);
  });
});

describe("atLeast", () => {
  it("compares every pair of signed 4-bit values, equality and both extremes included", () => {
    const circuit = gadgetCircuit([signed(4), signed(4)], (builder, [a, b]) => [
      signal(atLeast(builder, a!, b!), 0n, 1n),
    ]);
    for (let a = -8n; a < 8n; a++) {
      for (let b = -8n; b < 8n; b++) {
        const wires = expectOutputs(circuit, [a, b], [a >= b ? 1n : 0n]);
        if (a === b || a === -8n || b === 7n) expectEveryWireBound(circuit.constraints, wires, circuit.given);
      }
    }
  });

  it("is constant, and free, where the intervals decide", () => {
    const circuit = gadgetCircuit([unsigned(4), { bits: 4, minimum: -16n }], (builder, [a, b]) => [
      signal(atLeast(builder, a!, b!), 0n, 1n),
      signal(atLeast(builder, b!, a!), 0n, 1n),
    ]);
    expect(circuit.cost).to.equal(0);
    expectOutputs(circuit, [0n, -1n], [1n, 0n]);
  });
});

describe("isZero", () => {
  it("tells zero from every other value and leaves no inverse free, not even that of zero", () => {
    const circuit = gadgetCircuit([signed(5)], (builder, [x]) => [signal(isZero(builder, x!.lc), 0n, 1n)]);
    expect(circuit.cost).to.equal(3);
    expectEverywhere(circuit, -16n, 15n, (x) => (x === 0n ? 1n : 0n));
  });

  it("refuses any pair of claims for a value that is not zero", () => {
    const builder = new CircuitBuilder();
    const x = builder.newWire();
    isZero(builder, wireLc(x));
    const [, , , , , inverse, product] = [0, 1, 2, 3, x, x + 1, x + 2];
    for (const claimedInverse of [0n, 1n, 9n]) {
      const wires: bigint[] = [1n, 0n, 0n, 0n, 7n];
      wires[inverse!] = claimedInverse;
      wires[product!] = 0n;
      expect(findViolation(builder.constraints, wires)).to.not.equal(undefined);
    }
  });
});

describe("argmax and maximum", () => {
  const triples = [
    [1n, 2n, 3n],
    [3n, 2n, 1n],
    [2n, 3n, 3n],
    [3n, 3n, 3n],
    [-8n, -8n, 7n],
    [7n, -8n, 7n],
  ];

  for (const tie of ["first", "last"] as const) {
    it(`finds the ${tie} of equal maxima and binds every wire`, () => {
      const circuit = gadgetCircuit([signed(4), signed(4), signed(4)], (builder, xs) => [
        argmax(builder, xs, tie),
      ]);
      for (const values of triples) {
        const top = values.reduce((x, y) => (x > y ? x : y));
        const index = tie === "first" ? values.indexOf(top) : values.lastIndexOf(top);
        expectOutputsBound(circuit, values, [BigInt(index)]);
      }
    });
  }

  it("finds the largest value and binds every wire", () => {
    const circuit = gadgetCircuit([signed(4), signed(4), signed(4)], (builder, xs) => [maximum(builder, xs)]);
    for (const values of triples) {
      const top = values.reduce((x, y) => (x > y ? x : y));
      expectOutputsBound(circuit, values, [top]);
    }
  });
});

describe("the builder", () => {
  it("refuses a constant constraint that does not hold and ignores one that does", () => {
    const builder = new CircuitBuilder();
    builder.constrain("linear", constantLc(2n), constantLc(3n), constantLc(6n));
    expect(builder.constraints).to.have.length(0);
    expect(() => builder.constrain("linear", constantLc(2n), constantLc(3n), constantLc(5n))).to.throw(
      "a constraint between constants does not hold",
    );
  });

  it("refuses bounds that are empty or could wrap around the field", () => {
    expect(() => signal(wireLc(4), 1n, 0n)).to.throw("empty range [1, 0]");
    expect(() => signal(wireLc(4), 0n, 1n << 251n)).to.throw("can wrap around the field");
    expect(toField(-1n)).to.equal(FIELD_ORDER - 1n);
  });

  it("refuses a dense quotient that an honest prover would not give: linear rows are constraints, not assertions", () => {
    const builder = new CircuitBuilder();
    const [x, y] = [builder.newWire(), builder.newWire()];
    const sum = { wires: [x, y], coefs: [3n, 5n], constant: 1n };
    const out = builder.materialize(sum).wires[0]!;
    expect(findViolation(builder.constraints, [1n, 0n, 0n, 0n, 2n, 4n, 27n])).to.equal(undefined);
    expect(out).to.equal(6);
    for (const wrong of [26n, 28n, 0n, FIELD_ORDER - 27n]) {
      expect(findViolation(builder.constraints, [1n, 0n, 0n, 0n, 2n, 4n, wrong])).to.equal(0);
    }
  });
});
