import { expect } from "chai";
import { getAddress, parseEther } from "viem";
import { FEE, type Market, type Order, obstacle, type SettlementItem, signer } from "../../support/market.ts";
import { VersionStatus } from "../../support/versions.ts";
import { loadMarket, pass, viem } from "./fixture.ts";

describe("InferenceSettlement settleMany", () => {
  let market: Market;
  beforeEach(async () => {
    market = await loadMarket();
  });

  /** A proved item for a signed order of the payer. */
  async function signedItem(changes: Partial<Order> = {}): Promise<SettlementItem> {
    const order = await market.makeOrder(changes);
    return market.answer(order, { signature: await market.sign(order) });
  }

  /** A proved item for an order sent on chain. */
  async function requestedItem(changes: Partial<Order> = {}): Promise<SettlementItem> {
    const order = await market.makeOrder(changes);
    await market.settlement.write.request([order], { account: market.payer });
    return market.answer(order);
  }

  /** A proof that shows something else. */
  function spoil(item: SettlementItem): SettlementItem {
    return { ...item, outputs: [item.outputs[0]! + 1n] };
  }

  async function simulate(items: readonly SettlementItem[]): Promise<readonly number[]> {
    const { result } = await market.settlement.simulate.settleMany([items], { account: market.prover });
    return result;
  }

  it("settles requests and signed orders of several versions, payers and provers under one check", async () => {
    const { settlement, version, prover, stranger } = market;
    const free = await market.addVersion({ price: 0n });
    const wide = await market.addVersion({ price: parseEther("0.5"), output: { ...OUTPUT, count: 30 } });
    const other = signer("other payer");
    await market.fund(other.address);

    const ofOther = await market.makeOrder({ payer: other.address, versionId: free.id });
    const ofWide = await market.makeOrder({ versionId: wide.id });
    const items = [
      await signedItem(),
      await requestedItem(),
      market.answer(ofOther, {
        signature: await market.signAs(other, ofOther),
        payee: stranger,
        model: free.model,
      }),
      market.answer(ofWide, {
        signature: await market.sign(ofWide),
        outputs: [1n, 2n, 3n],
        model: wide.model,
      }),
      await signedItem(),
    ];
    expect(await simulate(items)).to.deep.equal([0, 0, 0, 0, 0]);
    await market.settleMany(items);

    expect(await settlement.read.earnedBy([version.id])).to.equal(3n * version.price);
    expect(await settlement.read.earnedBy([free.id])).to.equal(0n);
    expect(await settlement.read.earnedBy([wide.id])).to.equal(parseEther("0.5"));
    expect(await settlement.read.proverEarningsOf([stranger])).to.equal(FEE);
    expect(await settlement.read.proverEarningsOf([prover])).to.equal(
      4n * FEE - 3n * version.price - parseEther("0.5"),
    );
  });

  it("pays every prover his own, however their items are mixed", async () => {
    const { settlement, version, prover, stranger, contributor } = market;
    const items: SettlementItem[] = [];
    for (const payee of [prover, stranger, prover, prover, contributor, stranger, prover]) {
      const order = await market.makeOrder();
      items.push(market.answer(order, { signature: await market.sign(order), payee }));
    }
    await market.settleMany(items);
    const rest = FEE - version.price;
    expect(await settlement.read.proverEarningsOf([prover])).to.equal(4n * rest);
    expect(await settlement.read.proverEarningsOf([stranger])).to.equal(2n * rest);
    expect(await settlement.read.proverEarningsOf([contributor])).to.equal(rest);
    expect(await settlement.read.earnedBy([version.id])).to.equal(7n * version.price);
  });

  it("emits the outputs of every item", async () => {
    const items = [await signedItem(), await requestedItem()];
    const hash = await market.settleMany(items);
    for (const item of items) {
      await viem.assertions.emitWithArgs(Promise.resolve(hash), market.settlement, "InferenceSettled", [
        market.requestIdOf(item.order),
        market.version.id,
        getAddress(market.prover),
        getAddress(market.payer),
        FEE,
        item.outputs,
      ]);
    }
  });

  it("skips what cannot be charged, names the reason, and settles the rest", async () => {
    const { settlement, registry, owner, payer, version } = market;
    const deprecated = await market.addVersion();
    const poor = signer("poor");
    const [settled, refunded, unsent] = [await requestedItem(), await requestedItem(), await requestedItem()];
    await market.settle(settled);
    await pass(refunded.order.deadline);
    await settlement.write.refund([refunded.order]);

    const ofPoor = await market.makeOrder({ payer: poor.address });
    const cancelled = await signedItem();
    const { salt } = cancelled.order;
    await settlement.write.cancelNonces([salt >> 8n, 1n << (salt & 0xffn)], { account: payer });
    await registry.write.setVersionStatus([deprecated.id, VersionStatus.Deprecated], { account: owner });
    const neverSent = await market.makeOrder();
    const good = [await signedItem(), await requestedItem()];

    const cases = [
      ["None", good[0]!],
      ["RequestSettled", settled],
      ["RequestRefunded", refunded],
      ["Expired", unsent],
      ["RequestUnknown", market.answer(neverSent)],
      ["VersionInactive", await signedItem({ versionId: deprecated.id })],
      ["PriceAboveFee", await signedItem({ maxFee: version.price - 1n })],
      ["UnknownMode", await signedItem({ mode: 4 })],
      ["InputCount", await signedItem({ inputs: [] })],
      ["BadSignature", { ...(await signedItem()), signature: await market.sign(neverSent) }],
      ["NonceSpent", cancelled],
      ["Unfunded", market.answer(ofPoor, { signature: await market.signAs(poor, ofPoor) })],
      ["None", good[1]!],
    ] as const;
    const items = cases.map(([, item]) => item);
    expect(await simulate(items)).to.deep.equal(cases.map(([reason]) => obstacle(reason)));

    const earned = await settlement.read.earnedBy([version.id]);
    const hash = await market.settleMany(items);
    for (const [index, [reason, item]] of cases.entries()) {
      if (reason === "None") continue;
      await viem.assertions.emitWithArgs(Promise.resolve(hash), settlement, "ItemSkipped", [
        market.requestIdOf(item.order),
        BigInt(index),
        obstacle(reason),
      ]);
    }
    expect((await settlement.getEvents.ItemSkipped()).length).to.equal(cases.length - 2);
    expect((await settlement.getEvents.InferenceSettled()).length).to.equal(2);
    expect(await settlement.read.earnedBy([version.id])).to.equal(earned + 2n * version.price);
  });

  it("settles an order once, however often it is in the batch", async () => {
    const [signed, requested] = [await signedItem(), await requestedItem()];
    expect(await simulate([signed, requested, signed, requested])).to.deep.equal([
      0,
      0,
      obstacle("NonceSpent"),
      obstacle("RequestSettled"),
    ]);
  });

  it("stops charging a payer when his deposit runs dry within the batch", async () => {
    const payer = signer("two fees and a half");
    await market.fund(payer.address, (5n * FEE) / 2n);
    const items: SettlementItem[] = [];
    for (let i = 0; i < 4; i++) {
      const order = await market.makeOrder({ payer: payer.address });
      items.push(market.answer(order, { signature: await market.signAs(payer, order) }));
    }
    const unfunded = obstacle("Unfunded");
    expect(await simulate(items)).to.deep.equal([0, 0, unfunded, unfunded]);
    await market.settleMany(items);
    expect(await market.settlement.read.depositOf([payer.address])).to.equal(FEE / 2n);
  });

  it("reverts for bad proofs and names them by their places among all items", async () => {
    const skipped = { ...(await signedItem()), signature: "0x00" } as const;
    const items = [
      await signedItem(),
      skipped,
      spoil(await signedItem()),
      skipped,
      await requestedItem(),
      spoil(await requestedItem()),
      spoil(skipped),
    ];
    const before = await market.settlement.read.depositOf([market.payer]);
    await viem.assertions.revertWithCustomErrorWithArgs(
      market.settleMany(items),
      market.settlement,
      "InferenceSettlement__InvalidProofs",
      [[2n, 5n]],
    );
    expect(await market.settlement.read.depositOf([market.payer])).to.equal(before);
    expect(await market.settlement.read.proverEarningsOf([market.prover])).to.equal(0n);
  });

  it("reverts for an answer of another length, whose proof cannot be meant", async () => {
    const item = await signedItem();
    await viem.assertions.revertWithCustomErrorWithArgs(
      market.settleMany([await signedItem(), { ...item, outputs: [7n, 0n] }]),
      market.settlement,
      "InferenceSettlement__OutputCount",
      [market.requestIdOf(item.order), 2n, 1n],
    );
  });

  it("reverts for a version that does not exist and never will", async () => {
    await viem.assertions.revertWithCustomErrorWithArgs(
      market.settleMany([await signedItem(), await signedItem({ versionId: 1n })]),
      market.registry,
      "ModelRegistry__UnknownVersion",
      [1n],
    );
  });

  it("does nothing when nothing can be charged", async () => {
    const item = { ...(await signedItem()), signature: "0x00" } as const;
    await market.settleMany([item]);
    await market.settleMany([]);
    expect(await market.settlement.read.proverEarningsOf([market.prover])).to.equal(0n);
  });

  it("stores the outputs of the orders that ask for it", async () => {
    const wide = await market.addVersion({ output: { ...OUTPUT, count: 24 } });
    const order = await market.makeOrder({ versionId: wide.id, mode: 1 });
    const item = market.answer(order, {
      signature: await market.sign(order),
      outputs: [11n, 12n],
      model: wide.model,
    });
    await market.settleMany([await signedItem(), item]);
    expect(await market.settlement.read.resultOf([market.requestIdOf(order)])).to.deep.equal([11n, 12n]);
  });
});

/** Twelve lanes of 20 bits a word. */
const OUTPUT = { count: 10, bits: 20, isSigned: true, scale: 10, visibility: 0 };
