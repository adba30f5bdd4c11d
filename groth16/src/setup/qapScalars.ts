import { packUints, unpackUints } from "../field/bytes.ts";
import { Fr } from "../field/fields.ts";
import type { R1cs, SparseMatrix } from "../formats/r1cs.ts";
import { lagrangeAt } from "./lagrange.ts";
import type { SetupScalars, SetupSecrets } from "./SetupScalars.ts";

/** log2 of the domain that snarkjs uses: rows for the constraints, each public signal and the constant. */
export function domainPower(r1cs: R1cs): number {
  return 32 - Math.clz32(r1cs.nConstraints + r1cs.nOutputs + r1cs.nPubInputs);
}

/** The quadratic arithmetic program of a circuit evaluated at a known tau, in bigints. */
export function qapScalars(r1cs: R1cs, { tau, alpha, beta, delta }: SetupSecrets): SetupScalars {
  const power = domainPower(r1cs);
  const nPublic = r1cs.nOutputs + r1cs.nPubInputs;
  const lagrange = lagrangeAt(tau, power);
  const constants = unpackUints(r1cs.constants);
  const a = columnSums(r1cs, r1cs.a, constants, lagrange);
  // One more row a public signal, in A alone, keeps the public columns independent (as snarkjs and libsnark do).
  for (let s = 0; s <= nPublic; s++) a[s] = Fr.add(a[s]!, lagrange[r1cs.nConstraints + s]!);
  const b = columnSums(r1cs, r1cs.b, constants, lagrange);
  const c = columnSums(r1cs, r1cs.c, constants, lagrange);
  const combined = c.map((value, s) => (value + beta * a[s]! + alpha * b[s]!) % Fr.modulus);
  const perDelta = Fr.inv(delta);
  const divided = (values: bigint[]) => packUints(values.map((value) => Fr.mul(value, perDelta)));
  return {
    a: packUints(a),
    b: packUints(b),
    ic: packUints(combined.slice(0, nPublic + 1)),
    c: divided(combined.slice(nPublic + 1)),
    h: divided(lagrangeAt(tau, power + 1, 1, 2)),
  };
}

function columnSums(r1cs: R1cs, matrix: SparseMatrix, constants: bigint[], lagrange: bigint[]): bigint[] {
  const sums = new Array<bigint>(r1cs.nVars).fill(0n);
  for (let row = 0; row < r1cs.nConstraints; row++) {
    for (let k = matrix.rowPtr[row]!; k < matrix.rowPtr[row + 1]!; k++) {
      const wire = matrix.cols[k]!;
      sums[wire] = Fr.add(sums[wire]!, Fr.mul(lagrange[row]!, constants[matrix.coefs[k]!]!));
    }
  }
  return sums;
}
