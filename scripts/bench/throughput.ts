import { Heap } from "../../groth16/src/backends/wasm/Heap.ts";
import { Layout } from "../../groth16/src/backends/wasm/Layout.ts";
import { loadKernels } from "../../groth16/src/backends/wasm/loadKernels.ts";

export interface Throughput {
  /** Millions of base-field products a second of one core, operands in the first-level cache. */
  megaProducts: number;
}

/** The WebAssembly kernels' field multiplication alone, on this thread. */
export async function wasmThroughput(): Promise<Throughput> {
  const { memory, exports } = await loadKernels();
  const layout = new Layout(exports);
  const [groups, rounds] = [256, 2000];
  const at = new Heap(memory, exports.__heap_base!.value).allocate(groups * layout.lanes * layout.element);
  exports.bench_mul!(at, groups, rounds);
  const started = process.cpuUsage();
  exports.bench_mul!(at, groups, rounds);
  const { user, system } = process.cpuUsage(started);
  return { megaProducts: (groups * layout.lanes * rounds) / (user + system) };
}
