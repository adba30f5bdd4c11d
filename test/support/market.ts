import type { HardhatViemHelpers } from "@nomicfoundation/hardhat-viem/types";
import { type Address, type Hex, hashTypedData, keccak256, parseEther, toBytes, zeroAddress } from "viem";
import { type LocalAccount, privateKeyToAccount } from "viem/accounts";
import { type ModelKey, makeModelKey, productionCeremony, type SimulatedProof } from "./simulator.ts";
import { statementContext } from "./statement.ts";
import { type VersionConfig, versionConfig, versionId } from "./versions.ts";

/** A settlement with a registered model, and what payers and provers do with it off chain. */

/** `struct Order` of the contracts. */
export interface Order {
  readonly payer: Address;
  readonly versionId: bigint;
  readonly inputs: readonly bigint[];
  readonly maxFee: bigint;
  readonly mode: number;
  readonly deadline: bigint;
  readonly salt: bigint;
  readonly callback: Address;
}

/** `struct SettlementItem` of the contracts. */
export interface SettlementItem {
  readonly order: Order;
  readonly signature: Hex;
  readonly prover: Address;
  readonly outputs: readonly bigint[];
  readonly proof: SimulatedProof;
}

/** A registered version with the key its proofs are made with. */
export interface MarketVersion {
  readonly id: bigint;
  readonly price: bigint;
  readonly model: ModelKey;
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

/** Names of the members of `enum Obstacle`, by value. */
export const OBSTACLES = [
  "None",
  "Expired",
  "RequestUnknown",
  "RequestSettled",
  "RequestRefunded",
  "VersionInactive",
  "PriceAboveFee",
  "UnknownMode",
  "InputCount",
  "InputOutOfField",
  "BadSignature",
  "NonceSpent",
  "Unfunded",
] as const;

/** Value of a member of `enum Obstacle`. */
export function obstacle(name: (typeof OBSTACLES)[number]): number {
  return OBSTACLES.indexOf(name);
}

/** An account that only signs; the same for the same name. */
export function signer(name: string): LocalAccount {
  return privateKeyToAccount(keccak256(toBytes(`signer/${name}`)));
}

export const FEE = parseEther("2");
const DEPOSIT = parseEther("1000");

export type Market = Awaited<ReturnType<typeof openMarket>>;

/**
 * Deploys token, verifier, registry and settlement and registers one version at a price of 1 OPG with payees of 70 %
 * and 30 %. Accounts of the chain, in this order: deployer (holds all OPG), payer (1,000 OPG deposited), prover,
 * model owner, data contributor, stranger.
 */
export async function openMarket(viem: HardhatViemHelpers) {
  const client = await viem.getPublicClient();
  const wallets = await viem.getWalletClients();
  const [deployer, payer, prover, owner, contributor, stranger] = wallets.map(
    (wallet) => wallet.account.address,
  ) as [Address, Address, Address, Address, Address, Address];
  const wallet = (address: Address) => wallets.find((candidate) => candidate.account.address === address)!;
  const ceremony = productionCeremony();
  const token = await viem.deployContract("OPGToken", [
    [{ account: deployer, amount: parseEther("1000000000") }],
  ]);
  const verifier = await viem.deployContract("ProofVerifier", [ceremony, true]);
  const registry = await viem.deployContract("ModelRegistry", [verifier.address, true]);
  const settlement = await viem.deployContract("InferenceSettlement", [token.address, registry.address]);
  const chainId = BigInt(await client.getChainId());
  await registry.write.registerModel(
    [
      "classifier",
      "MIT",
      [
        { account: owner, bps: 7_000 },
        { account: contributor, bps: 3_000 },
      ],
    ],
    { account: owner },
  );
  await token.write.approve([settlement.address, parseEther("1000000000")]);
  let salts = 0n;

  const domain = {
    name: "OPG Inference Settlement",
    version: "1",
    chainId,
    verifyingContract: settlement.address,
  };

  /** Registers another version of the model, under a key of its own. */
  async function addVersion(changes: Partial<VersionConfig> = {}): Promise<MarketVersion> {
    const config = versionConfig(changes);
    const number = 1n + BigInt(await registry.read.versionCount([1n]));
    const model = makeModelKey({ ceremony, seed: `version ${number}` });
    await registry.write.registerVersion([1n, config, model.key], { account: owner });
    return { id: versionId(1n, number), price: config.price, model };
  }

  /** Deposits for an account, out of the deployer's tokens. */
  async function fund(account: Address, amount = DEPOSIT): Promise<void> {
    await settlement.write.depositFor([account, amount]);
  }

  const version = await addVersion();
  await fund(payer);

  async function now(): Promise<bigint> {
    return (await client.getBlock()).timestamp;
  }

  /** An order of the payer for the version, live for an hour, with a salt not used before. */
  async function makeOrder(changes: Partial<Order> = {}): Promise<Order> {
    salts += 1n;
    return {
      payer,
      versionId: version.id,
      inputs: [42n],
      maxFee: FEE,
      mode: 0,
      deadline: (await now()) + 3_600n,
      salt: salts,
      callback: zeroAddress,
      ...changes,
    };
  }

  function requestIdOf(order: Order): Hex {
    return hashTypedData({ domain, types: ORDER_TYPES, primaryType: "Order", message: order });
  }

  /** The signature of an account of the chain. */
  async function sign(order: Order, account: Address = order.payer): Promise<Hex> {
    return wallet(account).signTypedData({
      domain,
      types: ORDER_TYPES,
      primaryType: "Order",
      message: order,
    });
  }

  /** The signature of an account that is not one of the chain's. */
  async function signAs(account: LocalAccount, order: Order): Promise<Hex> {
    return account.signTypedData!({ domain, types: ORDER_TYPES, primaryType: "Order", message: order });
  }

  /** v of an answer to `order` that pays `payee`. */
  function valuesOf(order: Order, outputs: readonly bigint[], payee: Address = prover): bigint[] {
    const context = statementContext({
      chainId,
      verifyingContract: settlement.address,
      requestId: requestIdOf(order),
      prover: payee,
    });
    return [context, ...order.inputs, ...outputs];
  }

  /** A proved answer. Without a signature it settles an order that was sent on chain. */
  function answer(
    order: Order,
    {
      signature = "0x",
      payee = prover,
      outputs = [7n],
      model = version.model,
    }: { signature?: Hex; payee?: Address; outputs?: readonly bigint[]; model?: ModelKey } = {},
  ): SettlementItem {
    return { order, signature, prover: payee, outputs, proof: model.prove(valuesOf(order, outputs, payee)) };
  }

  /** Sends `settle`, as the prover unless told otherwise. */
  function settle(item: SettlementItem, account: Address = prover): Promise<Hex> {
    return settlement.write.settle([item.order, item.signature, item.prover, item.outputs, item.proof], {
      account,
    });
  }

  /** Sends `settleMany`, as the prover unless told otherwise. */
  function settleMany(items: readonly SettlementItem[], account: Address = prover): Promise<Hex> {
    return settlement.write.settleMany([items], { account });
  }

  /** Gas of the whole transaction. */
  async function gasOf(hash: Hex): Promise<bigint> {
    return (await client.getTransactionReceipt({ hash })).gasUsed;
  }

  return {
    client,
    token,
    verifier,
    registry,
    settlement,
    domain,
    chainId,
    version,
    deployer,
    payer,
    prover,
    owner,
    contributor,
    stranger,
    wallet,
    addVersion,
    fund,
    now,
    makeOrder,
    requestIdOf,
    sign,
    signAs,
    valuesOf,
    answer,
    settle,
    settleMany,
    gasOf,
  };
}
