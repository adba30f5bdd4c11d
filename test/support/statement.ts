import { type Address, encodeAbiParameters, type Hex, keccak256, toBytes } from "viem";

/** Reference of `contracts/verify/Statement.sol`, written for clarity on viem's encoder. */

const R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

export const STATEMENT_DOMAIN = keccak256(toBytes("OPG/Statement/v1"));

export function statementContext(request: {
  chainId: bigint;
  verifyingContract: Address;
  requestId: Hex;
  prover: Address;
}): bigint {
  const encoded = encodeAbiParameters(
    [{ type: "uint256" }, { type: "address" }, { type: "bytes32" }, { type: "address" }],
    [request.chainId, request.verifyingContract, request.requestId, request.prover],
  );
  return BigInt(keccak256(encoded)) >> 8n;
}

export function statementChallenge(vkHash: Hex, digest: bigint, values: readonly bigint[]): bigint {
  const encoded = encodeAbiParameters(
    [{ type: "bytes32" }, { type: "bytes32" }, { type: "uint256" }, { type: "uint256[]" }],
    [STATEMENT_DOMAIN, vkHash, digest, values],
  );
  return BigInt(keccak256(encoded)) % R;
}

export function statementEvaluation(values: readonly bigint[], challenge: bigint): bigint {
  let [sum, power] = [0n, 1n];
  for (const value of values) {
    sum = (sum + value * power) % R;
    power = (power * challenge) % R;
  }
  return sum;
}

/** Lane `i` sits `bits * (i % perWord)` bits up in word `i / perWord`. */
export function packTensor(values: readonly bigint[], bits: number, isSigned: boolean): bigint[] {
  const perWord = Math.floor(248 / bits);
  const minimum = isSigned ? -(2n ** BigInt(bits - 1)) : 0n;
  const words: bigint[] = [];
  for (let first = 0; first < values.length; first += perWord) {
    const lanes = values.slice(first, first + perWord);
    words.push(lanes.reduceRight((word, value) => word * 2n ** BigInt(bits) + (value - minimum), 0n));
  }
  return words;
}
