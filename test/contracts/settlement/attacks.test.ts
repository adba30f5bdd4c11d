import { expect } from "chai";
import {
  type Address,
  encodeFunctionData,
  type Hex,
  parseEther,
  parseSignature,
  serializeSignature,
  toHex,
} from "viem";
import { FEE, type Market, type Order, openMarket, type SettlementItem } from "../../support/market.ts";
import { R } from "../../support/simulator.ts";
import { statementContext } from "../../support/statement.ts";
import { expectNotPayable, loadMarket, pass, viem } from "./fixture.ts";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("attacks on InferenceSettlement", () => {
  let market: Market;
  beforeEach(async () => {
    market = await loadMarket();
  });

  async function signedItem(changes: Partial<Order> = {}): Promise<SettlementItem> {
    const order = await market.makeOrder(changes);
    return market.answer(order, { signature: await market.sign(order) });
  }

  async function requestedItem(changes: Partial<Order> = {}): Promise<SettlementItem> {
    const order = await market.makeOrder(changes);
    await market.settlement.write.request([order], { account: market.payer });
    return market.answer(order);
  }

  /** Refused alone and in a batch, and the real thing is accepted afterwards. */
  async function expectInvalid(forged: SettlementItem, real?: SettlementItem): Promise<void> {
    const { settlement } = market;
    await viem.assertions.revertWithCustomErrorWithArgs(
      market.settle(forged, market.stranger),
      settlement,
      "InferenceSettlement__InvalidProof",
      [market.requestIdOf(forged.order)],
    );
    await viem.assertions.revertWithCustomErrorWithArgs(
      market.settleMany([await signedItem(), forged], market.stranger),
      settlement,
      "InferenceSettlement__InvalidProofs",
      [[1n]],
    );
    if (real) await market.settle(real);
  }

  describe("a stolen proof", () => {
    it("copied from the mempool pays nobody but its prover", async () => {
      const item = await signedItem();
      await expectInvalid({ ...item, prover: market.stranger }, item);
      expect(await market.settlement.read.proverEarningsOf([market.stranger])).to.equal(0n);
    });

    it("of one request does not settle another of the same question", async () => {
      const [first, second] = [await requestedItem(), await requestedItem()];
      await expectInvalid({ ...second, proof: first.proof }, second);
    });

    it("made for another chain id is refused", async () => {
      const item = await signedItem();
      const [, ...rest] = market.valuesOf(item.order, item.outputs);
      const context = statementContext({
        chainId: market.chainId + 1n,
        verifyingContract: market.settlement.address,
        requestId: market.requestIdOf(item.order),
        prover: item.prover,
      });
      await expectInvalid({ ...item, proof: market.version.model.prove([context, ...rest]) }, item);
    });

    it("made for another settlement contract is refused there, as is the signature", async () => {
      const { token, registry, prover } = market;
      const twin = await viem.deployContract("InferenceSettlement", [token.address, registry.address]);
      await token.write.approve([twin.address, FEE]);
      await twin.write.depositFor([market.payer, FEE]);
      const { order, signature, outputs, proof } = await signedItem();
      const requestId = await twin.read.hashOrder([order]);
      expect(requestId).to.not.equal(market.requestIdOf(order));
      const settle = (by: Hex) => twin.write.settle([order, by, prover, outputs, proof], { account: prover });
      await expectNotPayable(
        { ...market, settlement: twin } as Market,
        settle(signature),
        requestId,
        "BadSignature",
      );

      await twin.write.request([order], { account: market.payer });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settle("0x"),
        twin,
        "InferenceSettlement__InvalidProof",
        [requestId],
      );
    });
  });

  describe("a forged answer", () => {
    it("with another output than was proved is refused", async () => {
      const item = await signedItem();
      await expectInvalid({ ...item, outputs: [item.outputs[0]! + 1n] }, item);
    });

    it("with a public value of r or more is refused, although it is equal modulo r", async () => {
      const item = await signedItem();
      for (const output of [item.outputs[0]! + R, 2n ** 256n - 1n]) {
        await expectInvalid({ ...item, outputs: [output] });
      }
    });

    it("to a signed order with an input of r or more is refused, although it is equal modulo r", async () => {
      const item = await signedItem({ inputs: [42n + R] });
      const proof = market.version.model.prove(
        market.valuesOf({ ...item.order, inputs: [42n] }, item.outputs),
      );
      await expectInvalid(item);
      await expectInvalid({ ...item, proof });
    });

    it("with a digest of r or more is refused", async () => {
      const item = await signedItem();
      await expectInvalid({ ...item, proof: { ...item.proof, digest: item.proof.digest + R } }, item);
    });

    it("with zeros appended to the outputs is refused, although their evaluation is the same", async () => {
      const { settlement, version } = market;
      const item = await signedItem();
      const outputs = [...item.outputs, 0n];
      const proof = version.model.prove(market.valuesOf(item.order, outputs));
      for (const padded of [
        { ...item, outputs },
        { ...item, outputs, proof },
        { ...item, outputs: [], proof: version.model.prove(market.valuesOf(item.order, [])) },
      ]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          market.settle(padded),
          settlement,
          "InferenceSettlement__OutputCount",
          [market.requestIdOf(item.order), BigInt(padded.outputs.length), 1n],
        );
      }
    });

    it("with words moved from the inputs to the outputs is refused", async () => {
      const item = await signedItem({ inputs: [] });
      await expectNotPayable(market, market.settle(item), market.requestIdOf(item.order), "InputCount");
    });

    it("with the key of another model is refused", async () => {
      const other = await market.addVersion();
      const item = await signedItem();
      const proof = other.model.prove(market.valuesOf(item.order, item.outputs));
      await expectInvalid({ ...item, proof }, item);
    });

    it("with a point off the curve is refused at a bounded price", async () => {
      const item = await signedItem();
      const points = [...item.proof.points] as unknown as [bigint, ...bigint[]];
      points[0] += 1n;
      await expectInvalid({ ...item, proof: { ...item.proof, points: points as never } }, item);
    });

    it("with truncated or padded calldata is refused or changes nothing", async () => {
      const { settlement, stranger, client } = market;
      const { order, signature, prover, outputs, proof } = await signedItem();
      const data = encodeFunctionData({
        abi: settlement.abi,
        functionName: "settle",
        args: [order, signature, prover, outputs, proof],
      });
      const call = (bytes: Hex) => client.call({ account: stranger, to: settlement.address, data: bytes });
      await call(data);
      for (const cut of [1, 32, 33, 300]) {
        await viem.assertions.revert(call(data.slice(0, -2 * cut) as Hex) as never);
      }
      await call(`${data}${"ff".repeat(32)}`); // the ABI ignores what follows the arguments
    });
  });

  describe("paying twice", () => {
    it("settling a request or a signed order twice is refused", async () => {
      const [requested, signed] = [await requestedItem(), await signedItem()];
      await market.settle(requested);
      await market.settle(signed);
      const { requestIdOf } = market;
      await expectNotPayable(
        market,
        market.settle(requested),
        requestIdOf(requested.order),
        "RequestSettled",
      );
      await expectNotPayable(market, market.settle(signed), requestIdOf(signed.order), "NonceSpent");
    });

    it("settling with a re-randomised proof is refused: the proof is no nullifier", async () => {
      const item = await signedItem();
      await market.settle(item);
      const proof = market.version.model.prove(market.valuesOf(item.order, item.outputs), "other randomness");
      expect(proof.points).to.not.deep.equal(item.proof.points);
      await expectNotPayable(
        market,
        market.settle({ ...item, proof }),
        market.requestIdOf(item.order),
        "NonceSpent",
      );
    });

    it("settling after the refund is refused", async () => {
      const item = await requestedItem();
      await pass(item.order.deadline);
      await market.settlement.write.refund([item.order]);
      await expectNotPayable(market, market.settle(item), market.requestIdOf(item.order), "RequestRefunded");
    });

    it("refunding after the settlement is refused", async () => {
      const { settlement } = market;
      const item = await requestedItem();
      await market.settle(item);
      await pass(item.order.deadline);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.refund([item.order]),
        settlement,
        "InferenceSettlement__NotOpen",
        [market.requestIdOf(item.order)],
      );
    });

    it("requesting again after the refund is refused", async () => {
      const { settlement, payer } = market;
      const item = await requestedItem();
      await pass(item.order.deadline);
      await settlement.write.refund([item.order]);
      await expectNotPayable(
        market,
        settlement.write.request([item.order], { account: payer }),
        market.requestIdOf(item.order),
        "Expired",
      );
    });
  });

  describe("signatures", () => {
    it("in their malleable second form are refused", async () => {
      const item = await signedItem();
      const { r, s, yParity } = parseSignature(item.signature);
      const malleated = serializeSignature({
        r,
        s: toHex(CURVE_ORDER - BigInt(s), { size: 32 }),
        yParity: yParity === 0 ? 1 : 0,
      });
      await expectNotPayable(
        market,
        market.settle({ ...item, signature: malleated }),
        market.requestIdOf(item.order),
        "BadSignature",
      );
    });

    it("do not cover an order that was changed in any field", async () => {
      const item = await signedItem();
      const other = await market.addVersion();
      const changes: Partial<Order>[] = [
        { payer: market.deployer },
        { versionId: other.id },
        { inputs: [item.order.inputs[0]! + 1n] },
        { maxFee: item.order.maxFee + 1n },
        { mode: 1 },
        { deadline: item.order.deadline + 1n },
        { salt: item.order.salt + 1n },
        { callback: market.stranger },
      ];
      await market.fund(market.deployer);
      expect(changes.length).to.equal(Object.keys(item.order).length);
      for (const change of changes) {
        const order = { ...item.order, ...change };
        const forged = market.answer(order, { signature: item.signature });
        await expectNotPayable(market, market.settle(forged), market.requestIdOf(order), "BadSignature");
      }
    });
  });

  describe("reentrancy", () => {
    const AMOUNT = parseEther("10");

    /** A settlement whose token calls sender and receiver, and a hostile account with tokens and a deposit. */
    async function openHooked() {
      const { registry, deployer } = market;
      const token = await viem.deployContract("HookedToken");
      const settlement = await viem.deployContract("InferenceSettlement", [token.address, registry.address]);
      const attacker = await viem.deployContract("Reenterer");
      await token.write.mint([deployer, 10n * AMOUNT]);
      await token.write.mint([attacker.address, AMOUNT]);
      await token.write.approve([settlement.address, 10n * AMOUNT]);
      await settlement.write.depositFor([market.payer, 5n * AMOUNT]); // what there is to steal
      await attacker.write.execute([
        token.address,
        encodeFunctionData({ abi: token.abi, functionName: "approve", args: [settlement.address, AMOUNT] }),
      ]);
      const encode = (functionName: "deposit" | "withdraw", ...rest: Address[]) =>
        encodeFunctionData({ abi: settlement.abi, functionName, args: [AMOUNT, ...rest] } as never) as Hex;
      return { token, settlement, attacker, encode };
    }

    it("through the token during a deposit finds nothing credited yet", async () => {
      const { token, settlement, attacker, encode } = await openHooked();
      await attacker.write.plan([settlement.address, [encode("withdraw", attacker.address)]]);
      await attacker.write.execute([settlement.address, encode("deposit")]);
      expect((await attacker.read.attempts()).map(({ success }) => success)).to.deep.equal([false]);
      expect(await settlement.read.depositOf([attacker.address])).to.equal(AMOUNT);
      expect(await token.read.balanceOf([settlement.address])).to.equal(6n * AMOUNT);
    });

    it("through the token during a withdrawal finds the deposit already gone", async () => {
      const { token, settlement, attacker, encode } = await openHooked();
      await attacker.write.execute([settlement.address, encode("deposit")]);
      await attacker.write.plan([settlement.address, [encode("withdraw", attacker.address)]]);
      await attacker.write.execute([settlement.address, encode("withdraw", attacker.address)]);
      expect((await attacker.read.attempts()).map(({ success }) => success)).to.deep.equal([false]);
      expect(await settlement.read.depositOf([attacker.address])).to.equal(0n);
      expect(await token.read.balanceOf([attacker.address])).to.equal(AMOUNT);
      expect(await token.read.balanceOf([settlement.address])).to.equal(5n * AMOUNT);
    });

    it("of a payee and of a prover while they are paid gets them nothing more", async () => {
      const { token, settlement, attacker } = await openHooked();
      const { registry, owner, payer, prover } = market;
      await registry.write.setPayees([1n, [{ account: attacker.address, bps: 10_000 }]], { account: owner });
      const version = await market.addVersion();
      const order = await market.makeOrder({ versionId: version.id });
      await settlement.write.request([order], { account: payer });
      const requestId = await settlement.read.hashOrder([order]);
      const context = await settlement.read.contextOf([requestId, attacker.address]);
      const proof = version.model.prove([context, ...order.inputs, 7n]);
      await settlement.write.settle([order, "0x", attacker.address, [7n], proof], { account: prover });

      const share = encodeFunctionData({
        abi: settlement.abi,
        functionName: "withdrawPayeeShare",
        args: [version.id, 0n],
      });
      const earnings = encodeFunctionData({
        abi: settlement.abi,
        functionName: "withdrawProverEarnings",
        args: [attacker.address],
      });
      const before = await token.read.balanceOf([attacker.address]);
      await attacker.write.plan([settlement.address, [share, share]]);
      await settlement.write.withdrawPayeeShare([version.id, 0n]);
      await attacker.write.plan([settlement.address, [earnings, share, earnings]]);
      await settlement.write.withdrawProverEarnings([attacker.address]);
      const attempts = await attacker.read.attempts();
      expect(attempts.length).to.equal(5);
      expect(attempts.every(({ success, word }) => success && word === 0n)).to.equal(true);
      expect(await token.read.balanceOf([attacker.address])).to.equal(before + FEE);
    });

    describe("of a callback", () => {
      /** An attacker with a deposit of two fees and a request, who calls back when he is told of the result. */
      async function attackWith(plan: (item: SettlementItem, attacker: Address) => Hex[]) {
        const { settlement } = market;
        const attacker = await viem.deployContract("Reenterer");
        await market.fund(attacker.address, 2n * FEE);
        const order = await market.makeOrder({ payer: attacker.address, callback: attacker.address });
        await attacker.write.execute([settlement.address, encodeWithOrder("request", order)]);
        const item = market.answer(order);
        await attacker.write.plan([settlement.address, plan(item, attacker.address)]);
        await market.settle(item);
        expect(await settlement.read.proverEarningsOf([market.prover])).to.equal(FEE - market.version.price);
        return { attacker, attempts: (await attacker.read.attempts()).map(({ success }) => success) };
      }

      function encodeWithOrder(functionName: "request" | "refund", order: Order): Hex {
        return encodeFunctionData({ abi: market.settlement.abi, functionName, args: [order] });
      }

      it("finds its request settled", async () => {
        const { attempts } = await attackWith((item) => [
          encodeFunctionData({
            abi: market.settlement.abi,
            functionName: "settle",
            args: [item.order, item.signature, item.prover, item.outputs, item.proof],
          }),
          encodeWithOrder("refund", item.order),
        ]);
        expect(attempts).to.deep.equal([false, false]);
      });

      it("can move no money but its own", async () => {
        const { attempts, attacker } = await attackWith((item, account) => [
          encodeWithOrder("request", item.order),
          ...[2n * FEE, FEE].map((amount) =>
            encodeFunctionData({
              abi: market.settlement.abi,
              functionName: "withdraw",
              args: [amount, account],
            }),
          ),
        ]);
        expect(attempts).to.deep.equal([false, false, true]);
        expect(await market.token.read.balanceOf([attacker.address])).to.equal(FEE);
      });
    });
  });

  it("shares that do not sum are refused by the registry, so no fee is ever split otherwise", async () => {
    const { registry, owner, contributor } = market;
    for (const bps of [2_999, 3_001]) {
      await viem.assertions.revertWithCustomErrorWithArgs(
        registry.write.registerModel([
          "m",
          "MIT",
          [
            { account: owner, bps: 7_000 },
            { account: contributor, bps },
          ],
        ]),
        registry,
        "ModelRegistry__SharesSum",
        [7_000n + BigInt(bps)],
      );
    }
  });

  it("a price that shares cannot split exactly is refused by the registry", async () => {
    await viem.assertions.revertWithCustomError(
      market.addVersion({ price: 10_001n }),
      market.registry,
      "ModelRegistry__PriceNotMultiple",
    );
  });

  it("the books of two markets on one chain do not mix", async () => {
    const other = await openMarket(viem);
    await market.settle(await signedItem());
    expect(await other.settlement.read.proverEarningsOf([market.prover])).to.equal(0n);
  });
});
