import type { Hex } from "viem";
import { type ModelKey, type SimulatedProof, scalar } from "../../support/simulator.ts";

/** `struct VerificationItem` of the contracts. */
export interface Item {
  readonly vkHash: Hex;
  readonly values: readonly bigint[];
  readonly proof: SimulatedProof;
}

/** A claim that holds: `length` values and their proof, all drawn by `seed`. */
export function item(model: ModelKey, seed: string, length = 3): Item {
  const values = Array.from({ length }, (_, index) => scalar(`${seed}/${index}`));
  return { vkHash: model.vkHash, values, proof: model.prove(values, seed) };
}

/** `count` such claims. */
export function items(model: ModelKey, count: number): Item[] {
  return Array.from({ length: count }, (_, index) => item(model, `item ${index}`));
}
