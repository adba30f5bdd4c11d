import hre from "hardhat";
import { type Address, parseEther } from "viem";

/** The whole supply, in wei. */
export const SUPPLY = parseEther("1000000000");

/** A fresh chain whose first account, `holder`, holds every OPG. */
export async function deployToken() {
  const { viem, networkHelpers } = await hre.network.create();
  const [holder, other, relayer] = await viem.getWalletClients();
  if (!holder || !other || !relayer) throw new Error("the simulated chain has too few accounts");
  const token = await viem.deployContract("OPGToken", [
    [{ account: holder.account.address, amount: SUPPLY }],
  ]);
  const chainId = await (await viem.getPublicClient()).getChainId();
  return { viem, networkHelpers, token, holder, other, relayer, domain: domainOf(chainId, token.address) };
}

/** The EIP-712 domain that permits and authorizations are signed in. */
export function domainOf(chainId: number, verifyingContract: Address) {
  return { name: "OPG", version: "1", chainId, verifyingContract };
}
