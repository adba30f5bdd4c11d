import { inferenceSettlementAbi } from "@opg/sdk";
import { formatEther } from "viem";
import type { LocalDeployment } from "./deployLocally.ts";
import type { RegisteredVersion } from "./registerModels.ts";

/** What one account was paid in all. */
export interface Payment {
  readonly to: string;
  readonly opg: string;
}

/** Pays out all that was earned and says who got what. */
export async function payOut(
  world: LocalDeployment,
  versions: readonly RegisteredVersion[],
): Promise<Payment[]> {
  const settlement = { abi: inferenceSettlementAbi, address: world.addresses.settlement } as const;
  const { publicClient, prover } = world;
  const payments: Payment[] = [];
  const earned = await publicClient.readContract({
    ...settlement,
    functionName: "proverEarningsOf",
    args: [prover.account.address],
  });
  await prover.writeContract({
    ...settlement,
    functionName: "withdrawProverEarnings",
    args: [prover.account.address],
  });
  payments.push({ to: `prover ${prover.account.address}`, opg: formatEther(earned) });
  for (const [index, [role, wallet]] of [
    ["model owner", world.modelOwner] as const,
    ["data contributor", world.dataContributor] as const,
  ].entries()) {
    let sum = 0n;
    for (const { versionId } of versions) {
      sum += await publicClient.readContract({
        ...settlement,
        functionName: "payeeShareOf",
        args: [versionId, BigInt(index)],
      });
      await wallet.writeContract({
        ...settlement,
        functionName: "withdrawPayeeShare",
        args: [versionId, BigInt(index)],
      });
    }
    payments.push({ to: `${role} ${wallet.account.address}`, opg: formatEther(sum) });
  }
  return payments;
}
