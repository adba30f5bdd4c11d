import { expect } from "chai";
import { concat, encodeFunctionData, type Hex, pad, size, slice, toHex } from "viem";
import {
  g1FromWords,
  g1Words,
  g2OutsideSubgroup,
  type ModelKey,
  P,
  R,
  scalar,
} from "../../support/simulator.ts";
import { statementChallenge, statementEvaluation } from "../../support/statement.ts";
import { type Item, item, items } from "./claims.ts";
import { batchRandomness, deployVerifier, withPoint, withPoints } from "./deployVerifier.ts";

/** The item with one G1 point of its proof, A (0) or C (6), moved by `offset * G1`. */
function moved(claim: Item, first: 0 | 6, offset: bigint): Item {
  const { points } = claim.proof;
  const point = g1FromWords([points[first], points[first + 1]!]).add(g1FromWords([1n, 2n]).multiply(offset));
  const [x, y] = g1Words(point);
  return { ...claim, proof: withPoint(withPoint(claim.proof, first, x), first + 1, y) };
}

describe("ProofVerifier: batches", () => {
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

  async function expectBatch(batch: readonly Item[], invalid: readonly number[]) {
    const { verifier } = fixture;
    expect(await verifier.read.verifyBatch([batch])).to.equal(invalid.length === 0);
    expect(await verifier.read.invalidItems([batch])).to.deep.equal(invalid.map(BigInt));
  }

  function encode(functionName: "verifyBatch" | "invalidItems", batch: readonly Item[]): Hex {
    return encodeFunctionData({ abi: fixture.verifier.abi, functionName, args: [batch] });
  }

  describe("of items hold", () => {
    it("when there are none", () => expectBatch([], []));

    it("for one item, of each ceremony", async () => {
      for (const model of [first, devModel]) await expectBatch([item(model, "one")], []);
    });

    it("for one key and several sizes", async () => {
      for (const count of [2, 3, 8, 33]) await expectBatch(items(first, count), []);
    });

    it("for several keys, ceremonies and lengths, next to one another or mixed", async () => {
      const [a, b, c] = [item(first, "a"), item(second, "b", 7), item(devModel, "c", 4)];
      const [d, e, f] = [item(first, "d"), item(second, "e", 7), item(devModel, "f", 4)];
      for (const batch of [
        [a, d, b, e, c, f],
        [a, b, c, d, e, f],
        [c, a, f, b, d],
        [c, f],
        [b, a, b, a],
      ]) {
        await expectBatch(batch, []);
      }
    });

    it("for vectors of any length from three", async () => {
      await expectBatch(
        [3, 4, 5, 8, 40].map((length) => item(first, `length ${length}`, length)),
        [],
      );
    });

    it("for the same item twice: whether that pays twice is not for the verifier to say", async () => {
      const same = item(first, "same");
      await expectBatch([same, same, item(first, "other"), same], []);
    });
  });

  describe("of items fail and name the culprits", () => {
    it("with one bad item, in each place", async () => {
      for (let bad = 0; bad < 5; bad++) {
        const batch = items(first, 5).map((claim, i) =>
          i === bad ? { ...claim, values: [1n, ...claim.values.slice(1)] } : claim,
        );
        await expectBatch(batch, [bad]);
      }
    });

    it("with bad items only", async () => {
      const batch = items(first, 3).map((claim) => ({ ...claim, values: [0n, 0n, 0n] }));
      await expectBatch(batch, [0, 1, 2]);
    });

    it("with an item of an unknown key", async () => {
      const [a, b, c] = items(first, 3) as [Item, Item, Item];
      await expectBatch([{ ...a, vkHash: unknown }], [0]);
      await expectBatch([a, { ...b, vkHash: unknown }, c], [1]);
    });

    it("with an item of an unknown key that would hold if the key were all zeros", async () => {
      const { alpha, beta } = fixture.production;
      const claim = item(first, "a");
      const proof = withPoints(claim.proof, [...alpha, ...beta, 0n, 0n]);
      await expectBatch([{ ...claim, vkHash: unknown, proof }], [0]);
      await expectBatch([item(first, "good"), { ...claim, vkHash: unknown, proof }], [1]);
    });

    it("with an item under another item's key", async () => {
      const [a, b] = [item(first, "a"), item(second, "b")];
      await expectBatch([{ ...a, vkHash: second.vkHash }, b], [0]);
      await expectBatch(
        [
          { ...a, vkHash: second.vkHash },
          { ...b, vkHash: first.vkHash },
        ],
        [0, 1],
      );
      await expectBatch([a, { ...a, vkHash: devModel.vkHash }], [1]);
    });

    it("with two items that swapped proofs or digests", async () => {
      const [a, b, c] = items(first, 3) as [Item, Item, Item];
      await expectBatch([{ ...a, proof: b.proof }, { ...b, proof: a.proof }, c], [0, 1]);
      const swapped = (to: Item, from: Item) => ({
        ...to,
        proof: { ...to.proof, digest: from.proof.digest },
      });
      await expectBatch([swapped(a, b), swapped(b, a), c], [0, 1]);
    });

    it("with a value or digest that is not below r", async () => {
      for (const index of [0, 1, 2, 3]) {
        const claim = item(first, "raised", 4);
        const values = claim.values.map((value, i) => (i === index ? value + R : value));
        await expectBatch([item(first, "good"), { ...claim, values, proof: first.prove(values) }], [1]);
      }
      const claim = item(first, "digest");
      const digest = claim.proof.digest + R;
      const challenge = statementChallenge(first.vkHash, digest, claim.values);
      const signals = [digest % R, challenge, statementEvaluation(claim.values, challenge)] as const;
      const raised = { ...claim, proof: { ...first.proveSignals(signals), digest } };
      await expectBatch([raised], [0]);
      await expectBatch([item(first, "good"), raised], [1]);
    });

    it("with a vector of less than three values", async () => {
      for (const length of [0, 1, 2]) {
        await expectBatch([item(first, "good"), item(first, "short", length), item(first, "long", 9)], [1]);
        await expectBatch([item(first, "short", length), item(first, "long", 9)], [0]);
      }
    });

    it("with a coordinate that is off the curve, not canonical, infinite, or outside the subgroup", async () => {
      const good = items(first, 3) as [Item, Item, Item];
      for (const [index, word] of good[0].proof.points.entries()) {
        for (const place of [0, 2]) {
          for (const wrong of [(word + 1n) % P, word + P, 0n]) {
            const batch = good.map((claim, i) =>
              i === place
                ? { ...claim, proof: withPoint(good[0].proof, index, wrong), values: good[0].values }
                : claim,
            );
            await expectBatch(batch, [place]);
          }
        }
      }
      const [ax, ay, , , , , cx, cy] = good[1].proof.points;
      const outside = withPoints(good[1].proof, [ax, ay, ...g2OutsideSubgroup(), cx, cy]);
      await expectBatch([good[0], { ...good[1], proof: outside }, good[2]], [1]);
      const infinite = withPoints(good[1].proof, Array(8).fill(0n));
      await expectBatch([good[0], { ...good[1], proof: infinite }, good[2]], [1]);
    });

    it("with a point off the curve or oddly written where leaving it out would make the sum right", async () => {
      const values = [1n, 2n, 3n];
      for (const [point, place] of [
        ["A", 0],
        ["C", 6],
      ] as const) {
        const claim = { vkHash: first.vkHash, values, proof: first.proveInfinite(values, point) };
        await expectBatch([item(first, "good"), claim], []);
        await expectBatch([claim, item(first, "good")], []);
        await expectBatch([claim], []);
        for (const [x, y] of [
          [1n, 1n],
          [P, 0n],
          [0n, P],
          [1n, 2n + P],
        ] as const) {
          const proof = withPoint(withPoint(claim.proof, place, x), place + 1, y);
          await expectBatch([item(first, "good"), { ...claim, proof }], [1]);
          await expectBatch([{ ...claim, proof }, item(first, "good")], [0]);
        }
      }
    });
  });

  describe("of items fail though the errors cancel", () => {
    it("under equal coefficients", async () => {
      const offset = scalar("offset");
      const [a, b, c] = items(first, 3) as [Item, Item, Item];
      await expectBatch([moved(a, 6, offset), moved(b, 6, R - offset), c], [0, 1]);
      await expectBatch([c, moved(a, 6, offset), moved(b, 6, R - offset)], [1, 2]);
    });

    it("between the same statement and itself", async () => {
      const offset = scalar("offset");
      const same = item(first, "same");
      await expectBatch([moved(same, 0, offset), moved(same, 0, R - offset)], [0, 1]);
      await expectBatch([moved(same, 6, offset), same, moved(same, 6, R - offset)], [0, 2]);
    });

    it("under coefficients 1, 2, 3, ... or powers of a small number", async () => {
      const batch = items(first, 3);
      for (const factors of [
        [3n, -3n, 1n],
        [4n, -4n, 1n],
        [1n, -2n, 1n],
      ]) {
        const bad = batch.map((claim, i) => moved(claim, 6, (factors[i]! + R) % R));
        await expectBatch(bad, [0, 1, 2]);
      }
    });

    it("across keys with the same delta's scalar", async () => {
      const offset = scalar("offset");
      const twin = await fixture.registerModel("first", fixture.dev);
      await expectBatch([moved(item(first, "a"), 6, offset), moved(item(twin, "b"), 6, R - offset)], [0, 1]);
    });

    it("under coefficients that leave out what the errors change", async () => {
      const [a, b] = items(first, 2) as [Item, Item];
      const before = encode("verifyBatch", [a, b]);
      const zeros: Hex = `0x${"00".repeat(size(before))}`;
      const pointless = encode(
        "verifyBatch",
        [a, b].map((claim) => ({ ...claim, proof: withPoints(claim.proof, Array(8).fill(0n)) })),
      );
      const offset = scalar("offset");
      for (const calldata of [before, zeros, pointless]) {
        const rho = batchRandomness(calldata, 2) % R;
        const balanced = [moved(a, 6, R - ((offset * rho) % R)), moved(b, 6, offset)];
        await expectBatch(balanced, [0, 1]);
      }
    });
  });

  describe("calldata", () => {
    const functions = ["verifyBatch", "invalidItems"] as const;

    it("that is truncated reverts", async () => {
      for (const functionName of functions) {
        const data = encode(functionName, items(first, 2));
        const length = BigInt(size(data));
        for (const missing of [1, 32]) {
          expect(await fixture.outcome(slice(data, 0, size(data) - missing))).to.deep.equal([
            "ProofVerifier__CalldataLength",
            length - BigInt(missing),
            length,
          ]);
        }
        // The last vector's length is gone; the offsets of the items are gone.
        expect(await fixture.outcome(slice(data, 0, size(data) - 128))).to.be.an("array");
        expect(await fixture.outcome(slice(data, 0, 100))).to.equal("no reason");
      }
    });

    it("that is laid out in another way than the canonical one reverts, though it says the same", async () => {
      const word = (value: number) => pad(toHex(value), { size: 32 });
      for (const functionName of functions) {
        const data = encode(functionName, [item(first, "a"), item(first, "b")]);
        const [selector, itemBytes, start] = [slice(data, 0, 4), 384 + 96, 4 + 32 * 4];
        const [a, b] = [slice(data, start, start + itemBytes), slice(data, start + itemBytes)];
        const canonical = concat([selector, word(32), word(2), word(64), word(64 + itemBytes), a, b]);
        expect(canonical).to.equal(data);
        const layouts = [
          // the items in the other order
          concat([selector, word(32), word(2), word(64 + itemBytes), word(64), b, a]),
          // one item used twice
          concat([selector, word(32), word(2), word(64), word(64), a]),
          // the array after a gap
          concat([selector, word(64), word(0), word(2), word(64), word(64 + itemBytes), a, b]),
          // the values of an item after a gap
          concat([
            selector,
            word(32),
            word(1),
            word(32),
            slice(a, 0, 32),
            word(0x180),
            slice(a, 64, 0x160),
            word(0),
            slice(a, 0x160),
          ]),
        ];
        for (const layout of layouts) {
          expect(await fixture.outcome(layout)).to.deep.equal(["ProofVerifier__CalldataLayout"]);
        }
        // the array's offset at a value of the last item that happens to be the number of items
        const last = encode(functionName, [item(first, "a"), { ...item(first, "b"), values: [2n, 0n, 0n] }]);
        const atValue = concat([selector, word(size(last) - 4 - 96), slice(last, 36)]);
        expect(await fixture.outcome(atValue)).to.deep.equal(["ProofVerifier__CalldataLayout"]);
        // a number of values so large that 32 times it wraps around to the right size
        const length = pad(toHex((1n << 251n) + 3n), { size: 32 });
        const wrapping = concat([slice(data, 0, start + 0x160), length, slice(data, start + 0x180)]);
        expect(await fixture.outcome(wrapping)).to.deep.equal(["ProofVerifier__CalldataLayout"]);
      }
    });

    it("that is padded reverts, and says by how much", async () => {
      for (const functionName of functions) {
        for (const count of [0, 2]) {
          const data = encode(functionName, items(first, count));
          expect(await fixture.outcome(concat([data, "0x00"]))).to.deep.equal([
            "ProofVerifier__CalldataLength",
            BigInt(size(data) + 1),
            BigInt(size(data)),
          ]);
        }
      }
    });
  });

  it("that lack gas never make good items look bad", async () => {
    const batch = [...items(first, 2), item(devModel, "dev")];
    const data = encode("verifyBatch", batch);
    const naming = encode("invalidItems", batch);
    const [checked, named] = [new Set<unknown>(), new Set<unknown>()];
    for (let gas = 2_000n; gas < 480_000n; gas += 3_000n) {
      const outcome = await fixture.outcome(data, gas);
      checked.add(Array.isArray(outcome) ? outcome[0] : outcome);
    }
    for (let gas = 10_000n; gas < 800_000n; gas += 10_000n) {
      const outcome = await fixture.outcome(naming, gas);
      named.add(Array.isArray(outcome) ? (outcome[0] ?? "none named") : outcome);
    }
    expect([...checked]).to.have.members(["no reason", "ProofVerifier__InsufficientGas", true]);
    expect([...named]).to.have.members(["no reason", "ProofVerifier__InsufficientGas", "none named"]);
  });

  it("cost at most 400,000 gas more for a point off the curve", async () => {
    const { client, verifier, wallet } = fixture;
    const gasOf = async (batch: readonly Item[]) => {
      const hash = await wallet.sendTransaction({
        to: verifier.address,
        data: encode("verifyBatch", batch),
        gas: 16_000_000n,
      });
      return (await client.getTransactionReceipt({ hash })).gasUsed;
    };
    const good = items(first, 4);
    const limit = Number((await gasOf(good)) + 400_000n);
    for (let index = 0; index < 8; index++) {
      const bad = good.map((claim, i) =>
        i === 2
          ? { ...claim, proof: withPoint(claim.proof, index, (claim.proof.points[index]! + 1n) % P) }
          : claim,
      );
      expect(await gasOf(bad)).to.be.lessThan(limit);
    }
  });
});
