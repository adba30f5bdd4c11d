import { expect } from "chai";
import fc from "fast-check";
import {
  ArtifactError,
  decodeTensor,
  encodeInput,
  readWitnessProgram,
  type TensorSpec,
  writeWitnessProgram,
} from "../../../circuits/src/index.ts";
import { productModel } from "../../support/productCircuit.ts";

describe("the witness program file", () => {
  const { program } = productModel();
  const bytes = writeWitnessProgram(program);

  it("holds the program exactly", () => {
    expect(readWitnessProgram(bytes)).to.deep.equal(program);
  });

  it("gives an error, never a crash or a hang, when it is cut or damaged anywhere", () => {
    for (let length = 0; length < bytes.length; length += Math.ceil(bytes.length / 60)) {
      expect(() => readWitnessProgram(bytes.slice(0, length)), `first ${length} bytes`).to.throw(
        ArtifactError,
      );
    }
    expect(() => readWitnessProgram(Uint8Array.from([...bytes, 0]))).to.throw("followed by 1 bytes");
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at] = damaged[at]! ^ flip;
        try {
          readWitnessProgram(damaged);
        } catch (error) {
          expect(error).to.be.instanceOf(ArtifactError);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("of another version is refused", () => {
    const other = bytes.slice();
    other[4] = 9;
    expect(() => readWitnessProgram(other)).to.throw("not a witness program of this version");
  });
});

describe("encoding inputs", () => {
  const spec: TensorSpec = { count: 2, bits: 8, isSigned: true, scale: 2, visibility: "committed" };

  it("rounds to the tensor's scale, or to each element's own", () => {
    expect(encodeInput([1.3, -2], spec)).to.deep.equal([5n, -8n]);
    expect(encodeInput([1.3, -2], { ...spec, scales: [6, 0] })).to.deep.equal([83n, -2n]);
    expect(decodeTensor([5n, -8n], spec)).to.deep.equal([1.25, -2]);
    expect(decodeTensor([83n, -2n], { ...spec, scales: [6, 0] })).to.deep.equal([83 / 64, -2]);
  });

  it("refuses what does not fit, naming the index, the value and the range", () => {
    expect(() => encodeInput([0, 32], spec)).to.throw(
      "value 128 at index 1 is outside the declared range [-128, 127]",
    );
    expect(() => encodeInput([0], spec)).to.throw("the model takes 2 input values, 1 were given");
    expect(() => encodeInput([0, Number.NaN], spec)).to.throw("input 1 is NaN: give a finite number");
    expect(() => encodeInput([Number.POSITIVE_INFINITY, 0], spec)).to.throw("input 0 is Infinity");
  });
});
