import { expect } from "chai";
import fc from "fast-check";
import { encodeAbiParameters, keccak256, toHex } from "viem";
import {
  FIELD_ORDER,
  inputCommitment,
  packedWords,
  packTensor,
  poseidonSponge,
  STATEMENT_DOMAIN,
  statementChallenge,
  statementEvaluation,
  unpackTensor,
} from "../../../circuits/src/index.ts";

const field = fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n });

describe("the statement's challenge", () => {
  it("is keccak256(abi.encode(domain, vkHash, digest, v)) modulo r, as the contract computes it", () => {
    expect(toHex(STATEMENT_DOMAIN, { size: 32 })).to.equal(keccak256(toHex("OPG/Statement/v1")));
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
        field,
        fc.array(field),
        (vkHash, digest, values) => {
          const encoded = encodeAbiParameters(
            [{ type: "bytes32" }, { type: "bytes32" }, { type: "uint256" }, { type: "uint256[]" }],
            [toHex(STATEMENT_DOMAIN, { size: 32 }), toHex(vkHash, { size: 32 }), digest, values],
          );
          expect(statementChallenge(vkHash, digest, values)).to.equal(
            BigInt(keccak256(encoded)) % FIELD_ORDER,
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("changes with the key, the digest and every value", () => {
    const base = statementChallenge(1n, 2n, [3n, 4n]);
    const others = [
      statementChallenge(2n, 2n, [3n, 4n]),
      statementChallenge(1n, 3n, [3n, 4n]),
      statementChallenge(1n, 2n, [3n, 5n]),
      statementChallenge(1n, 2n, [3n, 4n, 0n]),
    ];
    expect(others).to.not.include(base);
  });
});

describe("the statement's evaluation", () => {
  it("is the sum of v[i] * challenge^i", () => {
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 8 }), field, (values, challenge) => {
        let [sum, power] = [0n, 1n];
        for (const value of values) {
          sum = (sum + value * power) % FIELD_ORDER;
          power = (power * challenge) % FIELD_ORDER;
        }
        expect(statementEvaluation(values, challenge)).to.equal(sum);
      }),
    );
  });
});

describe("packing", () => {
  it("returns every tensor that it packed, at every width, signed or not", () => {
    const tensors = fc.tuple(fc.integer({ min: 1, max: 248 }), fc.boolean()).chain(([bits, isSigned]) => {
      const minimum = isSigned ? -(1n << BigInt(bits - 1)) : 0n;
      const lane = fc.bigInt({ min: minimum, max: minimum + (1n << BigInt(bits)) - 1n });
      return fc.record({
        bits: fc.constant(bits),
        isSigned: fc.constant(isSigned),
        values: fc.array(lane, { maxLength: 70 }),
      });
    });
    fc.assert(
      fc.property(tensors, ({ bits, isSigned, values }) => {
        const words = packTensor(values, { bits, isSigned });
        expect(words).to.have.length(packedWords({ count: values.length, bits }));
        for (const word of words) expect(word < 1n << 248n).to.equal(true);
        expect(unpackTensor(words, { bits, isSigned, count: values.length })).to.deep.equal(values);
      }),
    );
  });

  it("puts the first lane in the lowest bits and the minimum at zero", () => {
    expect(packTensor([1n, 2n], { bits: 8, isSigned: false })).to.deep.equal([0x0201n]);
    expect(packTensor([-128n, -127n], { bits: 8, isSigned: true })).to.deep.equal([0x0100n]);
  });

  it("names the index, the value and the range of what does not fit", () => {
    expect(() => packTensor([5n, 256n], { bits: 8, isSigned: false })).to.throw(
      "value 256 at index 1 is outside the declared range [0, 255]",
    );
    expect(() => packTensor([-129n], { bits: 8, isSigned: true })).to.throw("value -129 at index 0");
    expect(() => unpackTensor([1n], { bits: 248, isSigned: false, count: 2 })).to.throw(
      "1 words hold fewer than 2 lanes",
    );
  });
});

describe("the input commitment", () => {
  it("hides behind its salt and binds the packed inputs", () => {
    expect(inputCommitment([1n, 2n], 0n)).to.equal(poseidonSponge([1n, 2n, 0n]));
    expect(inputCommitment([1n, 2n], 0n)).to.not.equal(inputCommitment([1n, 2n], 1n));
    expect(inputCommitment([1n, 2n], 0n)).to.not.equal(inputCommitment([1n, 3n], 0n));
  });
});
