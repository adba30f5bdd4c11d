import { expect } from "chai";
import { type Address, getAddress, parseEther } from "viem";
import { type Market, type MarketVersion, type Order, signer } from "../../support/market.ts";
import { loadMarket, viem } from "./fixture.ts";

describe("InferenceSettlement earnings", () => {
  let market: Market;
  beforeEach(async () => {
    market = await loadMarket();
  });

  async function earn(version: MarketVersion, changes: Partial<Order> = {}, count = 1): Promise<void> {
    for (let i = 0; i < count; i++) {
      const order = await market.makeOrder({ versionId: version.id, ...changes });
      const signature = await market.sign(order);
      await market.settle(market.answer(order, { signature, model: version.model }));
    }
  }

  const balanceOf = (account: Address) => market.token.read.balanceOf([account]);

  it("pays a prover all he has earned, whoever calls, and nobody else", async () => {
    const { settlement, version, prover, stranger } = market;
    await earn(version, { maxFee: parseEther("3") }, 2);
    await viem.assertions.emitWithArgs(
      settlement.write.withdrawProverEarnings([prover], { account: stranger }),
      settlement,
      "ProverEarningsWithdrawn",
      [getAddress(prover), parseEther("4")],
    );
    expect(await balanceOf(prover)).to.equal(parseEther("4"));
    expect(await balanceOf(stranger)).to.equal(0n);
    expect(await settlement.read.proverEarningsOf([prover])).to.equal(0n);
  });

  it("pays a prover nothing the second time", async () => {
    const { settlement, version, prover } = market;
    await earn(version);
    await settlement.write.withdrawProverEarnings([prover]);
    const before = await balanceOf(prover);
    await settlement.write.withdrawProverEarnings([prover]);
    expect(await balanceOf(prover)).to.equal(before);
  });

  it("pays each payee his share of the prices, whoever calls", async () => {
    const { settlement, version, owner, contributor, stranger } = market;
    await earn(version, {}, 3);
    expect(await settlement.read.payeeShareOf([version.id, 0n])).to.equal(parseEther("2.1"));
    expect(await settlement.read.payeeShareOf([version.id, 1n])).to.equal(parseEther("0.9"));
    await viem.assertions.emitWithArgs(
      settlement.write.withdrawPayeeShare([version.id, 0n], { account: stranger }),
      settlement,
      "PayeeShareWithdrawn",
      [version.id, 0n, getAddress(owner), parseEther("2.1")],
    );
    expect(await balanceOf(owner)).to.equal(parseEther("2.1"));
    expect(await balanceOf(contributor)).to.equal(0n);
    expect(await settlement.read.payeeShareOf([version.id, 0n])).to.equal(0n);
  });

  it("pays what was earned since the last withdrawal", async () => {
    const { settlement, version, contributor } = market;
    await earn(version);
    await settlement.write.withdrawPayeeShare([version.id, 1n]);
    await earn(version, {}, 2);
    await settlement.write.withdrawPayeeShare([version.id, 1n]);
    await settlement.write.withdrawPayeeShare([version.id, 1n]);
    expect(await balanceOf(contributor)).to.equal(parseEther("0.9"));
  });

  it("splits any price to the last wei, with shares that do not divide", async () => {
    const { settlement, registry, owner } = market;
    const payees = [1, 3_333, 6_666].map((bps, i) => ({ account: signer(`payee ${i}`).address, bps }));
    await registry.write.setPayees([1n, payees], { account: owner });
    const version = await market.addVersion({ price: 70_000n });
    await earn(version, { maxFee: 70_001n }, 3);
    const shares = [0n, 1n, 2n].map((index) => settlement.read.payeeShareOf([version.id, index]));
    expect(await Promise.all(shares)).to.deep.equal([21n, 69_993n, 139_986n]);
    expect(await settlement.read.proverEarningsOf([market.prover])).to.equal(3n);
    expect(await settlement.read.earnedBy([version.id])).to.equal(210_000n);
  });

  it("keeps paying the payees a version was registered with", async () => {
    const { settlement, registry, version, owner, stranger } = market;
    await earn(version);
    await registry.write.setPayees([1n, [{ account: stranger, bps: 10_000 }]], { account: owner });
    await earn(version);
    await settlement.write.withdrawPayeeShare([version.id, 0n]);
    expect(await balanceOf(owner)).to.equal(parseEther("1.4"));
    expect(await balanceOf(stranger)).to.equal(0n);
  });

  it("leaves a prover with nothing if the fee is the price, and payees if the price is nothing", async () => {
    const { settlement, version, prover } = market;
    await earn(version, { maxFee: version.price });
    expect(await settlement.read.proverEarningsOf([prover])).to.equal(0n);
    const free = await market.addVersion({ price: 0n });
    await earn(free, { maxFee: 5n });
    expect(await settlement.read.proverEarningsOf([prover])).to.equal(5n);
    expect(await settlement.read.payeeShareOf([free.id, 0n])).to.equal(0n);
  });

  it("fails with the registry's error for a payee or a version that does not exist", async () => {
    const { settlement, registry, version } = market;
    await viem.assertions.revertWithCustomErrorWithArgs(
      settlement.write.withdrawPayeeShare([version.id, 2n]),
      registry,
      "ModelRegistry__UnknownPayee",
      [version.id, 2n],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      settlement.read.payeeShareOf([3n, 0n]),
      registry,
      "ModelRegistry__UnknownVersion",
      [3n],
    );
  });
});
