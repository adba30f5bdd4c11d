import type { Backend, BackendOptions, Hooks } from "../backends/Backend.ts";
import { type BackendChoice, openBackend } from "../backends/openBackend.ts";
import type { R1cs } from "../formats/r1cs.ts";
import { readZkey } from "../formats/zkey.ts";
import { Prover } from "./Prover.ts";

export interface CreateProverOptions extends BackendOptions, Hooks {
  /**
   * Default "auto": native where this machine has the instructions and the addon, else WebAssembly. An open back
   * end serves several provers with one set of threads; the caller closes it.
   */
  backend?: BackendChoice | Backend | undefined;
  /** The circuit: lets the error for an unsatisfied witness name the constraint. Kept, not copied. */
  r1cs?: Uint8Array | R1cs | undefined;
}

/**
 * Prepares a proving key. `zkey` (a `.zkey` file's bytes) may be dropped afterwards.
 * @throws Groth16Error MALFORMED_FILE, BACKEND_UNAVAILABLE, OUT_OF_MEMORY; the signal's reason when aborted
 */
export async function createProver(zkey: Uint8Array, options: CreateProverOptions = {}): Promise<Prover> {
  const key = readZkey(zkey);
  const choice = options.backend ?? "auto";
  const ownsBackend = typeof choice === "string";
  const backend = ownsBackend ? await openBackend(choice, options) : choice;
  try {
    const prepared = await backend.prepareKey(key, options);
    return new Prover(key, prepared, { backend, ownsBackend, r1cs: options.r1cs });
  } catch (error) {
    if (ownsBackend) await backend.close();
    throw error;
  }
}
