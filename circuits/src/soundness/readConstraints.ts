import type { R1cs, SparseMatrix } from "@opg/groth16";
import type { Constraint } from "../builder/CircuitBuilder.ts";
import { combine, constantLc, type LinearCombination, wireLc } from "../builder/linearCombination.ts";

const FIELD_BYTES = 32;

/**
 * The constraints of an `.r1cs` file in the builder's form, wire 0 folded into the constants: the inverse of
 * `toR1cs`.
 */
export function readConstraints(r1cs: R1cs): Constraint[] {
  const constants = readConstants(r1cs.constants);
  return Array.from({ length: r1cs.nConstraints }, (_, row) => ({
    a: readRow(r1cs.a, row, constants),
    b: readRow(r1cs.b, row, constants),
    c: readRow(r1cs.c, row, constants),
  }));
}

function readConstants(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / FIELD_BYTES }, (_, i) => {
    let value = 0n;
    for (let limb = 3; limb >= 0; limb--) {
      value = (value << 64n) | view.getBigUint64(i * FIELD_BYTES + limb * 8, true);
    }
    return value;
  });
}

function readRow(matrix: SparseMatrix, row: number, constants: readonly bigint[]): LinearCombination {
  const terms: [bigint, LinearCombination][] = [];
  for (let k = matrix.rowPtr[row]!; k < matrix.rowPtr[row + 1]!; k++) {
    const wire = matrix.cols[k]!;
    terms.push([constants[matrix.coefs[k]!]!, wire === 0 ? constantLc(1n) : wireLc(wire)]);
  }
  return combine(terms);
}
