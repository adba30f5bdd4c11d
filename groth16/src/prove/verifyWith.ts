import { concatBytes } from "@noble/hashes/utils.js";
import type { Backend } from "../backends/Backend.ts";
import { encodeG1, encodeG2 } from "../curve/pointBytes.ts";
import { packUints } from "../field/bytes.ts";
import { Q, R } from "../field/constants.ts";
import { Fq } from "../field/fields.ts";
import type { Proof } from "../formats/Proof.ts";
import type { VerificationKey } from "../formats/verificationKey.ts";

/**
 * The Groth16 check e(A, B) = e(alpha, beta) e(sum, gamma) e(C, delta) on a given back end. False for anything
 * out of range: wrong count of signals, a signal >= r, a coordinate >= q, a point off its curve or subgroup.
 */
export async function verifyWith(
  backend: Backend,
  key: VerificationKey,
  signals: readonly bigint[],
  proof: Proof,
): Promise<boolean> {
  if (signals.length !== key.ic.length - 1 || signals.some((signal) => signal < 0n || signal >= R))
    return false;
  const coordinates = [proof.a, proof.b, proof.c].flat(2);
  if (coordinates.some((value) => value < 0n || value >= Q)) return false;
  const sum = await backend.msm("g1", concatBytes(...key.ic.map(encodeG1)), packUints([1n, ...signals]));
  const minusA = encodeG1([proof.a[0], Fq.neg(proof.a[1])]);
  return backend.pairingProductIsOne(
    concatBytes(minusA, encodeG1(key.alpha), sum, encodeG1(proof.c)),
    concatBytes(...[proof.b, key.beta, key.gamma, key.delta].map(encodeG2)),
  );
}
