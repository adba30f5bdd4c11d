import { Groth16Error } from "../errors.ts";
import type { Backend, BackendName, BackendOptions } from "./Backend.ts";
import { ReferenceBackend } from "./ReferenceBackend.ts";
import { WasmBackend } from "./wasm/WasmBackend.ts";

/** A back end by name, or the fastest that this machine can run. */
export type BackendChoice = BackendName | "auto";

/**
 * Opens a back end. "auto" is the native one where its addon was built and the processor has AVX-512-IFMA, and
 * WebAssembly everywhere else; `backend.name` tells which.
 * @throws Groth16Error BACKEND_UNAVAILABLE when the one named cannot run here
 */
export async function openBackend(choice: BackendChoice, options: BackendOptions = {}): Promise<Backend> {
  switch (choice) {
    case "auto":
      return (await openNativeIfPresent(options)) ?? WasmBackend.open(options);
    case "native":
      return openNative(options);
    case "wasm":
      return WasmBackend.open(options);
    case "reference":
      return new ReferenceBackend();
    default:
      throw new Groth16Error(
        "BACKEND_UNAVAILABLE",
        `There is no back end ${JSON.stringify(choice)}: use auto, native, wasm or reference.`,
      );
  }
}

async function openNative(options: BackendOptions): Promise<Backend> {
  if (typeof process === "undefined" || process.versions?.node === undefined) {
    throw new Groth16Error("BACKEND_UNAVAILABLE", "The native back end needs Node.");
  }
  // Loaded on demand: browsers must not meet Node's modules.
  const { createNativeBackend } = await import("./nativeBackend.ts");
  return createNativeBackend(options);
}

async function openNativeIfPresent(options: BackendOptions): Promise<Backend | undefined> {
  try {
    return await openNative(options);
  } catch (error) {
    if (error instanceof Groth16Error && error.code === "BACKEND_UNAVAILABLE") return undefined;
    throw error;
  }
}
