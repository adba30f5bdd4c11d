import { decodeG1, decodeG2 } from "../curve/pointBytes.ts";
import type { VerificationKey } from "../formats/verificationKey.ts";
import type { Zkey } from "../formats/zkey.ts";

/** The verification key that a proving key contains. */
export function keyOfZkey(key: Zkey): VerificationKey {
  return {
    alpha: decodeG1(key.alpha1),
    beta: decodeG2(key.beta2),
    gamma: decodeG2(key.gamma2),
    delta: decodeG2(key.delta2),
    ic: Array.from({ length: key.nPublic + 1 }, (_, i) => decodeG1(key.ic, i)),
  };
}
