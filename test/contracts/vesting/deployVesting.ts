import { readFileSync } from "node:fs";
import { loadVestingConfig, type VestingParameters, vestingParameters } from "@opg/sdk";
import hre from "hardhat";
import { type Address, getAddress, parseEther, toHex } from "viem";

/** The schedule that the repository publishes. */
export const PUBLISHED = loadVestingConfig(
  JSON.parse(readFileSync(new URL("../../../config/vesting.opg.json", import.meta.url), "utf8")),
);

/** Unix seconds of a UTC date. */
export const at = (date: string): bigint => BigInt(Date.parse(date)) / 1_000n;

/** Wei of an amount in OPG. */
export const opg = parseEther;

/** An address that is nobody's: 0x01..01 plus an index. */
export const nobody = (index: number): Address =>
  getAddress(toHex((1n << 152n) + BigInt(index), { size: 20 }));

/** The published schedule, bucket i paying `beneficiaries[i]`, or else a nobody. */
export function publishedParameters(beneficiaries: readonly Address[] = []): VestingParameters {
  return vestingParameters(
    PUBLISHED,
    Object.fromEntries(PUBLISHED.buckets.map(({ id }, i) => [id, beneficiaries[i] ?? nobody(i)])),
  );
}

/** A fresh chain, at the minute before the published launch, where the published schedule is deployed. */
export async function deployPublished() {
  const { viem, networkHelpers, ignition } = await hre.network.create({
    override: { initialDate: "2026-04-21T12:29:00Z" },
  });
  const [ecosystem, successor, stranger] = await viem.getWalletClients();
  if (!ecosystem || !successor || !stranger) throw new Error("the simulated chain has too few accounts");
  const parameters = publishedParameters([ecosystem.account.address]);
  const vesting = await viem.deployContract("VestingSchedule", [parameters.launch, parameters.buckets]);
  const token = await viem.getContractAt("OPGToken", await vesting.read.token());
  return { viem, networkHelpers, ignition, vesting, token, parameters, ecosystem, successor, stranger };
}
