import type { SolidityKey } from "@opg/groth16";
import { concatHex, type Hex, keccak256, numberToHex, size } from "viem";

/** Words of a key on chain: ceremony id, delta (4) and four IC points (8). */
const IC_WORDS = 8;

/**
 * The hash that names a verification key on chain: keccak256 of the creation code of the contract that holds the key
 * (Solady's SSTORE2), so that the verifier finds the key by its CREATE2 address from the hash alone.
 * @throws RangeError when the key has not four IC points: its circuit has not three public signals.
 */
export function vkHash(key: SolidityKey): Hex {
  if (key.ic.length !== IC_WORDS) {
    throw new RangeError(
      `a key of ${key.ic.length / 2} IC points: circuits of OPG have 4 (three public signals)`,
    );
  }
  const blob = concatHex([
    key.ceremonyId,
    ...[...key.delta, ...key.ic].map((word) => numberToHex(word, { size: 32 })),
  ]);
  return keccak256(concatHex([creationPrefix(size(blob)), blob]));
}

/**
 * Creation code before the data, as Solady's `SSTORE2.initCodeHash` takes it: return the STOP byte and what follows.
 * `PUSH2 length | DUP1 | PUSH1 10 | RETURNDATASIZE | CODECOPY | RETURNDATASIZE | RETURN | STOP`.
 */
function creationPrefix(dataBytes: number): Hex {
  return concatHex(["0x61", numberToHex(dataBytes + 1, { size: 2 }), "0x80600a3d393df300"]);
}
