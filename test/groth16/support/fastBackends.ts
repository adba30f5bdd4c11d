import { WasmBackend } from "../../../groth16/src/backends/wasm/WasmBackend.ts";
import { type Backend, Groth16Error, openBackend } from "../../../groth16/src/index.ts";

export interface FastBackend {
  name: string;
  open(options: { threads: number }): Promise<Backend>;
}

/** The back ends besides the reference that this machine can run; WebAssembly in both its builds. */
export async function fastBackends(): Promise<FastBackend[]> {
  const all: FastBackend[] = [
    { name: "WebAssembly", open: (options) => WasmBackend.open({ ...options, kernels: "simd" }) },
    {
      name: "WebAssembly without SIMD",
      open: (options) => WasmBackend.open({ ...options, kernels: "scalar" }),
    },
    { name: "native", open: (options) => openBackend("native", options) },
  ];
  const usable: FastBackend[] = [];
  for (const backend of all) {
    try {
      await (await backend.open({ threads: 1 })).close();
      usable.push(backend);
    } catch (error) {
      if (!(error instanceof Groth16Error)) throw error;
    }
  }
  return usable;
}
