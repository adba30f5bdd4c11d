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

/** "simd" has two elements a register and needs relaxed SIMD with a fused multiply-add; "scalar" runs anywhere. */
export type KernelBuild = "simd" | "scalar";

const compiled = new Map<KernelBuild, Promise<WasmModule>>();

/**
 * Compiles the kernels once a process and gives each caller its own memory. Without `build` the fast one is taken
 * where it validates and its multiply-add is really fused, which is tested by computing with it.
 * @throws Groth16Error BACKEND_UNAVAILABLE, OUT_OF_MEMORY
 */
export async function loadKernels(build?: KernelBuild): Promise<Kernels> {
  if (Wasm === undefined)
    throw new Groth16Error("BACKEND_UNAVAILABLE", "This JavaScript engine has no WebAssembly.");
  const module = await compileOnce(build ?? ((await hasFusedSimd()) ? "simd" : "scalar"));
  return { module, ...instantiate(module) };
}

async function hasFusedSimd(): Promise<boolean> {
  try {
    return instantiate(await compileOnce("simd")).exports.fused!(2 ** -30) === 1;
  } catch (error) {
    if (error instanceof Groth16Error) throw error;
    return false;
  }
}

function compileOnce(build: KernelBuild): Promise<WasmModule> {
  let module = compiled.get(build);
  if (module === undefined) {
    module = readWasm(`kernels-${build}.wasm`).then((bytes) => Wasm.compile(bytes));
    compiled.set(build, module);
  }
  return module;
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

async function readWasm(name: string): Promise<Uint8Array> {
  const url = new URL(`../../../wasm/${name}`, import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return readFile(url);
  }
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}
