import hre from "hardhat";
import type { Hex } from "viem";
import { type Market, type OBSTACLES, obstacle, openMarket } from "../../support/market.ts";

export const { viem, networkHelpers } = await hre.network.create();

async function open() {
  return openMarket(viem);
}

/** A market in its first state, the same chain for all tests. */
export function loadMarket(): Promise<Market> {
  return networkHelpers.loadFixture(open);
}

/** The call reverts because the order cannot be charged, for this reason. */
export async function expectNotPayable(
  market: Market,
  call: Promise<Hex>,
  requestId: Hex,
  reason: (typeof OBSTACLES)[number],
): Promise<void> {
  await viem.assertions.revertWithCustomErrorWithArgs(
    call,
    market.settlement,
    "InferenceSettlement__NotPayable",
    [requestId, obstacle(reason)],
  );
}

/** Moves the chain's clock to the first second at which an order is no longer live. */
export async function pass(deadline: bigint): Promise<void> {
  await networkHelpers.time.increaseTo(deadline);
}
