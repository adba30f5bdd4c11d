import { expect } from "chai";
import { concat, encodeFunctionData, type Hex, pad, size, slice, toHex } from "viem";
import { type ModelKey, R } from "../../support/simulator.ts";
import { type Item, item, items } from "./claims.ts";
import { deployVerifier } from "./deployVerifier.ts";

describe("ProofVerifier: batches of one model", () => {
  let fixture: Awaited<ReturnType<typeof deployVerifier>>;
  let first: ModelKey;
  let second: ModelKey;
  let devModel: ModelKey;
  const unknown = pad("0x07", { size: 32 });

  before(async () => {
    fixture = await deployVerifier();
    first = await fixture.registerModel("first");
    second = await fixture.registerModel("second");
    devModel = await fixture.registerModel("dev", fixture.dev);
  });

  const flat = (batch: readonly Item[]) =>
    [first.vkHash, batch.flatMap(({ values }) => values), batch.map(({ proof }) => proof)] as const;

  it("hold for right proofs and vectors of any length from three, under each ceremony", async () => {
    const { verifier } = fixture;
    for (const count of [1, 2, 5]) {
      for (const length of [3, 4, 9]) {
        const batch = Array.from({ length: count }, (_, i) => item(first, `item ${i}`, length));
        expect(await verifier.read.verifyModelBatch(flat(batch))).to.equal(true);
      }
    }
    const { values, proof } = item(devModel, "dev");
    expect(await verifier.read.verifyModelBatch([devModel.vkHash, values, [proof]])).to.equal(true);
  });

  it("fail with one bad item, in each place", async () => {
    for (let bad = 0; bad < 3; bad++) {
      const tampered = items(first, 3).map((claim, i) =>
        i === bad ? { ...claim, values: claim.values.map((value) => value ^ 1n) } : claim,
      );
      expect(await fixture.verifier.read.verifyModelBatch(flat(tampered))).to.equal(false);
    }
    const [a, b] = items(first, 2) as [Item, Item];
    const swapped = [first.vkHash, flat([a, b])[1], [b.proof, a.proof]] as const;
    expect(await fixture.verifier.read.verifyModelBatch(swapped)).to.equal(false);
  });

  it("fail under another key, for values that are not below r, and for short vectors", async () => {
    const { verifier } = fixture;
    const [, values, proofs] = flat(items(first, 2));
    expect(await verifier.read.verifyModelBatch([second.vkHash, values, proofs])).to.equal(false);
    const raised = values.map((value, i) => (i === 4 ? value + R : value));
    expect(await verifier.read.verifyModelBatch([first.vkHash, raised, proofs])).to.equal(false);
    for (const length of [0, 1, 2]) {
      expect(await verifier.read.verifyModelBatch(flat([item(first, "short", length)]))).to.equal(false);
    }
  });

  it("revert when the values cannot be divided among the proofs", async () => {
    const { viem, verifier } = fixture;
    const [, values, proofs] = flat(items(first, 2));
    for (const [left, right] of [
      [values.slice(1), proofs],
      [values, []],
      [[], []],
    ] as const) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        verifier.read.verifyModelBatch([first.vkHash, left, right]),
        verifier,
        "ProofVerifier__BatchShape",
        [BigInt(left.length), BigInt(right.length)],
      );
    }
  });

  /** Calldata of `verifyModelBatch` with two proofs about six values. */
  function encodeTwo(values?: readonly bigint[]): Hex {
    const [vkHash, own, proofs] = flat(items(first, 2));
    const args = [vkHash, values ?? own, proofs] as const;
    return encodeFunctionData({ abi: fixture.verifier.abi, functionName: "verifyModelBatch", args });
  }

  it("revert for an unknown key", async () => {
    const { viem, verifier } = fixture;
    const [, values, proofs] = flat(items(first, 2));
    await viem.assertions.revertWithCustomErrorWithArgs(
      verifier.read.verifyModelBatch([unknown, values, proofs]),
      verifier,
      "ProofVerifier__UnknownKey",
      [unknown],
    );
  });

  it("revert for padded and truncated calldata", async () => {
    const data = encodeTwo();
    const length = BigInt(size(data));
    expect(await fixture.outcome(concat([data, "0x00"]))).to.deep.equal([
      "ProofVerifier__CalldataLength",
      length + 1n,
      length,
    ]);
    expect(await fixture.outcome(slice(data, 0, size(data) - 1))).to.equal("no reason");
  });

  it("revert for calldata laid out in another way than the canonical one", async () => {
    const word = (value: number) => pad(toHex(value), { size: 32 });
    const data = encodeTwo();
    const [head, tail] = [slice(data, 0, 36), slice(data, 100)];
    const [values, proofs] = [slice(tail, 0, 32 * 7), slice(tail, 32 * 7)];
    expect(concat([head, word(96), word(96 + 32 * 7), values, proofs])).to.equal(data);
    // values that happen to be the number of proofs and of values, for an offset to point at
    const lengths = encodeTwo([2n, 6n, 0n, 0n, 0n, 0n]);
    for (const layout of [
      concat([head, word(96 + size(proofs)), word(96), proofs, values]),
      concat([slice(lengths, 0, 68), word(128), slice(lengths, 100)]),
      concat([slice(lengths, 0, 36), word(160), slice(lengths, 68)]),
    ]) {
      expect(await fixture.outcome(layout)).to.deep.equal(["ProofVerifier__CalldataLayout"]);
    }
  });

  it("that lack gas never make good proofs look bad", async () => {
    const data = encodeTwo();
    const outcomes = new Set<unknown>();
    for (let gas = 2_000n; gas < 320_000n; gas += 2_000n) {
      const result = await fixture.outcome(data, gas);
      outcomes.add(Array.isArray(result) ? result[0] : result);
    }
    expect([...outcomes]).to.have.members(["no reason", "ProofVerifier__InsufficientGas", true]);
  });
});
