import { readUintLE, unpackUints } from "../field/bytes.ts";
import { Fr } from "../field/fields.ts";
import type { R1cs, SparseMatrix } from "../formats/r1cs.ts";

/** A constraint that an assignment breaks: a * b differs from c. */
export interface UnsatisfiedConstraint {
  index: number;
  a: bigint;
  b: bigint;
  c: bigint;
}

/** The first constraint that `witness` (32 bytes a wire) breaks, or null. */
export function unsatisfiedConstraint(r1cs: R1cs, witness: Uint8Array): UnsatisfiedConstraint | null {
  const constants = unpackUints(r1cs.constants);
  const dot = ({ rowPtr, cols, coefs }: SparseMatrix, row: number) => {
    let sum = 0n;
    for (let k = rowPtr[row]!; k < rowPtr[row + 1]!; k++) {
      sum += constants[coefs[k]!]! * readUintLE(witness, cols[k]! * 32);
    }
    return sum % Fr.modulus;
  };
  for (let index = 0; index < r1cs.nConstraints; index++) {
    const [a, b, c] = [dot(r1cs.a, index), dot(r1cs.b, index), dot(r1cs.c, index)];
    if (Fr.mul(a, b) !== c) return { index, a, b, c };
  }
  return null;
}
