import type { Backend } from "../backends/Backend.ts";
import { ReferenceBackend } from "../backends/ReferenceBackend.ts";
import { WasmBackend } from "../backends/wasm/WasmBackend.ts";
import { Groth16Error } from "../errors.ts";
import type { Proof } from "../formats/Proof.ts";
import type { VerificationKey } from "../formats/verificationKey.ts";
import { verifyWith } from "./verifyWith.ts";

let shared: Promise<Backend> | undefined;

/**
 * Whether `proof` is valid for `publicSignals` under `key`. Malformed values make it false, never an error. The
 * first call starts one thread, which later calls share and which does not keep the process alive.
 */
export async function verify(
  key: VerificationKey,
  publicSignals: readonly bigint[],
  proof: Proof,
): Promise<boolean> {
  shared ??= openVerifier();
  return verifyWith(await shared, key, publicSignals, proof);
}

async function openVerifier(): Promise<Backend> {
  try {
    return await WasmBackend.open({ threads: 1 });
  } catch (error) {
    if (error instanceof Groth16Error) return new ReferenceBackend();
    throw error;
  }
}
