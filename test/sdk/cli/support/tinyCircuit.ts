import { writeR1cs } from "@opg/groth16";

/**
 * The smallest circuit that the contracts take: three public signals p, q, s and a secret w with
 * w * w = p, w * p = q, p * p = s.
 */
export function tinyCircuit(): Uint8Array {
  const rowPtr = Uint32Array.of(0, 1, 2, 3);
  const matrix = (...cols: number[]) => ({ rowPtr, cols: Uint32Array.from(cols), coefs: new Uint32Array(3) });
  const one = new Uint8Array(32);
  one[0] = 1;
  return writeR1cs({
    nVars: 5,
    nOutputs: 0,
    nPubInputs: 3,
    nPrvInputs: 1,
    nConstraints: 3,
    constants: one,
    a: matrix(4, 4, 1),
    b: matrix(4, 1, 1),
    c: matrix(1, 2, 3),
  });
}
