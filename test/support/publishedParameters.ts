import { readFile } from "node:fs/promises";
import { loadVestingConfig, vestingParameters } from "@opg/sdk";
import type { Address } from "viem";

/** Ignition parameters of the published schedule, with `accounts` as beneficiaries in the buckets' order, dev setups allowed. */
export async function publishedParameters(accounts: readonly Address[]) {
  const file = new URL("../../config/vesting.opg.json", import.meta.url);
  const config = loadVestingConfig(JSON.parse(await readFile(file, "utf8")));
  const beneficiaries = Object.fromEntries(config.buckets.map(({ id }, i) => [id, accounts[i]!]));
  return { Vesting: vestingParameters(config, beneficiaries), Inference: { allowDev: true } };
}
