import { availableParallelism } from "node:os";
import { Groth16Error } from "../errors.ts";
import type { Zkey } from "../formats/zkey.ts";
import type { Backend, BackendOptions, Group, Hooks, PreparedKey, ProofSums } from "./Backend.ts";
import {
  type Degree,
  loadNativeAddon,
  type NativeAddon,
  type NativeHandle,
  type NativeProgress,
} from "./nativeAddon.ts";

const MAX_THREADS = 256;

/** The addon computes domains up to 2^26, 4 GiB of points a section. */
const MAX_DOMAIN_POWER = 26;

/** Starts a call of the addon: gives it its number and the progress callback. */
type Start<T> = (call: number, progress: NativeProgress) => Promise<T>;

/**
 * Opens the back end with AVX-512-IFMA kernels.
 * @throws Groth16Error BACKEND_UNAVAILABLE without the addon or the instruction set; INVALID_ARGUMENT
 */
export async function createNativeBackend(options: BackendOptions = {}): Promise<Backend> {
  const threads = options.threads ?? Math.min(availableParallelism(), MAX_THREADS);
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new Groth16Error(
      "INVALID_ARGUMENT",
      `threads is ${threads}; use a whole number from 1 to ${MAX_THREADS}.`,
    );
  }
  return new NativeBackend(loadNativeAddon(), threads);
}

class NativeBackend implements Backend {
  readonly name = "native";
  readonly threads: number;
  readonly #addon: NativeAddon;
  readonly #handle: NativeHandle;
  #calls = 0;
  #closing: Promise<void> | undefined;

  constructor(addon: NativeAddon, threads: number) {
    this.#addon = addon;
    this.threads = threads;
    this.#handle = addon.open(threads);
  }

  async prepareKey(key: Zkey, hooks: Hooks = {}): Promise<PreparedKey> {
    const power = 31 - Math.clz32(key.domainSize);
    if (power > MAX_DOMAIN_POWER) {
      throw new Groth16Error(
        "INVALID_ARGUMENT",
        `The native back end proves up to 2^${MAX_DOMAIN_POWER} rows.`,
      );
    }
    const prepared = await this.#call(hooks, (call, progress) =>
      this.#addon.prepareKey(
        this.#handle,
        call,
        progress,
        key.nVars,
        key.nPublic,
        power,
        key.coefs,
        key.pointsA,
        key.pointsB1,
        key.pointsB2,
        key.pointsC,
        key.pointsH,
      ),
    );
    let released = false;
    return {
      bytes: this.#addon.keyBytes(prepared),
      sums: async (witness, sumHooks = {}) => {
        if (released) throw new Groth16Error("CLOSED", "This prepared key has been released.");
        requireLength(witness, 32 * key.nVars, "The witness");
        return this.#sums(prepared, witness, sumHooks);
      },
      release: async () => {
        released = true;
        this.#addon.releaseKey(prepared);
      },
    };
  }

  async msm(group: Group, points: Uint8Array, scalars: Uint8Array, hooks: Hooks = {}): Promise<Uint8Array> {
    const out = new Uint8Array(pointBytes(group));
    requireLength(points, (scalars.length / 32) * out.length, "The array of points");
    await this.#call(hooks, (call, progress) =>
      this.#addon.msm(this.#handle, call, progress, degreeOf(group), points, scalars, out),
    );
    return out;
  }

  async multiplyBase(
    group: Group,
    base: Uint8Array,
    scalars: Uint8Array,
    hooks: Hooks = {},
  ): Promise<Uint8Array> {
    requireLength(base, pointBytes(group), "The base");
    const out = new Uint8Array((scalars.length / 32) * base.length);
    await this.#call(hooks, (call, progress) =>
      this.#addon.multiplyBase(this.#handle, call, progress, degreeOf(group), base, scalars, out),
    );
    return out;
  }

  async multiplyEach(
    group: Group,
    points: Uint8Array,
    scalars: Uint8Array,
    hooks: Hooks = {},
  ): Promise<Uint8Array> {
    requireLength(points, (scalars.length / 32) * pointBytes(group), "The array of points");
    const out = new Uint8Array(points.length);
    await this.#call(hooks, (call, progress) =>
      this.#addon.multiplyEach(this.#handle, call, progress, degreeOf(group), points, scalars, out),
    );
    return out;
  }

  fft(values: Uint8Array, inverse: boolean, hooks: Hooks = {}): Promise<Uint8Array> {
    return this.#transform(0, values, inverse, hooks);
  }

  fftPoints(group: Group, points: Uint8Array, inverse: boolean, hooks: Hooks = {}): Promise<Uint8Array> {
    return this.#transform(degreeOf(group), points, inverse, hooks);
  }

  pairingProductIsOne(g1: Uint8Array, g2: Uint8Array): Promise<boolean> {
    return this.#call({}, (call, progress) =>
      this.#addon.pairingProductIsOne(this.#handle, call, progress, g1, g2),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#addon.close(this.#handle);
    return this.#closing;
  }

  async #sums(key: NativeHandle, witness: Uint8Array, hooks: Hooks): Promise<ProofSums> {
    const out = new Uint8Array(384);
    const phases = await this.#call(hooks, (call, progress) =>
      this.#addon.sums(this.#handle, call, progress, key, witness, out),
    );
    return {
      a: out.slice(0, 64),
      b1: out.slice(64, 128),
      b2: out.slice(128, 256),
      c: out.slice(256, 320),
      h: out.slice(320, 384),
      phases,
    };
  }

  async #transform(
    degree: 0 | Degree,
    values: Uint8Array,
    inverse: boolean,
    hooks: Hooks,
  ): Promise<Uint8Array> {
    const out = new Uint8Array(values.length);
    await this.#call(hooks, (call, progress) =>
      this.#addon.transform(this.#handle, call, progress, degree, values, inverse, out),
    );
    return out;
  }

  /** Runs a call with its hooks, in this package's errors. */
  async #call<T>({ signal, onProgress }: Hooks, start: Start<T>): Promise<T> {
    if (this.#closing !== undefined) throw new Groth16Error("CLOSED", "This back end has been closed.");
    signal?.throwIfAborted();
    const call = this.#calls;
    this.#calls = (this.#calls + 1) % 2 ** 32;
    const abort = () => this.#addon.cancel(this.#handle, call);
    signal?.addEventListener("abort", abort);
    try {
      return await start(call, onProgress ?? null);
    } catch (error) {
      signal?.throwIfAborted();
      throw translate(error);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }
}

function translate(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch ((error as NodeJS.ErrnoException).code) {
    case "CLOSED":
      return new Groth16Error("CLOSED", "The back end was closed while this call was under way.");
    case "OUT_OF_MEMORY":
      return new Groth16Error(
        "OUT_OF_MEMORY",
        "The native back end ran out of memory; use a smaller circuit.",
      );
    case "BACKEND_FAILED":
      return new Groth16Error("BACKEND_FAILED", `The native back end failed: ${error.message}`);
    case "BAD_ARGUMENT":
      return new Groth16Error("INVALID_ARGUMENT", `The native back end cannot take this: ${error.message}.`);
    default:
      return error;
  }
}

function degreeOf(group: Group): Degree {
  return group === "g1" ? 1 : 2;
}

function pointBytes(group: Group): number {
  return group === "g1" ? 64 : 128;
}

function requireLength(bytes: Uint8Array, expected: number, what: string): void {
  if (bytes.length === expected) return;
  throw new Groth16Error("INVALID_ARGUMENT", `${what} has ${bytes.length} bytes; ${expected} are needed.`);
}
