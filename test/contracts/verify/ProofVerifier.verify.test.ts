import { bn254 } from "@noble/curves/bn254.js";
import { expect } from "chai";
import { concat, encodeFunctionData, type Hex, pad, size, slice } from "viem";
import {
  g1FromWords,
  g1Words,
  g2FromWords,
  g2OutsideSubgroup,
  g2Words,
  type ModelKey,
  P,
  R,
  type SimulatedProof,
  scalar,
} from "../../support/simulator.ts";
import { statementChallenge, statementEvaluation } from "../../support/statement.ts";
import { deployVerifier, withPoint, withPoints } from "./deployVerifier.ts";

const { Fr } = bn254.fields;
const VALUES = [scalar("context") >> 8n, scalar("input"), 12345n] as const;
/** Gas that even the most expensive bad proof must stay below. */
const BAD_PROOF_GAS = 400_000n;

/** A vector of `length` values drawn by `seed`. */
function vector(length: number, seed: string): bigint[] {
  return Array.from({ length }, (_, index) => scalar(`${seed}/${index}`));
}

describe("ProofVerifier: one proof", () => {
  let fixture: Awaited<ReturnType<typeof deployVerifier>>;
  let model: ModelKey;
  let devModel: ModelKey;
  let proof: SimulatedProof;

  before(async () => {
    fixture = await deployVerifier();
    model = await fixture.registerModel("model");
    devModel = await fixture.registerModel("dev model", fixture.dev);
    proof = model.prove(VALUES);
  });

  function verify(claim: { key?: ModelKey; values?: readonly bigint[]; proof?: SimulatedProof }) {
    const { key = model, values = VALUES } = claim;
    return fixture.verifier.read.verify([key.vkHash, values, claim.proof ?? proof]);
  }

  function calldata(claim: { values?: readonly bigint[]; proof?: SimulatedProof } = {}): Hex {
    return encodeFunctionData({
      abi: fixture.verifier.abi,
      functionName: "verify",
      args: [model.vkHash, claim.values ?? VALUES, claim.proof ?? proof],
    });
  }

  describe("accepts", () => {
    it("a proof of the production ceremony and one of the dev ceremony", async () => {
      expect(await verify({})).to.equal(true);
      expect(await verify({ key: devModel, proof: devModel.prove(VALUES) })).to.equal(true);
    });

    it("vectors of any length from three, of the smallest and the largest values", async () => {
      for (const length of [3, 4, 5, 6, 7, 15, 16, 33, 100]) {
        const values = vector(length, `length ${length}`);
        expect(await verify({ values, proof: model.prove(values) })).to.equal(true);
      }
      for (const values of [
        [0n, 0n, 0n],
        [R - 1n, R - 1n, R - 1n, R - 1n],
      ]) {
        expect(await verify({ values, proof: model.prove(values) })).to.equal(true);
      }
    });

    it("a proof that somebody else has re-randomised, so a proof's hash identifies nothing", async () => {
      const [A, B, C] = pointsOf(proof);
      const [t, s] = [scalar("t"), scalar("s")];
      const delta = g2FromWords(model.key.delta);
      // (A, B, C) -> (A / t, t B + t s delta, C + s A)
      const words = [
        ...g1Words(A.multiply(Fr.inv(t))),
        ...g2Words(B.multiply(t).add(delta.multiply(Fr.mul(t, s)))),
        ...g1Words(C.add(A.multiply(s))),
      ];
      expect(words).to.not.deep.equal(proof.points);
      expect(await verify({ proof: withPoints(proof, words) })).to.equal(true);
    });
  });

  describe("refuses a proof", () => {
    it("of other values, in each place", async () => {
      for (const length of [3, 4, 8]) {
        const values = vector(length, "right");
        const right = model.prove(values);
        for (let index = 0; index < length; index++) {
          const wrong = values.map((value, i) => (i === index ? value + 1n : value));
          expect(await verify({ values: wrong, proof: right })).to.equal(false);
        }
        expect(await verify({ values: [...values].reverse(), proof: right })).to.equal(false);
      }
    });

    it("with another digest", async () => {
      expect(await verify({ proof: { ...proof, digest: proof.digest + 1n } })).to.equal(false);
    });

    it("made for another model's key, of the same ceremony or another", async () => {
      const other = await fixture.registerModel("other model");
      expect(await verify({ key: other })).to.equal(false);
      expect(await verify({ key: devModel })).to.equal(false);
      expect(await verify({ proof: other.prove(VALUES) })).to.equal(false);
    });

    it("whose three signals are right for the key but were chosen before the challenge", async () => {
      const challenge = 7n;
      const digest = scalar("digest");
      const early = model.proveSignals([digest, challenge, statementEvaluation(VALUES, challenge)]);
      expect(await verify({ proof: early })).to.equal(false);
      const late = statementChallenge(model.vkHash, digest, VALUES);
      const evaluation = statementEvaluation(VALUES, late);
      expect(await verify({ proof: model.proveSignals([digest, late, evaluation]) })).to.equal(true);
      expect(await verify({ proof: model.proveSignals([digest, late, evaluation + 1n]) })).to.equal(false);
    });

    it("with a point negated, swapped or replaced by another of its group", async () => {
      const [ax, ay, b0, b1, b2, b3, cx, cy] = proof.points;
      const beta = fixture.production.beta;
      const attempts = [
        [ax, P - ay, b0, b1, b2, b3, cx, cy],
        [ax, ay, b0, b1, P - b2, P - b3, cx, cy],
        [ax, ay, b0, b1, b2, b3, cx, P - cy],
        [cx, cy, b0, b1, b2, b3, ax, ay],
        [ax, ay, b1, b0, b3, b2, cx, cy],
        [ax, ay, ...beta, cx, cy],
        [...fixture.production.alpha, ...beta, cx, cy],
        [ax, ay, b0, b1, b2, b3, 1n, 2n],
      ];
      for (const words of attempts) expect(await verify({ proof: withPoints(proof, words) })).to.equal(false);
    });

    it("with a point at infinity, also with p in place of zero", async () => {
      const zero = [0n, 0n] as const;
      const [ax, ay, b0, b1, b2, b3, cx, cy] = proof.points;
      const B = [b0, b1, b2, b3] as const;
      for (const A of [zero, [0n, P], [P, 0n], [P, P]] as const) {
        expect(await verify({ proof: withPoints(proof, [...A, ...B, cx, cy]) })).to.equal(false);
        expect(await verify({ proof: withPoints(proof, [ax, ay, ...B, ...A]) })).to.equal(false);
        expect(await verify({ proof: withPoints(proof, [...A, ...B, ...A]) })).to.equal(false);
      }
      expect(await verify({ proof: withPoints(proof, [ax, ay, 0n, 0n, 0n, 0n, cx, cy]) })).to.equal(false);
      expect(await verify({ proof: withPoints(proof, Array(8).fill(0n)) })).to.equal(false);
    });

    it("with a point at infinity written otherwise than as zeros, where the point itself would do", async () => {
      for (const [point, first, words] of [
        ["A", 0, 2],
        ["B", 2, 4],
        ["C", 6, 2],
      ] as const) {
        const infinite = model.proveInfinite(VALUES, point);
        expect(infinite.points.slice(first, first + words)).to.deep.equal(Array(words).fill(0n));
        expect(await verify({ proof: infinite })).to.equal(true);
        for (let index = first; index < first + words; index++) {
          expect(await verify({ proof: withPoint(infinite, index, P) })).to.equal(false);
        }
      }
    });

    it("with a coordinate that is not below the field order, though equal modulo it", async () => {
      for (const [index, word] of proof.points.entries()) {
        expect(await verify({ proof: withPoint(proof, index, word + P) })).to.equal(false);
      }
    });

    it("with a value or a digest that is not below r, though equal modulo it", async () => {
      for (const length of [3, 4, 6]) {
        const values = vector(length, "canonical");
        for (let index = 0; index < length; index++) {
          const raised = values.map((value, i) => (i === index ? value + R : value));
          // The best a cheating prover can do: a proof that is right for these very values, but for their size.
          expect(await verify({ values: raised, proof: model.prove(raised) })).to.equal(false);
        }
      }
      const digest = proof.digest + R;
      const challenge = statementChallenge(model.vkHash, digest, VALUES);
      const cheat = model.proveSignals([digest % R, challenge, statementEvaluation(VALUES, challenge)]);
      expect(await verify({ proof: { ...cheat, digest } })).to.equal(false);
    });

    it("of a vector without context, input and output", async () => {
      for (const values of [[], [1n], [1n, 2n]]) {
        expect(await verify({ values, proof: model.prove(values) })).to.equal(false);
      }
    });

    it("extended by a zero, unless its maker meant that: callers have to fix the length", async () => {
      const extended = [...VALUES, 0n];
      expect(await verify({ values: extended })).to.equal(false);
      const { digest } = proof;
      const challenge = statementChallenge(model.vkHash, digest, extended);
      // The circuit takes three values, and the fourth adds nothing to the polynomial.
      const evaluation = statementEvaluation(VALUES, challenge);
      const meant = model.proveSignals([digest, challenge, evaluation]);
      expect(await verify({ values: extended, proof: meant })).to.equal(true);
    });
  });

  describe("calldata", () => {
    it("that is truncated reverts", async () => {
      const data = calldata();
      for (const missing of [1, 31, 32, 33, 96, 128, 400]) {
        expect(await fixture.outcome(slice(data, 0, size(data) - missing))).to.equal("no reason");
      }
    });

    it("that is padded reverts, and says by how much", async () => {
      const data = calldata();
      const expected = BigInt(size(data));
      for (const extra of [1, 32, 320]) {
        expect(await fixture.outcome(concat([data, `0x${"00".repeat(extra)}`]))).to.deep.equal([
          "ProofVerifier__CalldataLength",
          expected + BigInt(extra),
          expected,
        ]);
      }
    });

    it("that has the values in another place is read as it says, and cannot be longer for it", async () => {
      const data = calldata();
      // The offset of the values points at C.y and the digest: a vector far longer than the calldata.
      const moved = concat([slice(data, 0, 36), pad("0x0120", { size: 32 }), slice(data, 68)]);
      expect(await fixture.outcome(moved)).to.equal("no reason");
      // Values behind a gap of one word: the same statement in longer calldata.
      const gap = concat([
        slice(data, 0, 36),
        pad("0x0180", { size: 32 }),
        slice(data, 68, 356),
        pad("0x", { size: 32 }),
        slice(data, 356),
      ]);
      expect(await fixture.outcome(gap)).to.deep.equal([
        "ProofVerifier__CalldataLength",
        BigInt(size(gap)),
        BigInt(size(data)),
      ]);
    });
  });

  it("reverts for an unknown key", async () => {
    const { viem, verifier } = fixture;
    const unknown = pad("0x07", { size: 32 });
    await viem.assertions.revertWithCustomErrorWithArgs(
      verifier.read.verify([unknown, VALUES, proof]),
      verifier,
      "ProofVerifier__UnknownKey",
      [unknown],
    );
  });

  describe("gas", () => {
    async function gasOf(bad: SimulatedProof): Promise<bigint> {
      const { client, verifier, wallet } = fixture;
      expect(await verify({ proof: bad })).to.equal(false);
      const hash = await wallet.sendTransaction({
        to: verifier.address,
        data: calldata({ proof: bad }),
        gas: 16_000_000n,
      });
      return (await client.getTransactionReceipt({ hash })).gasUsed;
    }

    it("stays below 400,000 for points off the curve", async () => {
      for (let index = 0; index < 8; index++) {
        const bad = withPoint(proof, index, (proof.points[index]! + 1n) % P);
        expect(await gasOf(bad)).to.be.lessThan(Number(BAD_PROOF_GAS));
      }
    });

    it("stays below 400,000 for a point outside the subgroup", async () => {
      const [ax, ay, , , , , cx, cy] = proof.points;
      const bad = withPoints(proof, [ax, ay, ...g2OutsideSubgroup(), cx, cy]);
      expect(await gasOf(bad)).to.be.lessThan(Number(BAD_PROOF_GAS));
    });

    it("that is short never makes a good proof look bad", async () => {
      const outcomes = new Set<unknown>();
      for (let gas = 2_000n; gas < 240_000n; gas += 2_000n) {
        const outcome = await fixture.outcome(calldata(), gas);
        outcomes.add(Array.isArray(outcome) ? outcome[0] : outcome);
      }
      expect([...outcomes]).to.have.members(["no reason", "ProofVerifier__InsufficientGas", true]);
    });
  });

  function pointsOf({ points }: SimulatedProof) {
    const [ax, ay, b0, b1, b2, b3, cx, cy] = points;
    return [g1FromWords([ax, ay]), g2FromWords([b0, b1, b2, b3]), g1FromWords([cx, cy])] as const;
  }
});
