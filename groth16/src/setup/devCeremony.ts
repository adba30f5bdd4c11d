import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { R } from "../field/constants.ts";

const PREFIX = "OPG/dev-ceremony/v1/";

/** Secrets of the dev ceremony. They are published: a proof under a dev key proves nothing against its maker. */
export interface DevSecrets {
  tau: bigint;
  alpha: bigint;
  beta: bigint;
}

/** The dev ceremony's powers of tau: uint256(keccak256("OPG/dev-ceremony/v1/" + name)) mod r. */
export const DEV_CEREMONY: DevSecrets = {
  tau: hashToScalar(utf8ToBytes(`${PREFIX}tau`)),
  alpha: hashToScalar(utf8ToBytes(`${PREFIX}alpha`)),
  beta: hashToScalar(utf8ToBytes(`${PREFIX}beta`)),
};

/** A circuit's dev delta; `circuitHash` is the SHA-256 of its `.r1cs` file. */
export function devDelta(circuitHash: Uint8Array): bigint {
  return hashToScalar(concatBytes(utf8ToBytes(`${PREFIX}delta/`), circuitHash));
}

function hashToScalar(bytes: Uint8Array): bigint {
  return keccak_256(bytes).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) % R;
}
