import type { Backend, BackendName, BackendOptions } from "./Backend.ts";
import { ReferenceBackend } from "./ReferenceBackend.ts";

/** A back end by name, or the fastest that this machine can run. */
export type BackendChoice = BackendName | "auto";

/** Opens a back end. */
export async function openBackend(_choice: BackendChoice, _options: BackendOptions = {}): Promise<Backend> {
  return new ReferenceBackend();
}
