import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { G2Affine, Proof } from "./Proof.ts";
import type { VerificationKey } from "./verificationKey.ts";

/** A proof's eight words in the order of EIP-197 (the imaginary part of a G2 coordinate first). */
export type SolidityPoints = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** A verification key as the registry's contracts take it. */
export interface SolidityKey {
  /** keccak256(abi.encode(uint256[2] alpha, uint256[4] beta)), 0x-prefixed. */
  ceremonyId: `0x${string}`;
  /** x.c1, x.c0, y.c1, y.c0 */
  delta: [bigint, bigint, bigint, bigint];
  /** x, y of each point in turn. */
  ic: bigint[];
}

/** `[A.x, A.y, B.x.c1, B.x.c0, B.y.c1, B.y.c0, C.x, C.y]`, as snarkjs' Solidity calldata has it. */
export function toSolidityPoints({ a, b, c }: Proof): SolidityPoints {
  return [...a, ...toEip197(b), ...c];
}

/** The parts of a key that a contract stores; alpha and beta are those of its ceremony, gamma the generator. */
export function toSolidityKey(key: VerificationKey): SolidityKey {
  const ceremony = [...key.alpha, ...toEip197(key.beta)].map((word) => word.toString(16).padStart(64, "0"));
  const id = keccak_256(hexToBytes(ceremony.join("")));
  return {
    ceremonyId: `0x${bytesToHex(id)}`,
    delta: toEip197(key.delta),
    ic: key.ic.flat(),
  };
}

function toEip197([x, y]: G2Affine): [bigint, bigint, bigint, bigint] {
  return [x[1], x[0], y[1], y[0]];
}
