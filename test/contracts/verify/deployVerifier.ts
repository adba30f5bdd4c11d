import hre from "hardhat";
import {
  type Abi,
  concat,
  decodeErrorResult,
  decodeFunctionResult,
  type Hex,
  keccak256,
  pad,
  size,
  slice,
  toFunctionSelector,
} from "viem";
import {
  devCeremony,
  type KeyWords,
  makeModelKey,
  productionCeremony,
  type SimulatedCeremony,
  type SimulatedProof,
} from "../../support/simulator.ts";

/** A fresh chain with a verifier of the simulated production ceremony. */
export async function deployVerifier({ allowDev = true } = {}) {
  const { viem } = await hre.network.create();
  const production = productionCeremony();
  const verifier = await viem.deployContract("ProofVerifier", [production, allowDev]);
  const caller = await viem.deployContract("StaticCaller");
  const client = await viem.getPublicClient();
  const [wallet] = await viem.getWalletClients();
  if (!wallet) throw new Error("the simulated chain has no accounts");

  /** A key of the ceremony, registered. */
  async function registerModel(seed: string, ceremony: SimulatedCeremony = production) {
    const model = makeModelKey({ ceremony, seed });
    await verifier.write.registerKey([model.key]);
    return model;
  }

  /**
   * How a call with this calldata ends: its result, or the name and the arguments of the error; "no reason" for a
   * revert without data.
   */
  async function outcome(data: Hex, gasLimit = 16_000_000n): Promise<unknown> {
    const abi: Abi = verifier.abi;
    const [success, result] = await caller.read.tryCall([verifier.address, data, gasLimit]);
    if (success) {
      const functionName = abi.find(
        (entry) => entry.type === "function" && toFunctionSelector(entry) === slice(data, 0, 4),
      );
      return decodeFunctionResult({
        abi,
        functionName: (functionName as { name: string }).name,
        data: result,
      });
    }
    if (result === "0x") return "no reason";
    const { errorName, args } = decodeErrorResult({ abi, data: result });
    return [errorName, ...(args ?? [])];
  }

  return { viem, verifier, outcome, client, wallet, production, dev: devCeremony(), registerModel };
}

/**
 * The number whose powers are the coefficients of a batch: the hash of the calldata, taken in pieces of 192 bytes for
 * each item, each hash covering the one before.
 */
export function batchRandomness(calldata: Hex, items: number): bigint {
  const piece = 192 * items;
  let rho = pad("0x", { size: 32 });
  for (let done = 0; done < size(calldata); done += piece) {
    const part = slice(calldata, done, Math.min(done + piece, size(calldata)));
    rho = keccak256(concat([rho, pad(part, { dir: "right", size: piece })]));
  }
  return BigInt(rho);
}

/** The proof with one word of its points replaced. */
export function withPoint(proof: SimulatedProof, index: number, word: bigint): SimulatedProof {
  const points = proof.points.map((point, i) => (i === index ? word : point));
  return { ...proof, points: points as unknown as SimulatedProof["points"] };
}

/** The proof with all words of its points replaced. */
export function withPoints(proof: SimulatedProof, words: readonly bigint[]): SimulatedProof {
  return { ...proof, points: words as unknown as SimulatedProof["points"] };
}

/** The key with one word of its IC points replaced. */
export function withIcWord(key: KeyWords, index: number, word: bigint): KeyWords {
  return { ...key, ic: key.ic.map((value, i) => (i === index ? word : value)) };
}

/** The key with one word of its delta replaced. */
export function withDeltaWord(key: KeyWords, index: number, word: bigint): KeyWords {
  return {
    ...key,
    delta: key.delta.map((value, i) => (i === index ? word : value)) as unknown as KeyWords["delta"],
  };
}
