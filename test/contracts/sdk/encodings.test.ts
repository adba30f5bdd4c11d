import { devSetup, toSolidityKey } from "@opg/groth16";
import { hashOrder, type Order, requestContext, vkHash } from "@opg/sdk";
import { expect } from "chai";
import hre from "hardhat";
import { type Address, zeroAddress } from "viem";
import Opg from "../../../ignition/modules/Opg.ts";
import { productCircuit } from "../../support/productCircuit.ts";
import { publishedParameters } from "../../support/publishedParameters.ts";

describe("the SDK's encodings against the contracts'", () => {
  async function deploy() {
    const connection = await hre.network.getOrCreate();
    const wallets = await connection.viem.getWalletClients();
    const parameters = await publishedParameters(wallets.map(({ account }) => account.address));
    const deployed = await connection.ignition.deploy(Opg, { parameters });
    const chainId = await (await connection.viem.getPublicClient()).getChainId();
    return { ...deployed, payer: wallets[0]!.account.address, chainId };
  }

  const order = (payer: Address): Order => ({
    payer,
    versionId: (7n << 32n) | 3n,
    inputs: [1n, 2n ** 250n],
    maxFee: 5n * 10n ** 18n,
    mode: 1,
    deadline: 2_000_000_000n,
    salt: 2n ** 255n + 9n,
    callback: zeroAddress,
  });

  it("hash an order to the request id of the settlement contract", async () => {
    const { settlement, payer, chainId } = await deploy();
    const domain = { chainId, settlement: settlement.address };
    for (const candidate of [
      order(payer),
      { ...order(payer), inputs: [] },
      { ...order(payer), callback: settlement.address },
    ]) {
      expect(hashOrder(candidate, domain)).to.equal(await settlement.read.hashOrder([candidate]));
    }
  });

  it("derive the context of a request and a prover", async () => {
    const { settlement, payer, chainId } = await deploy();
    const domain = { chainId, settlement: settlement.address };
    const requestId = hashOrder(order(payer), domain);
    expect(requestContext(domain, requestId, payer)).to.equal(
      await settlement.read.contextOf([requestId, payer]),
    );
  });

  it("name a key by the hash under which the verifier registers it", async () => {
    const { verifier } = await deploy();
    const { vkey } = await devSetup(productCircuit());
    const key = toSolidityKey(vkey);
    expect(await verifier.read.isRegistered([vkHash(key)])).to.equal(false);
    await verifier.write.registerKey([key]);
    expect(await verifier.read.isRegistered([vkHash(key)])).to.equal(true);
    expect(await verifier.read.isDev([vkHash(key)])).to.equal(true);
  });

  it("refuse a key that has not four IC points", () => {
    const key = { ceremonyId: "0x00", delta: [1n, 2n, 3n, 4n], ic: [1n, 2n] } as unknown as Parameters<
      typeof vkHash
    >[0];
    expect(() => vkHash(key)).to.throw("a key of 1 IC points: circuits of OPG have 4");
  });
});
