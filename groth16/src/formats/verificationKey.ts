import { Groth16Error } from "../errors.ts";
import type { G1Affine, G2Affine } from "./Proof.ts";
import { parseG1, parseG2, pointJson } from "./pointJson.ts";

/** What checking a proof needs. `ic` has one point more than there are public signals. */
export interface VerificationKey {
  alpha: G1Affine;
  beta: G2Affine;
  gamma: G2Affine;
  delta: G2Affine;
  ic: G1Affine[];
}

/** `verification_key.json` as snarkjs writes it, less `vk_alphabeta_12`, which snarkjs never reads. */
export interface SnarkjsVerificationKey {
  protocol: "groth16";
  curve: "bn128";
  nPublic: number;
  vk_alpha_1: string[];
  vk_beta_2: string[][];
  vk_gamma_2: string[][];
  vk_delta_2: string[][];
  IC: string[][];
}

/** A key in the shape of snarkjs' `verification_key.json`. */
export function toSnarkjsKey(key: VerificationKey): SnarkjsVerificationKey {
  return {
    protocol: "groth16",
    curve: "bn128",
    nPublic: key.ic.length - 1,
    vk_alpha_1: pointJson.g1(key.alpha),
    vk_beta_2: pointJson.g2(key.beta),
    vk_gamma_2: pointJson.g2(key.gamma),
    vk_delta_2: pointJson.g2(key.delta),
    IC: key.ic.map((point) => pointJson.g1(point)),
  };
}

/**
 * Reads snarkjs' `verification_key.json`.
 * @throws Groth16Error MALFORMED_FILE
 */
export function fromSnarkjsKey(json: unknown): VerificationKey {
  const key = json as Partial<SnarkjsVerificationKey> | null;
  if (key?.protocol !== "groth16" || key.curve !== "bn128") {
    throw new Groth16Error("MALFORMED_FILE", "Not a verification key of Groth16 over bn128.");
  }
  if (!Array.isArray(key.IC) || key.IC.length < 1 || key.nPublic !== key.IC.length - 1) {
    throw new Groth16Error("MALFORMED_FILE", "The verification key's IC does not have nPublic + 1 points.");
  }
  return {
    alpha: parseG1(key.vk_alpha_1, "vk_alpha_1"),
    beta: parseG2(key.vk_beta_2, "vk_beta_2"),
    gamma: parseG2(key.vk_gamma_2, "vk_gamma_2"),
    delta: parseG2(key.vk_delta_2, "vk_delta_2"),
    ic: key.IC.map((point, i) => parseG1(point, `IC[${i}]`)),
  };
}
