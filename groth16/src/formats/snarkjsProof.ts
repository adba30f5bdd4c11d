import { Groth16Error } from "../errors.ts";
import type { Proof } from "./Proof.ts";
import { parseG1, parseG2, pointJson } from "./pointJson.ts";

/** `proof.json` as snarkjs writes it: decimal strings, projective with the last coordinate one. */
export interface SnarkjsProof {
  pi_a: string[];
  pi_b: string[][];
  pi_c: string[];
  protocol: "groth16";
  curve: "bn128";
}

/** A proof in the shape of snarkjs' `proof.json`. */
export function toSnarkjsProof(proof: Proof): SnarkjsProof {
  return {
    pi_a: pointJson.g1(proof.a),
    pi_b: pointJson.g2(proof.b),
    pi_c: pointJson.g1(proof.c),
    protocol: "groth16",
    curve: "bn128",
  };
}

/**
 * Reads snarkjs' `proof.json`.
 * @throws Groth16Error MALFORMED_FILE
 */
export function fromSnarkjsProof(json: unknown): Proof {
  const proof = json as Partial<SnarkjsProof> | null;
  if (proof?.protocol !== "groth16" || proof.curve !== "bn128") {
    throw new Groth16Error("MALFORMED_FILE", "Not a proof.json of Groth16 over bn128.");
  }
  return {
    a: parseG1(proof.pi_a, "pi_a"),
    b: parseG2(proof.pi_b, "pi_b"),
    c: parseG1(proof.pi_c, "pi_c"),
  };
}
