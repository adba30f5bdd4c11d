import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { FIELD_ORDER } from "../field/scalarField.ts";

/** Domain separator of the statement, `keccak256("OPG/Statement/v1")`. */
export const STATEMENT_DOMAIN = BigInt(`0x${bytesToHex(keccak_256(utf8ToBytes("OPG/Statement/v1")))}`);

/**
 * The challenge of design 3.1: `keccak256(abi.encode(domain, vkHash, digest, v)) mod r`. It covers the digest and
 * every public value, so a prover fixes its own vector (through the digest) before it learns the point at which the
 * two vectors are compared.
 */
export function statementChallenge(vkHash: bigint, digest: bigint, values: readonly bigint[]): bigint {
  // abi.encode of (bytes32, bytes32, uint256, uint256[]): the dynamic array starts at byte 4 * 32.
  const words = [STATEMENT_DOMAIN, vkHash, digest, 128n, BigInt(values.length), ...values];
  const hash = keccak_256(hexToBytes(words.map((w) => w.toString(16).padStart(64, "0")).join("")));
  return BigInt(`0x${bytesToHex(hash)}`) % FIELD_ORDER;
}

/** `sum values[i] * challenge^i mod r`, by Horner's rule. */
export function statementEvaluation(values: readonly bigint[], challenge: bigint): bigint {
  return values.reduceRight((sum, value) => (sum * challenge + value) % FIELD_ORDER, 0n);
}
