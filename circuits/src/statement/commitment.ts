import { poseidonSponge } from "../poseidon/sponge.ts";

/**
 * `PoseidonSponge(packed inputs, salt)`: what stands in the statement for a committed input.
 * A random 248-bit `salt` hides the input; 0 where hiding is not wanted.
 */
export function inputCommitment(packedInputs: readonly bigint[], salt: bigint): bigint {
  return poseidonSponge([...packedInputs, salt]);
}
