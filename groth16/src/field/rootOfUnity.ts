import { NON_RESIDUE, R } from "./constants.ts";
import { Fr } from "./fields.ts";

/** The generator of the subgroup of order 2^power that snarkjs uses: 5^((r - 1) / 2^power). */
export function rootOfUnity(power: number): bigint {
  return Fr.pow(NON_RESIDUE, (R - 1n) >> BigInt(power));
}
