import { permute } from "./permute.ts";

/** Elements that one permutation absorbs at most: width 17 less the capacity element. */
export const SPONGE_RATE = 16;

/**
 * Capacity element that a sponge over `length` elements starts from: the constant-input-length domain of the
 * Poseidon paper (section 4.2), `length * 2^64 + (outputs - 1)` with one output.
 */
export function spongeDomain(length: number): bigint {
  return BigInt(length) << 64n;
}

/**
 * Poseidon sponge over field elements, in overwrite mode (Bertoni et al., "Duplexing the sponge", 2011):
 * chunks of 16 replace the rate part, the capacity element (state index 0) is carried, the last chunk uses the
 * narrowest permutation that holds it, and the digest is the first rate element of the last state.
 * `values`: at least one element, each in [0, r).
 */
export function poseidonSponge(values: readonly bigint[]): bigint {
  if (values.length === 0) throw new RangeError("the sponge needs at least one value");
  let capacity = spongeDomain(values.length);
  let digest = 0n;
  for (let start = 0; start < values.length; start += SPONGE_RATE) {
    const state = permute([capacity, ...values.slice(start, start + SPONGE_RATE)]);
    capacity = state[0]!;
    digest = state[1]!;
  }
  return digest;
}
