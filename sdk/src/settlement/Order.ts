import { type Address, type Hex, hashTypedData } from "viem";

/** Mode bit: keep the outputs on chain for later readers. */
export const STORE_RESULT = 1;

/** What a payer asks for, as `InferenceSettlement` hashes and charges it. */
export interface Order {
  readonly payer: Address;
  readonly versionId: bigint;
  /** The statement's input words: packed public inputs, or the input commitment alone. */
  readonly inputs: readonly bigint[];
  /** Charged in full: the version's price goes to its payees, the rest to the prover. In token wei. */
  readonly maxFee: bigint;
  /** 0 or {@link STORE_RESULT}. */
  readonly mode: number;
  /** Unix seconds; a request not settled by then is refunded. */
  readonly deadline: bigint;
  /** Also the payer's unordered nonce: no two orders of one payer may share it. */
  readonly salt: bigint;
  /** Contract that is told of the result, or the zero address. */
  readonly callback: Address;
}

export const ORDER_TYPES = {
  Order: [
    { name: "payer", type: "address" },
    { name: "versionId", type: "uint256" },
    { name: "inputs", type: "uint256[]" },
    { name: "maxFee", type: "uint256" },
    { name: "mode", type: "uint8" },
    { name: "deadline", type: "uint64" },
    { name: "salt", type: "uint256" },
    { name: "callback", type: "address" },
  ],
} as const;

/** Where an order is valid. */
export interface SettlementDomain {
  readonly chainId: number;
  readonly settlement: Address;
}

/** The EIP-712 message of an order: pass it to a wallet's `signTypedData` to sign the order off chain. */
export function orderTypedData(order: Order, { chainId, settlement }: SettlementDomain) {
  return {
    domain: { name: "OPG Inference Settlement", version: "1", chainId, verifyingContract: settlement },
    types: ORDER_TYPES,
    primaryType: "Order",
    message: order,
  } as const;
}

/** The request id: the order's EIP-712 digest, unique to its chain and settlement contract. */
export function hashOrder(order: Order, domain: SettlementDomain): Hex {
  return hashTypedData(orderTypedData(order, domain));
}
