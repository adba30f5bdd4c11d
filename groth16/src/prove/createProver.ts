import type { BackendOptions, Hooks } from "../backends/Backend.ts";
import { type BackendChoice, openBackend } from "../backends/openBackend.ts";
import type { R1cs } from "../formats/r1cs.ts";
import { readZkey } from "../formats/zkey.ts";
import { Prover } from "./Prover.ts";

export interface CreateProverOptions extends BackendOptions, Hooks {
  /** Default "auto": native where this machine has the instructions and the addon, else WebAssembly. */
  backend?: BackendChoice | undefined;
  /** The circuit: lets the error for an unsatisfied witness name the constraint. Kept, not copied. */
  r1cs?: Uint8Array | R1cs | undefined;
}

/**
 * Prepares a proving key. `zkey` (a `.zkey` file's bytes) may be dropped afterwards.
 * @throws Groth16Error MALFORMED_FILE, BACKEND_UNAVAILABLE, OUT_OF_MEMORY
 */
export async function createProver(zkey: Uint8Array, options: CreateProverOptions = {}): Promise<Prover> {
  const key = readZkey(zkey);
  const backend = await openBackend(options.backend ?? "auto", options);
  try {
    return new Prover(key, backend, await backend.prepareKey(key, options), options.r1cs);
  } catch (error) {
    await backend.close();
    throw error;
  }
}
