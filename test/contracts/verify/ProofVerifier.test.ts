import { expect } from "chai";
import hre from "hardhat";
import { devCeremony, makeModelKey, productionCeremony } from "../../support/simulator.ts";

describe("ProofVerifier", () => {
  it("accepts", async () => {
    const { viem } = await hre.network.getOrCreate();
    const production = productionCeremony();
    const verifier = await viem.deployContract("ProofVerifier", [production, true]);
    const client = await viem.getPublicClient();
    for (const ceremony of [production, devCeremony()]) {
      const model = makeModelKey({ ceremony, seed: "m" });
      const h = await verifier.write.registerKey([model.key]);
      console.log("register", (await client.getTransactionReceipt({ hash: h })).gasUsed);
      expect(await verifier.read.isRegistered([model.vkHash])).to.equal(true);
      const max = (1n << 248n) - 5n;
      const values = [max, max - 1n, max - 0x77n];
      const proof = model.prove(values);
      expect(await verifier.read.verify([model.vkHash, values, proof])).to.equal(true);
      expect(await verifier.read.verify([model.vkHash, [1n, 2n], proof])).to.equal(false);
      const [w] = await viem.getWalletClients();
      const { encodeFunctionData } = await import("viem");
      const data = encodeFunctionData({
        abi: verifier.abi,
        functionName: "verify",
        args: [model.vkHash, values, proof],
      });
      const hash = await w!.sendTransaction({ to: verifier.address, data });
      console.log("verify", (await client.getTransactionReceipt({ hash })).gasUsed);
    }
  });
});
