import { expect } from "chai";
import { encodeFunctionData, getAddress, type Hex, pad } from "viem";
import { FEE, type Market, type Order, obstacle, signer } from "../../support/market.ts";
import { R } from "../../support/simulator.ts";
import { statementContext } from "../../support/statement.ts";
import { VersionStatus } from "../../support/versions.ts";
import { expectNotPayable, loadMarket, networkHelpers, viem } from "./fixture.ts";

describe("InferenceSettlement signed orders", () => {
  let market: Market;
  beforeEach(async () => {
    market = await loadMarket();
  });

  /** Settles a signed order of a payer of the chain. */
  async function settleSigned(order: Order, account = market.prover): Promise<Hex> {
    return market.settle(market.answer(order, { signature: await market.sign(order) }), account);
  }

  describe("settle", () => {
    it("takes the fee out of the payer's deposit in one transaction", async () => {
      const { settlement, version, payer, prover, stranger } = market;
      const before = await settlement.read.depositOf([payer]);
      const order = await market.makeOrder();
      await viem.assertions.emitWithArgs(settleSigned(order, stranger), settlement, "InferenceSettled", [
        market.requestIdOf(order),
        version.id,
        getAddress(prover),
        getAddress(payer),
        FEE,
        [7n],
      ]);
      expect(await settlement.read.depositOf([payer])).to.equal(before - FEE);
      expect(await settlement.read.earnedBy([version.id])).to.equal(version.price);
      expect(await settlement.read.proverEarningsOf([prover])).to.equal(FEE - version.price);
    });

    it("refuses every order that a request would be refused for, for the same reason", async () => {
      await market.fund(market.stranger, FEE - 1n);
      const cases = [
        ["Expired", { deadline: await market.now() }],
        ["PriceAboveFee", { maxFee: market.version.price - 1n }],
        ["UnknownMode", { mode: 3 }],
        ["InputCount", { inputs: [1n, 2n] }],
        ["Unfunded", { payer: market.stranger }],
      ] as const;
      for (const [reason, changes] of cases) {
        const order = await market.makeOrder(changes);
        const signature = await market.sign(order);
        const { proof } = market.answer(await market.makeOrder());
        const item = { order, signature, prover: market.prover, outputs: [7n], proof };
        await expectNotPayable(market, market.settle(item), market.requestIdOf(order), reason);
        expect(await market.settlement.read.obstacleTo([order, signature])).to.equal(obstacle(reason));
      }
    });

    it("refuses a deprecated version: a signed order is an offer, nothing is escrowed for it", async () => {
      const { registry, version, owner } = market;
      const order = await market.makeOrder();
      await registry.write.setVersionStatus([version.id, VersionStatus.Deprecated], { account: owner });
      await expectNotPayable(market, settleSigned(order), market.requestIdOf(order), "VersionInactive");
    });

    it("refuses a signature of somebody else, of another order, or of no meaning", async () => {
      const order = await market.makeOrder();
      const other = await market.makeOrder();
      const signatures = [
        await market.sign(order, market.stranger),
        await market.sign(other),
        "0x00",
        pad("0x", { size: 64 }),
        pad("0x", { size: 65 }),
      ] as const;
      for (const signature of signatures) {
        const item = market.answer(order, { signature });
        await expectNotPayable(market, market.settle(item), market.requestIdOf(order), "BadSignature");
        expect(await market.settlement.read.obstacleTo([order, signature])).to.equal(
          obstacle("BadSignature"),
        );
      }
    });

    it("refuses an order of the zero address, which an unrecoverable signature must not stand for", async () => {
      const order = await market.makeOrder({ payer: `0x${"00".repeat(20)}`, maxFee: market.version.price });
      const item = market.answer(order, { signature: pad("0x1b", { size: 65 }) });
      await expectNotPayable(market, market.settle(item), market.requestIdOf(order), "BadSignature");
    });

    it("tells a prover beforehand that an order is good", async () => {
      const order = await market.makeOrder();
      const signature = await market.sign(order);
      expect(await market.settlement.read.obstacleTo([order, signature])).to.equal(obstacle("None"));
      expect(await market.settlement.read.obstacleTo([order, "0x"])).to.equal(obstacle("RequestUnknown"));
    });
  });

  describe("payers with code", () => {
    it("accepts the signature of a smart wallet's owner (ERC-1271)", async () => {
      const owner = signer("wallet owner");
      const wallet = await viem.deployContract("SmartWallet", [owner.address]);
      await market.fund(wallet.address);
      const order = await market.makeOrder({ payer: wallet.address });
      await market.settle(market.answer(order, { signature: await market.signAs(owner, order) }));
      expect(await market.settlement.read.proverEarningsOf([market.prover])).to.equal(
        FEE - market.version.price,
      );
    });

    it("refuses it once the wallet no longer says that it is its own", async () => {
      const owner = signer("wallet owner");
      const wallet = await viem.deployContract("SmartWallet", [owner.address]);
      await market.fund(wallet.address);
      const order = await market.makeOrder({ payer: wallet.address });
      const item = market.answer(order, { signature: await market.signAs(owner, order) });
      await wallet.write.setOwner([market.stranger]);
      await expectNotPayable(market, market.settle(item), market.requestIdOf(order), "BadSignature");
    });

    it("refuses a contract that knows no signatures", async () => {
      const consumer = await viem.deployContract("Consumer");
      await market.fund(consumer.address);
      const order = await market.makeOrder({ payer: consumer.address });
      const item = market.answer(order, { signature: await market.signAs(signer("anyone"), order) });
      await expectNotPayable(market, market.settle(item), market.requestIdOf(order), "BadSignature");
    });

    it("accepts the key of an account that has delegated to code (EIP-7702)", async () => {
      const account = signer("delegated");
      const consumer = await viem.deployContract("Consumer");
      const code = (await market.client.getCode({ address: consumer.address }))!;
      await networkHelpers.setCode(account.address, code);
      await market.fund(account.address);
      const order = await market.makeOrder({ payer: account.address });
      await market.settle(market.answer(order, { signature: await market.signAs(account, order) }));
    });

    it("gives a wallet no more than its gas to check a signature", async () => {
      const burner = await viem.deployContract("GasBurner");
      await market.fund(burner.address);
      const order = await market.makeOrder({ payer: burner.address });
      const item = market.answer(order, { signature: "0x1234" });
      await expectNotPayable(market, market.settle(item), market.requestIdOf(order), "BadSignature");

      const good = await market.makeOrder();
      const items = [item, market.answer(good, { signature: await market.sign(good) })];
      const gas = await market.gasOf(await market.settleMany(items));
      const cap = await market.settlement.read.SIGNATURE_GAS();
      expect(gas < cap + 400_000n, `the batch took ${gas} gas`).to.equal(true);
      expect(gas > cap, "the wallet burns what it is given").to.equal(true);
    });

    it("refuses a signature that takes more than that gas to read", async () => {
      const wallet = await viem.deployContract("SmartWallet", [market.stranger]);
      await market.fund(wallet.address);
      const order = await market.makeOrder({ payer: wallet.address });
      const signature: Hex = `0x${"00".repeat(400_000)}`; // 340,000 gas of memory
      expect(await market.settlement.read.obstacleTo([order, signature])).to.equal(obstacle("BadSignature"));
    });

    it("answers for wallets through a function of its own", async () => {
      const owner = signer("wallet owner");
      const wallet = await viem.deployContract("SmartWallet", [owner.address]);
      const order = await market.makeOrder({ payer: wallet.address });
      const requestId = market.requestIdOf(order);
      const { settlement } = market;
      const [good, bad] = [await market.signAs(owner, order), await market.signAs(signer("other"), order)];
      expect(await settlement.read.isSignedByWallet([wallet.address, requestId, good])).to.equal(true);
      expect(await settlement.read.isSignedByWallet([wallet.address, requestId, bad])).to.equal(false);
    });
  });

  describe("nonces", () => {
    it("are unordered: any salts, in any order", async () => {
      const salts = [1_000n, 255n, 256n, 0n, 2n ** 256n - 1n];
      for (const salt of salts) await settleSigned(await market.makeOrder({ salt }));
      const { settlement, payer } = market;
      expect(await settlement.read.nonceBitmap([payer, 0n])).to.equal((1n << 255n) | 1n);
      expect(await settlement.read.nonceBitmap([payer, 1n])).to.equal(1n);
      expect(await settlement.read.nonceBitmap([payer, 3n])).to.equal(1n << 232n);
      expect(await settlement.read.nonceBitmap([payer, 2n ** 248n - 1n])).to.equal(1n << 255n);
    });

    it("are each payer's own", async () => {
      const other = signer("other payer");
      await market.fund(other.address);
      await settleSigned(await market.makeOrder({ salt: 5n }));
      const order = await market.makeOrder({ salt: 5n, payer: other.address });
      await market.settle(market.answer(order, { signature: await market.signAs(other, order) }));
    });

    it("let one of several orders with the same salt through", async () => {
      const orders = [
        await market.makeOrder({ salt: 9n }),
        await market.makeOrder({ salt: 9n, inputs: [1n] }),
      ];
      await settleSigned(orders[1]!);
      await expectNotPayable(market, settleSigned(orders[0]!), market.requestIdOf(orders[0]!), "NonceSpent");
    });

    it("can be cancelled by the payer, several at once, and by nobody else", async () => {
      const { settlement, payer, stranger } = market;
      const orders = await Promise.all([3n, 4n, 5n].map((salt) => market.makeOrder({ salt })));
      await settlement.write.cancelNonces([0n, 0b111000n], { account: stranger });
      await viem.assertions.emitWithArgs(
        settlement.write.cancelNonces([0n, 0b11000n], { account: payer }),
        settlement,
        "NoncesCancelled",
        [getAddress(payer), 0n, 0b11000n],
      );
      await expectNotPayable(market, settleSigned(orders[0]!), market.requestIdOf(orders[0]!), "NonceSpent");
      await expectNotPayable(market, settleSigned(orders[1]!), market.requestIdOf(orders[1]!), "NonceSpent");
      await settleSigned(orders[2]!);
    });

    it("stay spent when they are cancelled again", async () => {
      const { settlement, payer } = market;
      await settleSigned(await market.makeOrder({ salt: 3n }));
      await settlement.write.cancelNonces([0n, 0b11000n], { account: payer });
      expect(await settlement.read.nonceBitmap([payer, 0n])).to.equal(0b11000n);
    });
  });

  describe("an order both signed and sent", () => {
    it("cannot be settled by its signature once it was sent", async () => {
      const order = await market.makeOrder();
      await market.settlement.write.request([order], { account: market.payer });
      await expectNotPayable(market, settleSigned(order), market.requestIdOf(order), "NonceSpent");
      await market.settle(market.answer(order));
      await expectNotPayable(market, settleSigned(order), market.requestIdOf(order), "NonceSpent");
    });

    it("cannot be sent once it was settled by its signature", async () => {
      const order = await market.makeOrder();
      await settleSigned(order);
      await expectNotPayable(
        market,
        market.settlement.write.request([order], { account: market.payer }),
        market.requestIdOf(order),
        "NonceSpent",
      );
    });
  });

  describe("encodings", () => {
    it("makes the request id the EIP-712 digest that wallets sign", async () => {
      for (const inputs of [[], [1n], [R - 1n, 2n ** 256n - 1n, 0n]]) {
        const order = await market.makeOrder({ inputs, mode: 255, callback: market.stranger, salt: R });
        expect(await market.settlement.read.hashOrder([order])).to.equal(market.requestIdOf(order));
      }
    });

    it("publishes its EIP-712 domain (ERC-5267)", async () => {
      const [fields, name, version, chainId, verifyingContract] = await market.settlement.read.eip712Domain();
      expect(fields).to.equal("0x0f");
      expect({ name, version, chainId, verifyingContract }).to.deep.equal({
        ...market.domain,
        verifyingContract: getAddress(market.settlement.address),
      });
    });

    it("derives the context as the specification says", async () => {
      const { settlement, prover, chainId } = market;
      const requestId = market.requestIdOf(await market.makeOrder());
      expect(await settlement.read.contextOf([requestId, prover])).to.equal(
        statementContext({ chainId, verifyingContract: settlement.address, requestId, prover }),
      );
    });

    it("takes token, registry and the registry's verifier from its deployment", async () => {
      const { settlement, token, registry, verifier } = market;
      expect(await settlement.read.token()).to.equal(getAddress(token.address));
      expect(await settlement.read.registry()).to.equal(getAddress(registry.address));
      expect(await settlement.read.verifier()).to.equal(getAddress(verifier.address));
      expect(await settlement.read.STORE_RESULT()).to.equal(1);
      expect(await settlement.read.CALLBACK_GAS()).to.equal(250_000n);
    });

    it("refuses an order whose narrow fields have bits above their width", async () => {
      const order = await market.makeOrder();
      const data = encodeFunctionData({
        abi: market.settlement.abi,
        functionName: "hashOrder",
        args: [order],
      });
      const words = { payer: 0, mode: 4, deadline: 5, callback: 7 };
      for (const [field, word] of Object.entries(words)) {
        const at = 2 + 8 + 64 + 64 * word; // "0x", selector, offset of the order, words before
        const dirty = `${data.slice(0, at)}1${data.slice(at + 1)}` as Hex;
        await viem.assertions.revert(
          market.client.call({ to: market.settlement.address, data: dirty }) as never,
        );
        expect(dirty, field).to.not.equal(data);
      }
      await market.client.call({ to: market.settlement.address, data });
    });
  });
});
