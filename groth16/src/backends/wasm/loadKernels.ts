import { Groth16Error } from "../../errors.ts";
import { Wasm, type WasmExports, type WasmMemory, type WasmModule } from "./WasmApi.ts";

/** 64 KiB pages of address space: all that 32 bits reach. */
const MAXIMUM_PAGES = 65536;

export interface Kernels {
  module: WasmModule;
  memory: WasmMemory;
  /** This thread's own instance. */
  exports: WasmExports;
}

let compiled: Promise<WasmModule> | undefined;

/**
 * Compiles the kernels once a process and gives each caller its own memory. The fast build needs relaxed SIMD
 * whose multiply-add is really fused (tested by computing); elsewhere the build with 29-bit integers serves.
 * @throws Groth16Error BACKEND_UNAVAILABLE, OUT_OF_MEMORY
 */
export async function loadKernels(): Promise<Kernels> {
  compiled ??= compileKernels();
  const module = await compiled;
  return { module, ...instantiate(module) };
}

function instantiate(module: WasmModule): { memory: WasmMemory; exports: WasmExports } {
  let memory: WasmMemory;
  try {
    memory = new Wasm.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });
  } catch (cause) {
    throw new Groth16Error("OUT_OF_MEMORY", "No address space for the WebAssembly memory.", { cause });
  }
  return { memory, exports: new Wasm.Instance(module, { env: { memory } }).exports };
}

async function compileKernels(): Promise<WasmModule> {
  const simd = await readWasm("kernels-simd.wasm");
  if (Wasm?.validate(simd) !== true) {
    throw new Groth16Error(
      "BACKEND_UNAVAILABLE",
      "This JavaScript engine lacks WebAssembly relaxed SIMD: use Node 22 or newer, or a current browser.",
    );
  }
  return Wasm.compile(simd);
}

async function readWasm(name: string): Promise<Uint8Array> {
  const url = new URL(`../../../wasm/${name}`, import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
  }
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}
