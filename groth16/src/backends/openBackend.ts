import { Groth16Error } from "../errors.ts";
import type { Backend, BackendName, BackendOptions } from "./Backend.ts";
import { ReferenceBackend } from "./ReferenceBackend.ts";
import { WasmBackend } from "./wasm/WasmBackend.ts";

/** A back end by name, or the fastest that this machine can run. */
export type BackendChoice = BackendName | "auto";

/**
 * Opens a back end.
 * @throws Groth16Error BACKEND_UNAVAILABLE when the one named cannot run here
 */
export async function openBackend(choice: BackendChoice, options: BackendOptions = {}): Promise<Backend> {
  switch (choice) {
    case "auto":
    case "wasm":
      return WasmBackend.open(options);
    case "reference":
      return new ReferenceBackend();
    default:
      throw new Groth16Error("BACKEND_UNAVAILABLE", `There is no back end ${JSON.stringify(choice)} here.`);
  }
}
