import type { Zkey } from "../formats/zkey.ts";

/**
 * What a back end must provide. Three exist: `native` (C++ with AVX-512-IFMA), `wasm` (C) and `reference`
 * (bigint, for tests). Everything above this interface (files, blinding, assembly, self-check, ceremonies) is
 * written once, in TypeScript.
 *
 * Encodings, the same in all calls and those of `.zkey` and `.ptau` files:
 * - scalar: 32 bytes, little-endian, standard form, below r (callers guarantee it);
 * - G1 point: 64 bytes, affine x, y, each 32 bytes little-endian in Montgomery form (times 2^256 mod q);
 * - G2 point: 128 bytes, x.c0, x.c1, y.c0, y.c1 in the same form;
 * - infinity: all bytes zero.
 *
 * Contract of every call:
 * - inputs are not modified and may be reused by the caller as soon as the call has returned its promise only
 *   if the back end copied them: callers keep them unchanged until the promise settles;
 * - calls may overlap; a back end queues or interleaves them, results never mix;
 * - coordinates and indices are in range (the file readers check); points may be off the curve in a hostile
 *   key, which must not crash nor read out of bounds, whatever the result is;
 * - equal points, opposite points, infinity, and scalars 0, 1, r - 1 are ordinary inputs;
 * - `hooks.signal`: once aborted the promise rejects with `signal.reason` within about 50 ms and memory taken
 *   for the call is freed; an aborted call leaves the back end usable;
 * - out of memory rejects with `Groth16Error("OUT_OF_MEMORY")`, a failed thread with `"BACKEND_FAILED"`;
 * - the calling thread is never blocked for more than about 20 ms.
 */
export interface Backend {
  readonly name: BackendName;
  /** Threads that compute (the caller's thread not counted). */
  readonly threads: number;

  /** Copies what proving needs out of `key` into the back end's own layout. The result owns its memory. */
  prepareKey(key: Zkey, hooks?: Hooks): Promise<PreparedKey>;

  /** sum of scalars[i] * points[i]; n = 0 gives infinity. Small n (2..8, final assembly) must be quick. */
  msm(group: Group, points: Uint8Array, scalars: Uint8Array, hooks?: Hooks): Promise<Uint8Array>;

  /** scalars[i] * base for each i, affine. Many scalars, one base: setup. */
  multiplyBase(group: Group, base: Uint8Array, scalars: Uint8Array, hooks?: Hooks): Promise<Uint8Array>;

  /** scalars[i] * points[i] for each i, affine: ceremony contributions. */
  multiplyEach(group: Group, points: Uint8Array, scalars: Uint8Array, hooks?: Hooks): Promise<Uint8Array>;

  /**
   * Number-theoretic transform of 2^k scalars in natural order, over the powers of
   * w = 5^((r-1)/2^k): out[i] = sum_j in[j] w^(ij). The inverse uses 1/w and divides by 2^k.
   */
  fft(values: Uint8Array, inverse: boolean, hooks?: Hooks): Promise<Uint8Array>;

  /** The same transform on points (powers of tau to Lagrange form). */
  fftPoints(group: Group, points: Uint8Array, inverse: boolean, hooks?: Hooks): Promise<Uint8Array>;

  /**
   * Whether the product of e(g1[i], g2[i]) is one. False also when a point is off its curve or a G2 point is
   * outside the subgroup of order r. Infinity pairs to one.
   */
  pairingProductIsOne(g1: Uint8Array, g2: Uint8Array): Promise<boolean>;

  /** Frees everything: threads, memory, prepared keys. Calls in flight reject with `"CLOSED"`. */
  close(): Promise<void>;
}

export type BackendName = "native" | "wasm" | "reference";

export type Group = "g1" | "g2";

/** A proving key in a back end's memory. */
export interface PreparedKey {
  /** Memory that the key occupies, in bytes. */
  readonly bytes: number;

  /**
   * The five multi-exponentiations of a Groth16 proof for one full assignment
   * (`witness`: 32 * nVars bytes of scalars, the first is 1). With nPublic = p and domain size n:
   * - a = sum w[i] pointsA[i], b1 = sum w[i] pointsB1[i], b2 = sum w[i] pointsB2[i] over all nVars wires;
   * - c = sum w[p + 1 + i] pointsC[i];
   * - h = sum d[i] pointsH[i], where d[i] = (A B - C)(g x^i) and A, B are the polynomials with values
   *   A.w, B.w on the powers of x (order n), C that with the values A.w * B.w row by row, and g = sqrt(x), the
   *   root of unity of order 2n: inverse FFT, multiply coefficient j by g^j, FFT, for each of the three.
   * The coefficients of A and B are `key.coefs` (see {@link Zkey}).
   */
  sums(witness: Uint8Array, hooks?: Hooks): Promise<ProofSums>;

  /** Frees the key's memory. Idempotent; calls in flight finish first. */
  release(): Promise<void>;
}

/** Encoded points, as {@link Backend} defines. */
export interface ProofSums {
  a: Uint8Array;
  b1: Uint8Array;
  b2: Uint8Array;
  c: Uint8Array;
  h: Uint8Array;
  /** Milliseconds by phase, for benchmarks: any names, say "abc", "fft", "msmA", "msmB2". */
  phases?: Record<string, number>;
}

/** Cancellation and progress. */
export interface Hooks {
  signal?: AbortSignal | undefined;
  /** `done` runs from 0 to 1 within one call and never decreases. */
  onProgress?: ((phase: string, done: number) => void) | undefined;
}

/** Options of every back end's factory, `createNativeBackend` among them. */
export interface BackendOptions {
  /** Default: all cores that the process may use. */
  threads?: number | undefined;
}
