/** The part of the WebAssembly JavaScript API in use, typed here because TypeScript has it only beside the DOM. */
export interface WasmApi {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  Instance: new (module: WasmModule, imports: { env: { memory: WasmMemory } }) => { exports: WasmExports };
  Memory: new (options: { initial: number; maximum: number; shared: boolean }) => WasmMemory;
}

/** A compiled module; opaque, may be posted to threads. */
export interface WasmModule {
  readonly __wasmModule?: never;
}

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

export type WasmExports = Record<string, ((...args: number[]) => number) & { value: number }>;

export const Wasm = (globalThis as unknown as { WebAssembly: WasmApi }).WebAssembly;
