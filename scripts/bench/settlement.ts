import type { HardhatViemHelpers } from "@nomicfoundation/hardhat-viem/types";
import { type Hex, keccak256, parseEther, toHex } from "viem";
import type { LocalAccount } from "viem/accounts";
import {
  type Market,
  type Order,
  openMarket,
  type SettlementItem,
  signer,
} from "../../test/support/market.ts";

/** Batch sizes of the report. */
export const SETTLEMENT_SIZES = [8, 32] as const;

export type PerItem = Readonly<Record<(typeof SETTLEMENT_SIZES)[number], number>>;

/**
 * Gas of whole transactions, sent from an externally owned account, with real proofs of a version with one word of
 * inputs and one of outputs that fill their words, a price of 1 OPG for two payees, and a fee of 2 OPG. No balance is
 * zero before and no nonce word unused, unless it says so.
 */
export interface SettlementGas {
  /** `request` by a payer with a deposit. */
  readonly request: number;
  /** `settle` of an order sent on chain. */
  readonly settleRequest: number;
  /** `settle` of a signed order. */
  readonly settleSignedOrder: number;
  /** `settleMany` of N signed orders of one payer, divided by N. */
  readonly settleManyPerItem: PerItem;
  /** The same with N payers. */
  readonly settleManyOfDistinctPayersPerItem: PerItem;
  /** `refund` after the deadline. */
  readonly refund: number;
  /** The first transaction of its kind: new payer, prover and version, all balances zero, no nonce word used. */
  readonly cold: {
    readonly request: number;
    readonly settleSignedOrder: number;
    readonly settleManyOfDistinctPayersPerItem: PerItem;
  };
}

/** A value of 248 bits without zero bytes. */
function fullWord(label: string): bigint {
  const bytes = keccak256(toHex(label)).slice(2, 64);
  return BigInt(`0x${bytes.replaceAll(/(..)/g, (byte) => (byte === "00" ? "01" : byte))}`);
}

const INPUTS = [fullWord("input")];
const OUTPUTS = [fullWord("output")];

/** Signed and proved answers, one for each payer of the list. */
async function signedItems(market: Market, payers: readonly LocalAccount[]): Promise<SettlementItem[]> {
  const items: SettlementItem[] = [];
  for (const payer of payers) {
    const order = await market.makeOrder({ payer: payer.address, inputs: INPUTS });
    items.push(market.answer(order, { signature: await market.signAs(payer, order), outputs: OUTPUTS }));
  }
  return items;
}

/** Signers with a deposit each. */
async function fundedSigners(market: Market, name: string, count: number): Promise<LocalAccount[]> {
  const payers = Array.from({ length: count }, (_, index) => signer(`${name} ${index}`));
  for (const payer of payers) await market.fund(payer.address, parseEther("100"));
  return payers;
}

/** Measures `contracts/settlement` on a simulated chain. */
export async function measureSettlement(viem: HardhatViemHelpers): Promise<SettlementGas> {
  const market = await openMarket(viem);
  const { settlement, payer } = market;
  const gasOf = async (hash: Hex) => Number(await market.gasOf(hash));

  const request = async (order: Order) => gasOf(await settlement.write.request([order], { account: payer }));
  const makeOrder = () => market.makeOrder({ inputs: INPUTS });
  const settle = async (item: SettlementItem) => gasOf(await market.settle(item));
  const settleMany = async (items: readonly SettlementItem[]) => {
    const hash = await market.settleMany(items);
    const settled = await settlement.getEvents.InferenceSettled();
    if (settled.length !== items.length)
      throw new Error(`${items.length - settled.length} items were skipped`);
    return Math.ceil((await gasOf(hash)) / items.length);
  };
  const perItem = async (payersOf: (size: number) => readonly LocalAccount[]): Promise<PerItem> => ({
    8: await settleMany(await signedItems(market, payersOf(8))),
    32: await settleMany(await signedItems(market, payersOf(32))),
  });
  const settleOne = async (account: LocalAccount) => settle((await signedItems(market, [account]))[0]!);

  const [alice] = (await fundedSigners(market, "alice", 1)) as [LocalAccount];
  const coldSignedOrder = await settleOne(alice);
  const first = await makeOrder();
  const coldRequest = await request(first);
  const settleRequest = await settle(market.answer(first, { outputs: OUTPUTS }));

  const second = await makeOrder();
  const warmRequest = await request(second);
  await (await viem.getTestClient()).increaseTime({ seconds: 7_200 });
  const refund = await gasOf(await settlement.write.refund([second], { account: market.stranger }));

  const settleSignedOrder = await settleOne(alice);
  const ofOnePayer = await perItem((size) => Array.from({ length: size }, () => alice));
  const crowds = new Map<number, LocalAccount[]>();
  for (const size of SETTLEMENT_SIZES) {
    crowds.set(size, await fundedSigners(market, `one of ${size}`, size));
  }
  const coldPerItem = await perItem((size) => crowds.get(size)!);
  const warmPerItem = await perItem((size) => crowds.get(size)!);

  return {
    request: warmRequest,
    settleRequest,
    settleSignedOrder,
    settleManyPerItem: ofOnePayer,
    settleManyOfDistinctPayersPerItem: warmPerItem,
    refund,
    cold: {
      request: coldRequest,
      settleSignedOrder: coldSignedOrder,
      settleManyOfDistinctPayersPerItem: coldPerItem,
    },
  };
}
