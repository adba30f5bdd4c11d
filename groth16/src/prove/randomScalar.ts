import { readUintLE } from "../field/bytes.ts";
import { R } from "../field/constants.ts";

/** A uniform scalar from the system's CSPRNG: 64 bytes reduced mod r, bias below 2^-256. */
export function randomScalar(): bigint {
  return readUintLE(crypto.getRandomValues(new Uint8Array(64)), 0, 64) % R;
}
