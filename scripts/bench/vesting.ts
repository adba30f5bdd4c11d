import type { HardhatViemHelpers } from "@nomicfoundation/hardhat-viem/types";
import { publishedParameters } from "../../test/support/publishedParameters.ts";

/** Gas of `release` on the published schedule, for a bucket that has been released before and a beneficiary who holds OPG. */
export async function measureVestingRelease(viem: HardhatViemHelpers): Promise<number> {
  const client = await viem.getPublicClient();
  const test = await viem.getTestClient();
  const wallets = await viem.getWalletClients();
  const { Vesting } = await publishedParameters(wallets.map(({ account }) => account.address));
  const vesting = await viem.deployContract("VestingSchedule", [Vesting.launch, Vesting.buckets]);
  const year = 366 * 24 * 3_600;
  await test.setNextBlockTimestamp({ timestamp: Vesting.launch + BigInt(year) });
  await vesting.write.release([0n]);
  await test.increaseTime({ seconds: year });
  const { gasUsed } = await client.waitForTransactionReceipt({ hash: await vesting.write.release([0n]) });
  return Number(gasUsed);
}
