import { type BackendName, Groth16Error, openBackend } from "../../../groth16/src/index.ts";

/** The back ends besides the reference that this machine can run. */
export async function fastBackends(): Promise<BackendName[]> {
  const names: BackendName[] = [];
  for (const name of ["wasm", "native"] as const) {
    try {
      await (await openBackend(name, { threads: 1 })).close();
      names.push(name);
    } catch (error) {
      if (!(error instanceof Groth16Error)) throw error;
    }
  }
  return names;
}
