import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Groth16Error } from "../errors.ts";

/** An open addon or a prepared key, owned by C++. */
export type NativeHandle = { readonly native: unique symbol };

/** Tells how far a call is; `done` runs from 0 to 1. */
export type NativeProgress = ((phase: string, done: number) => void) | null;

/** 1 for G1, 2 for G2. */
export type Degree = 1 | 2;

/**
 * The functions of `groth16/native/src/addon.cpp`. Calls take a number, unique among those under way, by which
 * `cancel` finds them; they read and write the arrays until their promise settles, and reject with errors whose
 * `code` is CANCELLED, CLOSED, OUT_OF_MEMORY or BACKEND_FAILED.
 */
export interface NativeAddon {
  open(threads: number): NativeHandle;
  close(handle: NativeHandle): Promise<void>;
  cancel(handle: NativeHandle, call: number): void;
  prepareKey(
    handle: NativeHandle,
    call: number,
    progress: NativeProgress,
    nVars: number,
    nPublic: number,
    logDomain: number,
    coefs: Uint8Array,
    a: Uint8Array,
    b1: Uint8Array,
    b2: Uint8Array,
    c: Uint8Array,
    h: Uint8Array,
  ): Promise<NativeHandle>;
  keyBytes(key: NativeHandle): number;
  releaseKey(key: NativeHandle): void;
  sums(
    handle: NativeHandle,
    call: number,
    progress: NativeProgress,
    key: NativeHandle,
    witness: Uint8Array,
    out: Uint8Array,
  ): Promise<Record<string, number>>;
  msm(
    handle: NativeHandle,
    call: number,
    progress: NativeProgress,
    degree: Degree,
    points: Uint8Array,
    scalars: Uint8Array,
    out: Uint8Array,
  ): Promise<unknown>;
  multiplyBase: NativeAddon["msm"];
  multiplyEach: NativeAddon["msm"];
  transform(
    handle: NativeHandle,
    call: number,
    progress: NativeProgress,
    degree: 0 | Degree,
    values: Uint8Array,
    inverse: boolean,
    out: Uint8Array,
  ): Promise<unknown>;
  pairingProductIsOne(
    handle: NativeHandle,
    call: number,
    progress: NativeProgress,
    g1: Uint8Array,
    g2: Uint8Array,
  ): Promise<boolean>;
}

const FILE = fileURLToPath(new URL("../../native/build/opg_groth16.node", import.meta.url));

/**
 * Loads the addon that `scripts/build-native.mjs` has built.
 * @throws Groth16Error BACKEND_UNAVAILABLE when it was not built or this processor cannot run it
 */
export function loadNativeAddon(): NativeAddon {
  if (!existsSync(FILE)) {
    throw new Groth16Error(
      "BACKEND_UNAVAILABLE",
      'The native back end is not built here. Run "node groth16/scripts/build-native.mjs", or use "wasm".',
    );
  }
  try {
    return createRequire(import.meta.url)(FILE) as NativeAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Groth16Error("BACKEND_UNAVAILABLE", `The native back end cannot run here: ${reason}`, {
      cause,
    });
  }
}
