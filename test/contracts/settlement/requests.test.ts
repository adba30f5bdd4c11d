import { expect } from "chai";
import { getAddress, zeroHash } from "viem";
import { FEE, type Market, type Order } from "../../support/market.ts";
import { R } from "../../support/simulator.ts";
import { VersionStatus } from "../../support/versions.ts";
import { expectNotPayable, loadMarket, pass, viem } from "./fixture.ts";

const Status = { Unknown: 0, Open: 1, Settled: 2, Refunded: 3 } as const;

describe("InferenceSettlement requests", () => {
  let market: Market;
  beforeEach(async () => {
    market = await loadMarket();
  });

  const request = (order: Order, account = market.payer) =>
    market.settlement.write.request([order], { account });

  describe("request", () => {
    it("sets the fee aside, records the request and publishes the whole order", async () => {
      const { settlement, payer, version } = market;
      const order = await market.makeOrder({ callback: getAddress(market.stranger) });
      const before = await settlement.read.depositOf([payer]);
      const requestId = market.requestIdOf(order);
      await viem.assertions.emitWithArgs(request(order), settlement, "Requested", [
        requestId,
        getAddress(payer),
        version.id,
        (published: unknown) => {
          expect(published).to.deep.equal({ ...order, payer: getAddress(payer) });
          return true;
        },
      ]);
      expect(await settlement.read.depositOf([payer])).to.equal(before - FEE);
      expect(await settlement.read.requestOf([requestId])).to.deep.equal({
        status: Status.Open,
        deadline: order.deadline,
        escrow: FEE,
      });
    });

    it("is the payer's alone", async () => {
      const order = await market.makeOrder();
      await viem.assertions.revertWithCustomErrorWithArgs(
        request(order, market.stranger),
        market.settlement,
        "InferenceSettlement__NotPayer",
        [getAddress(market.stranger), getAddress(market.payer)],
      );
    });

    it("refuses the same order twice", async () => {
      const order = await market.makeOrder();
      await request(order);
      await expectNotPayable(market, request(order), market.requestIdOf(order), "NonceSpent");
    });

    it("refuses another order with the same salt", async () => {
      const order = await market.makeOrder();
      await request(order);
      const other = { ...order, inputs: [43n] };
      await expectNotPayable(market, request(other), market.requestIdOf(other), "NonceSpent");
    });

    it("refuses an order that the version or the payer cannot bear, and says why", async () => {
      const deadline = (await market.now()) + 100n;
      await market.fund(market.stranger, FEE - 1n);
      const cases = [
        ["Expired", { deadline: await market.now() }],
        ["PriceAboveFee", { maxFee: market.version.price - 1n }],
        ["UnknownMode", { mode: 2 }],
        ["UnknownMode", { mode: 255 }],
        ["InputCount", { inputs: [] }],
        ["InputCount", { inputs: [1n, 0n] }],
        ["InputOutOfField", { inputs: [R] }],
        ["InputOutOfField", { inputs: [2n ** 256n - 1n] }],
        ["Unfunded", { payer: market.stranger }],
      ] as const;
      for (const [reason, changes] of cases) {
        const order = await market.makeOrder({ deadline, ...changes });
        await expectNotPayable(market, request(order, order.payer), market.requestIdOf(order), reason);
      }
    });

    it("refuses a deprecated version, and takes it again when it is active again", async () => {
      const { registry, version, owner } = market;
      await registry.write.setVersionStatus([version.id, VersionStatus.Deprecated], { account: owner });
      const order = await market.makeOrder();
      await expectNotPayable(market, request(order), market.requestIdOf(order), "VersionInactive");
      await registry.write.setVersionStatus([version.id, VersionStatus.Active], { account: owner });
      await request(order);
    });

    it("fails with the registry's error for a version that does not exist", async () => {
      const order = await market.makeOrder({ versionId: 99n });
      await viem.assertions.revertWithCustomErrorWithArgs(
        request(order),
        market.registry,
        "ModelRegistry__UnknownVersion",
        [99n],
      );
    });

    it("takes a fee of exactly the price and an input just below the modulus", async () => {
      await request(await market.makeOrder({ maxFee: market.version.price, inputs: [R - 1n] }));
    });
  });

  describe("settle", () => {
    it("pays payees and prover out of escrow", async () => {
      const { settlement, version, prover, payer } = market;
      const order = await market.makeOrder();
      await request(order);
      const deposit = await settlement.read.depositOf([payer]);
      const item = market.answer(order, { outputs: [77n] });
      await viem.assertions.emitWithArgs(market.settle(item), settlement, "InferenceSettled", [
        market.requestIdOf(order),
        version.id,
        getAddress(prover),
        getAddress(payer),
        FEE,
        [77n],
      ]);
      expect(await settlement.read.earnedBy([version.id])).to.equal(version.price);
      expect(await settlement.read.proverEarningsOf([prover])).to.equal(FEE - version.price);
      expect(await settlement.read.depositOf([payer])).to.equal(deposit);
      expect((await settlement.read.requestOf([market.requestIdOf(order)])).status).to.equal(Status.Settled);
    });

    it("pays the proved prover whoever submits", async () => {
      const { settlement, version, prover, stranger } = market;
      const order = await market.makeOrder();
      await request(order);
      await market.settle(market.answer(order), stranger);
      expect(await settlement.read.proverEarningsOf([prover])).to.equal(FEE - version.price);
      expect(await settlement.read.proverEarningsOf([stranger])).to.equal(0n);
    });

    it("settles in the last second and not in the next", async () => {
      const [early, late] = [await market.makeOrder(), await market.makeOrder()];
      await request(early);
      await request(late);
      await pass(early.deadline - 2n);
      await market.settle(market.answer(early)); // mined at deadline - 1
      await expectNotPayable(market, market.settle(market.answer(late)), market.requestIdOf(late), "Expired");
    });

    it("settles a request of a version that was deprecated after it", async () => {
      const { registry, version, owner } = market;
      const order = await market.makeOrder();
      await request(order);
      await registry.write.setVersionStatus([version.id, VersionStatus.Deprecated], { account: owner });
      await market.settle(market.answer(order));
    });

    it("refuses an order that was never sent", async () => {
      const order = await market.makeOrder();
      await expectNotPayable(
        market,
        market.settle(market.answer(order)),
        market.requestIdOf(order),
        "RequestUnknown",
      );
    });

    it("refuses an answer with too few or too many words", async () => {
      const order = await market.makeOrder();
      await request(order);
      for (const outputs of [[], [1n, 0n]]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          market.settle(market.answer(order, { outputs })),
          market.settlement,
          "InferenceSettlement__OutputCount",
          [market.requestIdOf(order), BigInt(outputs.length), 1n],
        );
      }
    });

    it("stores the outputs if the order asks for it, and only then", async () => {
      const { settlement } = market;
      const stored = await market.makeOrder({ mode: 1 });
      const plain = await market.makeOrder();
      for (const order of [stored, plain]) {
        await request(order);
        await market.settle(market.answer(order, { outputs: [123n] }));
      }
      expect(await settlement.read.resultOf([market.requestIdOf(stored)])).to.deep.equal([123n]);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.read.resultOf([market.requestIdOf(plain)]),
        settlement,
        "InferenceSettlement__NoResult",
        [market.requestIdOf(plain)],
      );
    });
  });

  describe("refund", () => {
    const refund = (order: Order) => market.settlement.write.refund([order], { account: market.stranger });

    it("returns the fee to the payer's deposit after the deadline, whoever calls", async () => {
      const { settlement, payer } = market;
      const before = await settlement.read.depositOf([payer]);
      const order = await market.makeOrder();
      await request(order);
      await pass(order.deadline);
      await viem.assertions.emitWithArgs(refund(order), settlement, "Refunded", [
        market.requestIdOf(order),
        getAddress(payer),
        FEE,
      ]);
      expect(await settlement.read.depositOf([payer])).to.equal(before);
      expect((await settlement.read.requestOf([market.requestIdOf(order)])).status).to.equal(Status.Refunded);
    });

    it("has to wait for the deadline", async () => {
      const order = await market.makeOrder();
      await request(order);
      await pass(order.deadline - 2n);
      await viem.assertions.revertWithCustomErrorWithArgs(
        refund(order), // mined at deadline - 1
        market.settlement,
        "InferenceSettlement__NotExpired",
        [market.requestIdOf(order), order.deadline],
      );
      await pass(order.deadline);
      await refund(order);
    });

    it("refuses an order that was never sent, even a signed one", async () => {
      const order = await market.makeOrder();
      await pass(order.deadline);
      await viem.assertions.revertWithCustomErrorWithArgs(
        refund(order),
        market.settlement,
        "InferenceSettlement__NotOpen",
        [market.requestIdOf(order)],
      );
    });

    it("happens once", async () => {
      const order = await market.makeOrder();
      await request(order);
      await pass(order.deadline);
      await refund(order);
      await viem.assertions.revertWithCustomErrorWithArgs(
        refund(order),
        market.settlement,
        "InferenceSettlement__NotOpen",
        [market.requestIdOf(order)],
      );
    });

    it("does not care for the version's status or the payer's nonces", async () => {
      const { registry, version, owner, settlement, payer } = market;
      const order = await market.makeOrder();
      await request(order);
      await registry.write.setVersionStatus([version.id, VersionStatus.Deprecated], { account: owner });
      await settlement.write.cancelNonces([0n, 2n ** 256n - 1n], { account: payer });
      await pass(order.deadline);
      await refund(order);
    });
  });

  it("knows nothing of a request that was not made", async () => {
    expect(await market.settlement.read.requestOf([zeroHash])).to.deep.equal({
      status: Status.Unknown,
      deadline: 0n,
      escrow: 0n,
    });
  });
});
