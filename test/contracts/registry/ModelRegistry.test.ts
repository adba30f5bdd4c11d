import { expect } from "chai";
import hre from "hardhat";
import { makeModelKey, productionCeremony } from "../../support/simulator.ts";
import { versionConfig, versionId } from "../../support/versions.ts";

describe("ModelRegistry", () => {
  it("registers", async () => {
    const { viem } = await hre.network.getOrCreate();
    const production = productionCeremony();
    const verifier = await viem.deployContract("ProofVerifier", [production, true]);
    const registry = await viem.deployContract("ModelRegistry", [verifier.address, true]);
    const client = await viem.getPublicClient();
    const [a, b] = await viem.getWalletClients();
    const payees = [
      { account: a!.account.address, bps: 9000 },
      { account: b!.account.address, bps: 1000 },
    ];
    await registry.write.registerModel(["m", "MIT", payees]);
    const model = makeModelKey({ ceremony: production, seed: "m" });
    const config = versionConfig();
    expect(config.uri.length).to.equal(46);
    const hash = await registry.write.registerVersion([1n, config, model.key]);
    console.log("registerVersion", (await client.getTransactionReceipt({ hash })).gasUsed);
    console.log(
      await registry.read.version([versionId(1n, 1n)]),
      await registry.read.model([1n]),
      await registry.read.settlementTerms([versionId(1n, 1n)]),
    );
    console.log(
      await registry.read.payeesOf([versionId(1n, 1n)]),
      await registry.read.payeeAt([versionId(1n, 1n), 1n]),
    );
  });
});
