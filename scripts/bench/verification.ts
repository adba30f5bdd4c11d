import type { HardhatViemHelpers } from "@nomicfoundation/hardhat-viem/types";
import { encodeFunctionData, getAddress, type Hex, keccak256, toHex } from "viem";
import { type ModelKey, makeModelKey, productionCeremony } from "../../test/support/simulator.ts";
import { versionConfig } from "../../test/support/versions.ts";

/** Batch sizes of the report. */
export const BATCH_SIZES = [8, 32, 64] as const;

/** Gas of whole transactions, sent from an externally owned account. */
export interface VerificationGas {
  /** `verify` of one proof of a stateless statement: no context, an input commitment, an answer of 40 bits. */
  readonly verifyOne: bigint;
  /** `verifyModelBatch` of N such proofs, divided by N. */
  readonly verifyBatchPerProof: Readonly<Record<(typeof BATCH_SIZES)[number], bigint>>;
  /** `verifyBatch` of the same proofs as items, divided by N. */
  readonly verifyItemsPerProof: Readonly<Record<(typeof BATCH_SIZES)[number], bigint>>;
  /** `verify` and `verifyModelBatch` where context, input and output fill their words. */
  readonly fullWords: {
    readonly verifyOne: bigint;
    readonly verifyBatchPerProof: Readonly<Record<(typeof BATCH_SIZES)[number], bigint>>;
  };
  /** `verify` of a proof with a point off the curve. */
  readonly offCurve: bigint;
  /** `registerVersion` of a model with two payees and a uri of 46 characters. */
  readonly registerVersion: bigint;
}

/** A value of 248 bits without zero bytes: what a context, or a full word of packed values, costs in calldata. */
function fullWord(label: string): bigint {
  const bytes = keccak256(toHex(label)).slice(2, 64);
  return BigInt(`0x${bytes.replaceAll(/(..)/g, (byte) => (byte === "00" ? "01" : byte))}`);
}

/** Bits of a regression's answer, or of a label with its score. */
const ANSWER_BITS = 40n;

/** A stateless statement: no context, an input commitment, one answer. */
function statelessVector(index: number): bigint[] {
  return [0n, fullWord(`input/${index}`), fullWord(`output/${index}`) % (1n << ANSWER_BITS)];
}

/** A statement that fills every word: a context, an input commitment, a packed output tensor. */
function fullVector(index: number): bigint[] {
  return ["context", "input", "output"].map((part) => fullWord(`${part}/${index}`));
}

/** Measures the contracts of `contracts/verify` and `contracts/registry` on a simulated chain. */
export async function measureVerification(viem: HardhatViemHelpers): Promise<VerificationGas> {
  const production = productionCeremony();
  const verifier = await viem.deployContract("ProofVerifier", [production, false]);
  const registry = await viem.deployContract("ModelRegistry", [verifier.address, false]);
  const client = await viem.getPublicClient();
  const [wallet] = await viem.getWalletClients();
  const { account } = wallet!;

  const gasOf = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== "success") throw new Error(`the measured transaction ${hash} failed`);
    return receipt.gasUsed;
  };
  const send = async (data: Hex) => gasOf(await wallet!.sendTransaction({ to: verifier.address, data }));

  const payees = [
    { account: account.address, bps: 9_000 },
    { account: getAddress("0x00000000000000000000000000000000000000aa"), bps: 1_000 },
  ];
  await registry.write.registerModel(["Breast cancer", "Apache-2.0", payees]);
  const model: ModelKey = makeModelKey({ ceremony: production, seed: "bench" });
  const registerVersion = await gasOf(await registry.write.registerVersion([1n, versionConfig(), model.key]));

  const proved = (vectorOf: (index: number) => bigint[]) =>
    Array.from({ length: Math.max(...BATCH_SIZES) }, (_, index) => {
      const values = vectorOf(index);
      return { vkHash: model.vkHash, values, proof: model.prove(values, `proof/${index}`) };
    });
  const items = proved(statelessVector);
  const fullItems = proved(fullVector);
  const { abi } = verifier;
  const single = (item: (typeof items)[number]) =>
    encodeFunctionData({ abi, functionName: "verify", args: [item.vkHash, item.values, item.proof] });

  const first = items[0]!;
  const [x, y, ...rest] = first.proof.points;
  const offCurve = { ...first, proof: { ...first.proof, points: [x, y + 1n, ...rest] as const } };

  const perProof = async (all: typeof items, encode: (batch: typeof items) => Hex) => {
    const entries: [number, bigint][] = [];
    for (const size of BATCH_SIZES) {
      entries.push([size, (await send(encode(all.slice(0, size)))) / BigInt(size)]);
    }
    return Object.fromEntries(entries) as VerificationGas["verifyBatchPerProof"];
  };
  const modelBatch = (batch: typeof items) =>
    encodeFunctionData({
      abi,
      functionName: "verifyModelBatch",
      args: [model.vkHash, batch.flatMap(({ values }) => values), batch.map(({ proof }) => proof)],
    });

  return {
    verifyOne: await send(single(first)),
    verifyBatchPerProof: await perProof(items, modelBatch),
    verifyItemsPerProof: await perProof(items, (batch) =>
      encodeFunctionData({ abi, functionName: "verifyBatch", args: [batch] }),
    ),
    fullWords: {
      verifyOne: await send(single(fullItems[0]!)),
      verifyBatchPerProof: await perProof(fullItems, modelBatch),
    },
    offCurve: await send(single(offCurve)),
    registerVersion,
  };
}
