import type { Heap } from "./Heap.ts";

/** Allocations that are freed together: one operation's or one key's. */
export class Arena {
  readonly heap: Heap;
  #blocks: number[] = [];
  #bytes = 0;

  constructor(heap: Heap) {
    this.heap = heap;
  }

  /** @throws Groth16Error OUT_OF_MEMORY */
  allocate(bytes: number): number {
    const at = this.heap.allocate(bytes);
    this.#blocks.push(at);
    this.#bytes += bytes;
    return at;
  }

  /** A copy of `data` in the shared memory. */
  copy(data: Uint8Array | Uint32Array): number {
    const at = this.allocate(data.byteLength);
    this.heap.bytes(at, data.byteLength).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return at;
  }

  get bytes(): number {
    return this.#bytes;
  }

  release(): void {
    for (const at of this.#blocks) this.heap.release(at);
    this.#blocks = [];
  }
}
