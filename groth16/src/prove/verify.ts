import { ReferenceBackend } from "../backends/ReferenceBackend.ts";
import type { Proof } from "../formats/Proof.ts";
import type { VerificationKey } from "../formats/verificationKey.ts";
import { verifyWith } from "./verifyWith.ts";

/** Whether `proof` is valid for `publicSignals` under `key`. Malformed values make it false, never an error. */
export async function verify(
  key: VerificationKey,
  publicSignals: readonly bigint[],
  proof: Proof,
): Promise<boolean> {
  return verifyWith(new ReferenceBackend(), key, publicSignals, proof);
}
