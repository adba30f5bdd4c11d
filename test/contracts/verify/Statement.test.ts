import { expect } from "chai";
import hre from "hardhat";
import { keccak256, toBytes, toHex } from "viem";
import {
  STATEMENT_DOMAIN,
  statementChallenge,
  statementEvaluation,
} from "../../../circuits/src/statement/challenge.ts";
import { packTensor, unpackTensor } from "../../../circuits/src/statement/packing.ts";
import { R } from "../../support/simulator.ts";
import { statementContext } from "../../support/statement.ts";
import { statementVectors } from "../../support/statementVectors.ts";
import vectors from "../../vectors/statement.json" with { type: "json" };

async function deployHarness() {
  const { viem } = await hre.network.getOrCreate();
  const statement = await viem.deployContract("StatementHarness");
  const { read } = statement;
  const client = await viem.getPublicClient();
  return { viem, statement, read, chainId: BigInt(await client.getChainId()) };
}

describe("Statement", () => {
  it("has the vectors that the reference computes (scripts/write-statement-vectors.ts)", () => {
    expect(vectors).to.deep.equal(statementVectors());
  });

  it("is separated by its domain", async () => {
    const { read } = await deployHarness();
    expect(await read.domain()).to.equal(keccak256(toBytes("OPG/Statement/v1")));
    expect(await read.domain()).to.equal(vectors.domain);
    expect(toHex(STATEMENT_DOMAIN, { size: 32 })).to.equal(vectors.domain);
  });

  describe("context", () => {
    it("names chain, contract, request and prover, and fits a word of lanes", async () => {
      const { statement, read, chainId } = await deployHarness();
      for (const { requestId, prover } of vectors.contexts) {
        const request = { chainId, verifyingContract: statement.address, requestId, prover } as const;
        const context = await read.context([requestId as `0x${string}`, prover as `0x${string}`]);
        expect(context).to.equal(statementContext(request as never));
        expect(context < 2n ** 248n).to.equal(true);
      }
    });

    it("differs for another prover, request and contract", async () => {
      const { viem, read } = await deployHarness();
      const other = await viem.deployContract("StatementHarness");
      const [a, b] = vectors.contexts.map(({ requestId, prover }) => [requestId, prover]) as [never, never];
      const contexts = [
        await read.context(a),
        await read.context(b),
        await read.context([a[0], b[1]]),
        await read.context([b[0], a[1]]),
        await other.read.context(a),
      ];
      expect(new Set(contexts).size).to.equal(contexts.length);
    });
  });

  it("has the same challenge and evaluation in Solidity, the compiler and the vectors", async () => {
    const { read } = await deployHarness();
    for (const { vkHash, digest, values, challenge, evaluation } of vectors.statements) {
      const v = values.map(BigInt);
      expect(await read.challenge([vkHash as `0x${string}`, BigInt(digest), v])).to.equal(BigInt(challenge));
      expect(await read.evaluate([v, BigInt(challenge)])).to.equal(BigInt(evaluation));
      expect(statementChallenge(BigInt(vkHash), BigInt(digest), v)).to.equal(BigInt(challenge));
      expect(statementEvaluation(v, BigInt(challenge))).to.equal(BigInt(evaluation));
    }
    expect(await read.evaluate([[], 5n])).to.equal(0n);
  });

  describe("packing", () => {
    it("is the same in Solidity, the compiler and the vectors, and unpacks again", async () => {
      const { read } = await deployHarness();
      for (const { bits, isSigned, values, words } of vectors.tensors) {
        const [v, w] = [values.map(BigInt), words.map(BigInt)];
        expect(await read.pack([v, bits, isSigned])).to.deep.equal(w);
        expect(await read.unpack([w, BigInt(v.length), bits, isSigned])).to.deep.equal(v);
        expect(await read.wordCount([BigInt(v.length), bits])).to.equal(BigInt(w.length));
        expect(packTensor(v, { bits, isSigned })).to.deep.equal(w);
        expect(unpackTensor(w, { bits, isSigned, count: v.length })).to.deep.equal(v);
        expect(w.every((word) => word < R)).to.equal(true);
      }
    });

    it("of nothing is nothing", async () => {
      const { read } = await deployHarness();
      expect(await read.pack([[], 8, false])).to.deep.equal([]);
      expect(await read.unpack([[], 0n, 8, false])).to.deep.equal([]);
    });

    it("refuses lanes of no bits and of more than a word holds", async () => {
      const { viem, statement, read } = await deployHarness();
      for (const bits of [0, 249, 255]) {
        for (const call of [
          read.pack([[1n], bits, false]),
          read.unpack([[1n], 1n, bits, true]),
          read.wordCount([1n, bits]),
        ]) {
          await viem.assertions.revertWithCustomErrorWithArgs(call, statement, "Statement__BitsOutOfRange", [
            bits,
          ]);
        }
      }
    });

    it("refuses a value that does not fit its lane, and names it", async () => {
      const { viem, statement, read } = await deployHarness();
      for (const [value, bits, isSigned] of [
        [256n, 8, false],
        [-1n, 8, false],
        [128n, 8, true],
        [-129n, 8, true],
        [2n ** 248n, 248, false],
        [2n ** 247n, 248, true],
        [-(2n ** 255n), 248, true],
        [2n ** 255n - 1n, 1, false],
      ] as const) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          read.pack([[0n, 0n, value], bits, isSigned]),
          statement,
          "Statement__ValueOutOfRange",
          [2n, value, bits, isSigned],
        );
      }
    });

    it("refuses to unpack too few or too many words", async () => {
      const { viem, statement, read } = await deployHarness();
      for (const given of [0, 1, 3]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          read.unpack([Array(given).fill(0n), 32n, 8, false]),
          statement,
          "Statement__WordCount",
          [BigInt(given), 2n],
        );
      }
    });

    it("refuses to unpack a word with bits above its last lane", async () => {
      const { viem, statement, read } = await deployHarness();
      const dirty = 1n << 248n;
      for (const [words, count, index, word] of [
        [[dirty, 0n], 32n, 0n, dirty],
        [[0n, 256n], 32n, 1n, 256n],
        [[256n], 1n, 0n, 256n],
      ] as const) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          read.unpack([words, count, 8, false]),
          statement,
          "Statement__DirtyWord",
          [index, word],
        );
      }
    });
  });
});
