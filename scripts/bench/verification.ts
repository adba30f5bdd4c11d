import type { HardhatViemHelpers } from "@nomicfoundation/hardhat-viem/types";
import { encodeFunctionData, getAddress, type Hex } from "viem";
import { type ModelKey, makeModelKey, productionCeremony, R, scalar } from "../../test/support/simulator.ts";
import { versionConfig } from "../../test/support/versions.ts";

/** Batch sizes of the report. */
export const BATCH_SIZES = [8, 32, 64] as const;

/** Gas a proof in a batch of each size. */
export type BatchGas = Readonly<Record<(typeof BATCH_SIZES)[number], number>>;

/**
 * Gas of whole transactions, sent from an externally owned account. Every proof is about three public values: a
 * context, the commitment of an input (32 bytes) and one word of outputs.
 */
export interface VerificationGas {
  /** `verify` of one proof with a context of 31 bytes, as for a request, and an output of 20 bits. */
  readonly verifyOne: number;
  /** `verifyModelBatch` with an output of 20 bits. A batch sent straight to the verifier answers no request: context zero. */
  readonly verifyBatchPerProof: BatchGas;
  /** `registerVersion` of a model with two payees and a uri of 46 characters. */
  readonly registerVersion: number;
  /** `verify` of a proof with a point off the curve. */
  readonly verifyOffCurve: number;
  /** The same proofs as items of `verifyBatch`, which takes any keys. */
  readonly verifyItemsPerProof: BatchGas;
  /** The most that three values can cost: all of 31 or 32 bytes without a zero. */
  readonly fullWords: {
    readonly verifyOne: number;
    readonly verifyBatchPerProof: BatchGas;
    readonly verifyItemsPerProof: BatchGas;
  };
}

/** The number of `bytes` bytes that `label` names, none of them zero. */
function fullBytes(label: string, bytes: number): bigint {
  const hex = scalar(label)
    .toString(16)
    .padStart(64, "0")
    .slice(-2 * bytes);
  return BigInt(`0x${hex.replaceAll(/../g, (byte) => (byte === "00" ? "01" : byte))}`);
}

/** A commitment: any element of the field. */
function commitment(index: number): bigint {
  return fullBytes(`input/${index}`, 32) % R;
}

/** Measures the contracts of `contracts/verify` and `contracts/registry` on a simulated chain. */
export async function measureVerification(viem: HardhatViemHelpers): Promise<VerificationGas> {
  const production = productionCeremony();
  const verifier = await viem.deployContract("ProofVerifier", [production, false]);
  const registry = await viem.deployContract("ModelRegistry", [verifier.address, false]);
  const client = await viem.getPublicClient();
  const [wallet] = await viem.getWalletClients();
  if (!wallet) throw new Error("the simulated chain has no accounts");
  const { abi } = verifier;

  const gasOf = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`the measured transaction ${hash} failed`);
    return Number(receipt.gasUsed);
  };
  const send = async (data: Hex) => gasOf(await wallet.sendTransaction({ to: verifier.address, data }));

  await registry.write.registerModel([
    "Breast cancer",
    "Apache-2.0",
    [
      { account: wallet.account.address, bps: 9_000 },
      { account: getAddress("0x00000000000000000000000000000000000000aa"), bps: 1_000 },
    ],
  ]);
  const model: ModelKey = makeModelKey({ ceremony: production, seed: "bench" });
  const registerVersion = await gasOf(await registry.write.registerVersion([1n, versionConfig(), model.key]));

  const itemsOf = (vector: (index: number) => bigint[]) =>
    Array.from({ length: Math.max(...BATCH_SIZES) }, (_, index) => {
      const values = vector(index);
      return { vkHash: model.vkHash, values, proof: model.prove(values, `proof/${index}`) };
    });
  type Items = ReturnType<typeof itemsOf>;

  const one = async ([item]: Items) => {
    const { vkHash, values, proof } = item!;
    return send(encodeFunctionData({ abi, functionName: "verify", args: [vkHash, values, proof] }));
  };
  const perProof = async (items: Items, encode: (batch: Items) => Hex) => {
    const entries: [number, number][] = [];
    for (const size of BATCH_SIZES) {
      entries.push([size, Math.round((await send(encode(items.slice(0, size)))) / size)]);
    }
    return Object.fromEntries(entries) as BatchGas;
  };
  const modelBatch = (batch: Items) =>
    encodeFunctionData({
      abi,
      functionName: "verifyModelBatch",
      args: [model.vkHash, batch.flatMap(({ values }) => values), batch.map(({ proof }) => proof)],
    });
  const itemBatch = (batch: Items) => encodeFunctionData({ abi, functionName: "verifyBatch", args: [batch] });

  const output = (index: number) => fullBytes(`output/${index}`, 3) >> 4n;
  const inContext = itemsOf((index) => [fullBytes(`context/${index}`, 31), commitment(index), output(index)]);
  const stateless = itemsOf((index) => [0n, commitment(index), output(index)]);
  const full = itemsOf((index) => [
    fullBytes(`context/${index}`, 31),
    commitment(index),
    fullBytes(`outputs/${index}`, 31),
  ]);

  const offCurve = inContext.slice(0, 1).map(({ proof, ...claim }) => {
    const [x, y, ...rest] = proof.points;
    return { ...claim, proof: { ...proof, points: [x, y + 1n, ...rest] as const } };
  });

  return {
    verifyOne: await one(inContext),
    verifyBatchPerProof: await perProof(stateless, modelBatch),
    registerVersion,
    verifyOffCurve: await one(offCurve),
    verifyItemsPerProof: await perProof(stateless, itemBatch),
    fullWords: {
      verifyOne: await one(full),
      verifyBatchPerProof: await perProof(full, modelBatch),
      verifyItemsPerProof: await perProof(full, itemBatch),
    },
  };
}
