import { Groth16Error } from "../../errors.ts";
import type { WasmMemory } from "./WasmApi.ts";

const PAGE = 65536;
const ALIGNMENT = 64;

/** First-fit allocation in the shared memory, done by the main thread alone. */
export class Heap {
  readonly #memory: WasmMemory;
  /** Free ranges by address, never adjacent. */
  #free: { at: number; size: number }[] = [];
  readonly #used = new Map<number, number>();
  #end: number;

  constructor(memory: WasmMemory, start: number) {
    this.#memory = memory;
    this.#end = align(start);
  }

  /** @throws Groth16Error OUT_OF_MEMORY */
  allocate(bytes: number): number {
    const size = align(Math.max(bytes, ALIGNMENT));
    const index = this.#free.findIndex((range) => range.size >= size);
    let at: number;
    if (index >= 0) {
      const range = this.#free[index]!;
      at = range.at;
      range.at += size;
      range.size -= size;
      if (range.size === 0) this.#free.splice(index, 1);
    } else {
      at = this.#end;
      const missing = at + size - this.#memory.buffer.byteLength;
      if (missing > 0) this.#grow(missing, bytes);
      this.#end += size;
    }
    this.#used.set(at, size);
    return at;
  }

  release(at: number): void {
    const size = this.#used.get(at);
    if (size === undefined) return;
    this.#used.delete(at);
    const next = this.#free.findIndex((range) => range.at > at);
    const index = next < 0 ? this.#free.length : next;
    this.#free.splice(index, 0, { at, size });
    this.#merge(index);
    if (index > 0) this.#merge(index - 1);
    const last = this.#free.at(-1);
    if (last !== undefined && last.at + last.size === this.#end) {
      this.#end = last.at;
      this.#free.pop();
    }
  }

  /** Bytes handed out. */
  get usedBytes(): number {
    let sum = 0;
    for (const size of this.#used.values()) sum += size;
    return sum;
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, at, length);
  }

  words(at: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, at, length);
  }

  #merge(index: number): void {
    const [a, b] = [this.#free[index], this.#free[index + 1]];
    if (a === undefined || b === undefined || a.at + a.size !== b.at) return;
    a.size += b.size;
    this.#free.splice(index + 1, 1);
  }

  #grow(missing: number, wanted: number): void {
    try {
      this.#memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new Groth16Error(
        "OUT_OF_MEMORY",
        `WebAssembly memory has no ${wanted} bytes left beyond ${this.#end}.`,
        { cause },
      );
    }
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
