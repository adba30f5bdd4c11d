import type { R1cs } from "../formats/r1cs.ts";

/** The scalars that a proving key's points are multiples of; 32 bytes little-endian each, standard form. */
export interface SetupScalars {
  /** A_s(tau) for each wire s. */
  a: Uint8Array;
  /** B_s(tau). */
  b: Uint8Array;
  /** (beta A_s + alpha B_s + C_s)(tau) / gamma for the public wires, gamma = 1. */
  ic: Uint8Array;
  /** The same divided by delta for the others. */
  c: Uint8Array;
  /** L_(2i+1)(tau) / delta over the domain of twice the size. */
  h: Uint8Array;
}

/** What is secret in a ceremony and published in the dev one. */
export interface SetupSecrets {
  tau: bigint;
  alpha: bigint;
  beta: bigint;
  delta: bigint;
}

/** A back end that computes setup scalars itself. */
export interface SetupScalarsBackend {
  setupScalars(r1cs: R1cs, secrets: SetupSecrets): Promise<SetupScalars>;
}
