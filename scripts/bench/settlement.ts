import type { HardhatViemHelpers } from "@nomicfoundation/hardhat-viem/types";
import { type Hex, type LocalAccount, parseEther } from "viem";
import {
  type Market,
  type Order,
  openMarket,
  type SettlementItem,
  signer,
} from "../../test/support/market.ts";

/**
 * Gas of whole transactions of settlement, with real proofs of a version with one word of inputs and one of outputs,
 * at a price of 1 OPG with two payees, and a fee of 2 OPG.
 */
export interface SettlementGas {
  readonly request: number;
  readonly settleSignedOrder: number;
  readonly settleManyPerItem: { readonly "8": number; readonly "32": number };
  readonly refund: number;
  /** The same where every account of the books is touched for the first time, and where every item has a payer of its own. */
  readonly cold: {
    readonly request: number;
    readonly settleSignedOrder: number;
    readonly settleRequest: number;
    readonly settleManyPerItem: { readonly "8": number; readonly "32": number };
  };
  readonly distinctPayers: { readonly settleManyPerItem: { readonly "8": number; readonly "32": number } };
}

/** Signed and proved answers, one for each payer of the list. */
async function answers(market: Market, payers: readonly LocalAccount[]): Promise<SettlementItem[]> {
  const items: SettlementItem[] = [];
  for (const payer of payers) {
    const order = await market.makeOrder({ payer: payer.address });
    items.push(market.answer(order, { signature: await market.signAs(payer, order) }));
  }
  return items;
}

async function perItem(market: Market, items: readonly SettlementItem[]): Promise<number> {
  return Math.ceil(Number(await market.gasOf(await market.settleMany(items))) / items.length);
}

const repeat = <T>(value: T, count: number): T[] => Array.from({ length: count }, () => value);

/** Signers of which each has a deposit. */
async function funded(market: Market, name: string, count: number): Promise<LocalAccount[]> {
  const payers = Array.from({ length: count }, (_, index) => signer(`${name} ${index}`));
  for (const payer of payers) await market.fund(payer.address, parseEther("100"));
  return payers;
}

/** Measures on a fresh simulated chain. */
export async function benchSettlement(viem: HardhatViemHelpers): Promise<SettlementGas> {
  const market = await openMarket(viem);
  const { settlement, payer, gasOf } = market;
  const gas = async (hash: Hex) => Number(await gasOf(hash));
  const request = async (order: Order) => gas(await settlement.write.request([order], { account: payer }));
  const settleSigned = async (account: LocalAccount) =>
    gas(await market.settle((await answers(market, [account]))[0]!));

  const [alice] = await funded(market, "alice", 1);
  const coldSigned = await settleSigned(alice!);
  const first = await market.makeOrder();
  const coldRequest = await request(first);
  const settleRequest = await gas(await market.settle(market.answer(first)));

  const order = await market.makeOrder();
  const warmRequest = await request(order);
  await viem.getTestClient().then((client) => client.increaseTime({ seconds: 7_200 }));
  const refund = await gas(await settlement.write.refund([order], { account: market.stranger }));

  const settleSignedOrder = await settleSigned(alice!);
  const one = {
    "8": await perItem(market, await answers(market, repeat(alice!, 8))),
    "32": await perItem(market, await answers(market, repeat(alice!, 32))),
  };
  const many8 = await funded(market, "eight", 8);
  const many32 = await funded(market, "thirty-two", 32);
  const cold = {
    "8": await perItem(market, await answers(market, many8)),
    "32": await perItem(market, await answers(market, many32)),
  };
  const distinct = {
    "8": await perItem(market, await answers(market, many8)),
    "32": await perItem(market, await answers(market, many32)),
  };

  return {
    request: warmRequest,
    settleSignedOrder,
    settleManyPerItem: one,
    refund,
    cold: { request: coldRequest, settleSignedOrder: coldSigned, settleRequest, settleManyPerItem: cold },
    distinctPayers: { settleManyPerItem: distinct },
  };
}
