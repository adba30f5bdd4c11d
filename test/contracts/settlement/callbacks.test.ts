import { expect } from "chai";
import { type Address, encodeFunctionData, getAddress, parseEther } from "viem";
import { FEE, type Market, type SettlementItem } from "../../support/market.ts";
import { loadMarket, viem } from "./fixture.ts";

describe("InferenceSettlement callbacks", () => {
  let market: Market;
  beforeEach(async () => {
    market = await loadMarket();
  });

  async function itemFor(callback: Address): Promise<SettlementItem> {
    const order = await market.makeOrder({ callback });
    return market.answer(order, { signature: await market.sign(order), outputs: [99n] });
  }

  async function expectFailure(callback: Address): Promise<void> {
    const { settlement, prover, version } = market;
    const earned = await settlement.read.proverEarningsOf([prover]);
    const item = await itemFor(callback);
    await viem.assertions.emitWithArgs(market.settle(item), settlement, "CallbackFailed", [
      market.requestIdOf(item.order),
      getAddress(callback),
    ]);
    expect(await settlement.read.proverEarningsOf([prover])).to.equal(earned + FEE - version.price);
  }

  it("tells the consumer which request was answered, by which version, and what", async () => {
    const consumer = await viem.deployContract("Consumer");
    const item = await itemFor(consumer.address);
    await market.settle(item);
    expect(await consumer.read.requestId()).to.equal(market.requestIdOf(item.order));
    expect(await consumer.read.versionId()).to.equal(market.version.id);
    expect(await consumer.read.outputs([0n])).to.equal(99n);
    expect((await market.settlement.getEvents.CallbackFailed()).length).to.equal(0);
  });

  it("tells the consumers of a batch", async () => {
    const consumer = await viem.deployContract("Consumer");
    await market.settleMany([await itemFor(consumer.address), await itemFor(consumer.address)]);
    expect(await consumer.read.calls()).to.equal(2n);
  });

  it("settles although the consumer burns all its gas, which is capped", async () => {
    const burner = await viem.deployContract("GasBurner");
    await expectFailure(burner.address);
    const gas = await market.gasOf(await market.settle(await itemFor(burner.address)));
    expect(gas < 620_000n, `settlement took ${gas} gas`).to.equal(true);
  });

  for (const reverts of [true, false]) {
    it(`does not copy what the consumer ${reverts ? "reverts with" : "returns"}`, async () => {
      const bomb = await viem.deployContract("ReturnBomb", [reverts]);
      if (reverts) await expectFailure(bomb.address);
      const gas = await market.gasOf(await market.settle(await itemFor(bomb.address)));
      // 300,000 bytes of memory cost the bomb 203,000 gas; copying them would cost as much again.
      expect(gas > 480_000n && gas < 580_000n, `settlement took ${gas} gas`).to.equal(true);
    });
  }

  it("settles although the callback is no contract, or one that is not a consumer", async () => {
    await market.settle(await itemFor(market.stranger));
    await expectFailure(market.token.address);
    await expectFailure(market.settlement.address);
  });

  it("gives the consumer its full gas at any gas limit, or reverts: a submitter cannot starve it", async () => {
    const consumer = await viem.deployContract("Consumer");
    const { settlement, prover } = market;
    const item = await itemFor(consumer.address);
    const args = [item.order, item.signature, item.prover, item.outputs, item.proof] as const;
    const enough = await settlement.estimateGas.settle(args, { account: prover });
    const snapshot = await viem.getTestClient();
    let [starved, served] = [0, 0];
    for (let gas = enough + 20_000n; gas > enough - 300_000n; gas -= 4_000n) {
      const id = await snapshot.snapshot();
      try {
        await settlement.write.settle(args, { account: prover, gas });
        expect(await consumer.read.calls(), `settled with ${gas} gas without telling the consumer`).to.equal(
          1n,
        );
        expect((await consumer.read.gasGiven()) > 249_000n).to.equal(true);
        served += 1;
      } catch (error) {
        expect(String(error)).to.match(/CallbackGas|InsufficientGas|out of gas/i);
        starved += 1;
      }
      await snapshot.revert({ id });
    }
    expect(served).to.be.greaterThan(2);
    expect(starved).to.be.greaterThan(40);
  });

  it("says how much gas was missing", async () => {
    const consumer = await viem.deployContract("Consumer");
    const item = await itemFor(consumer.address);
    const args = [item.order, item.signature, item.prover, item.outputs, item.proof] as const;
    const enough = await market.settlement.estimateGas.settle(args, { account: market.prover });
    await viem.assertions.revertWithCustomError(
      market.settlement.write.settle(args, { account: market.prover, gas: enough - 60_000n }),
      market.settlement,
      "InferenceSettlement__CallbackGas",
    );
  });

  it("lets a consumer send its next request when it is told of a result", async () => {
    const { settlement, token } = market;
    const agent = await viem.deployContract("Reenterer");
    await market.fund(agent.address, parseEther("10"));
    const first = await market.makeOrder({ payer: agent.address, callback: agent.address });
    const next = await market.makeOrder({ payer: agent.address });
    const request = (order: typeof first) =>
      encodeFunctionData({ abi: settlement.abi, functionName: "request", args: [order] });
    await agent.write.execute([settlement.address, request(first)]);
    await agent.write.plan([settlement.address, [request(next)]]);
    await market.settle(market.answer(first));
    expect((await settlement.read.requestOf([market.requestIdOf(next)])).escrow).to.equal(FEE);
    expect(await token.read.balanceOf([agent.address])).to.equal(0n);
  });
});
