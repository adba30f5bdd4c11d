import { readFile } from "node:fs/promises";
import { loadVestingConfig, type OpgAddresses, vestingParameters } from "@opg/sdk";
import hre from "hardhat";
import type { Address } from "viem";
import Opg from "../../ignition/modules/Opg.ts";

/** Starts a chain in this process and deploys OPG on it. A transaction that reverts is mined, as on any chain. */
export async function deployLocally() {
  return deployOn(await hre.network.create({ override: { throwOnTransactionFailures: false } }));
}

/**
 * Deploys OPG with Ignition on a chain whose node holds at least twelve accounts: one for each bucket, and the actors.
 * `deploymentId` names Ignition's journal of a deployment on a chain outside this process.
 */
export async function deployOn(
  connection: Awaited<ReturnType<typeof hre.network.create>>,
  deploymentId?: string,
) {
  const { viem, ignition } = connection;
  const publicClient = await viem.getPublicClient();
  const wallets = await viem.getWalletClients();
  const config = loadVestingConfig(
    JSON.parse(await readFile(new URL("../../config/vesting.opg.json", import.meta.url), "utf8")),
  );
  const [deployer, ...others] = wallets;
  const beneficiaries = Object.fromEntries(
    config.buckets.map((bucket, i): [string, Address] => [bucket.id, others[i]!.account.address]),
  );
  const deployed = await ignition.deploy(Opg, {
    ...(deploymentId === undefined ? {} : { deploymentId }),
    parameters: {
      Vesting: vestingParameters(config, beneficiaries),
      Inference: { allowDev: true },
    },
  });
  const addresses: OpgAddresses = {
    token: deployed.token.address,
    vesting: deployed.vesting.address,
    verifier: deployed.verifier.address,
    registry: deployed.registry.address,
    settlement: deployed.settlement.address,
  };
  const spare = others.slice(config.buckets.length);
  return {
    connection,
    publicClient,
    addresses,
    config,
    /** The launch bucket's beneficiary pays for inferences: its tokens are unlocked. */
    payer: others[config.buckets.findIndex(({ id }) => id === "liquidityAndLaunch")]!,
    deployer: deployer!,
    prover: spare[0]!,
    thief: spare[1]!,
    modelOwner: spare[2]!,
    dataContributor: spare[3]!,
  };
}

export type LocalDeployment = Awaited<ReturnType<typeof deployOn>>;
