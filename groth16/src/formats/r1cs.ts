import { firstNotBelow, packUints, readUintLE } from "../field/bytes.ts";
import { R } from "../field/constants.ts";
import { ConstantTable } from "./ConstantTable.ts";
import { malformed, SectionFile, words, writeSections } from "./SectionFile.ts";

/** A matrix in compressed-row form: row k has entries rowPtr[k] .. rowPtr[k + 1] - 1. */
export interface SparseMatrix {
  /** nConstraints + 1 offsets. */
  rowPtr: Uint32Array;
  /** Wire of each entry. */
  cols: Uint32Array;
  /** Index of each entry's coefficient in {@link R1cs.constants}. */
  coefs: Uint32Array;
}

/** A rank-1 constraint system over the BN254 scalar field: (A.w) * (B.w) = C.w row by row. */
export interface R1cs {
  /** Wires: wire 0 is the constant 1, then outputs, public inputs, private inputs, the rest. */
  nVars: number;
  nOutputs: number;
  nPubInputs: number;
  nPrvInputs: number;
  nConstraints: number;
  /** Distinct coefficients, 32 bytes little-endian each, standard form. */
  constants: Uint8Array;
  a: SparseMatrix;
  b: SparseMatrix;
  c: SparseMatrix;
}

const HEADER_BYTES = 4 + 32 + 4 * 4 + 8 + 4;
const TERM_BYTES = 36;

/**
 * Reads an iden3 `.r1cs` file.
 * @throws Groth16Error MALFORMED_FILE
 */
export function readR1cs(bytes: Uint8Array): R1cs {
  const file = new SectionFile(bytes, "r1cs", 1);
  const header = file.section(1, HEADER_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0, true) !== 32 || readUintLE(header, 4) !== R)
    throw malformed("r1cs", "not over BN254");
  if (file.has(4) || file.has(5)) throw malformed("r1cs", "custom gates are not rank-1 constraints");
  const [nVars, nOutputs, nPubInputs, nPrvInputs] = [36, 40, 44, 48].map((o) => view.getUint32(o, true)) as [
    number,
    number,
    number,
    number,
  ];
  const nConstraints = view.getUint32(60, true);
  if (1 + nOutputs + nPubInputs + nPrvInputs > nVars) {
    throw malformed("r1cs", `${nOutputs} + ${nPubInputs} + ${nPrvInputs} signals exceed ${nVars} wires`);
  }
  if (file.has(3)) file.section(3, nVars * 8);
  const body = file.section(2);
  if (nConstraints > body.length / 12) {
    throw malformed("r1cs", `${nConstraints} constraints cannot fit in ${body.length} bytes`);
  }
  const { matrices, constants } = readMatrices(body, nConstraints, nVars);
  const [a, b, c] = matrices as [SparseMatrix, SparseMatrix, SparseMatrix];
  return { nVars, nOutputs, nPubInputs, nPrvInputs, nConstraints, constants, a, b, c };
}

/** Writes an iden3 `.r1cs` file; entries keep their order, labels are the wire numbers. */
export function writeR1cs(r1cs: R1cs): Uint8Array {
  const matrices = [r1cs.a, r1cs.b, r1cs.c];
  const terms = matrices.reduce((sum, matrix) => sum + matrix.cols.length, 0);
  const body = new Uint8Array(r1cs.nConstraints * 12 + terms * TERM_BYTES);
  const view = new DataView(body.buffer);
  let offset = 0;
  for (let row = 0; row < r1cs.nConstraints; row++) {
    for (const { rowPtr, cols, coefs } of matrices) {
      const [from, to] = [rowPtr[row]!, rowPtr[row + 1]!];
      view.setUint32(offset, to - from, true);
      offset += 4;
      for (let k = from; k < to; k++, offset += TERM_BYTES) {
        view.setUint32(offset, cols[k]!, true);
        body.set(r1cs.constants.subarray(coefs[k]! * 32, coefs[k]! * 32 + 32), offset + 4);
      }
    }
  }
  const labels = new Uint8Array(r1cs.nVars * 8);
  const labelView = new DataView(labels.buffer);
  for (let wire = 0; wire < r1cs.nVars; wire++) labelView.setUint32(wire * 8, wire, true);
  const header = [
    words(32),
    packUints([R]),
    words(r1cs.nVars, r1cs.nOutputs, r1cs.nPubInputs, r1cs.nPrvInputs, r1cs.nVars, 0, r1cs.nConstraints),
  ];
  return writeSections("r1cs", 1, [
    [1, header],
    [2, [body]],
    [3, [labels]],
  ]);
}

function readMatrices(body: Uint8Array, nConstraints: number, nVars: number) {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const counts = scanRows(view, nConstraints);
  const table = new ConstantTable();
  const matrices = counts.map((count) => ({
    rowPtr: new Uint32Array(nConstraints + 1),
    cols: new Uint32Array(count),
    coefs: new Uint32Array(count),
  }));
  const filled = [0, 0, 0];
  let offset = 0;
  for (let row = 0; row < nConstraints; row++) {
    for (let m = 0; m < 3; m++) {
      const matrix = matrices[m]!;
      const terms = view.getUint32(offset, true);
      offset += 4;
      for (let k = 0; k < terms; k++, offset += TERM_BYTES) {
        const wire = view.getUint32(offset, true);
        if (wire >= nVars) throw malformed("r1cs", `constraint ${row} uses wire ${wire} of ${nVars}`);
        const at = filled[m]!++;
        matrix.cols[at] = wire;
        matrix.coefs[at] = table.indexOf(view, offset + 4);
      }
      matrix.rowPtr[row + 1] = filled[m]!;
    }
  }
  const constants = table.bytes();
  if (firstNotBelow(constants, R) >= 0) throw malformed("r1cs", "a coefficient is not below the field order");
  return { matrices, constants };
}

/** Entries of each matrix, after checking that the rows fill the section exactly. */
function scanRows(view: DataView, nConstraints: number): number[] {
  const counts = [0, 0, 0];
  let offset = 0;
  for (let row = 0; row < nConstraints; row++) {
    for (let m = 0; m < 3; m++) {
      if (offset + 4 > view.byteLength) throw malformed("r1cs", `constraint ${row} starts after the end`);
      const terms = view.getUint32(offset, true);
      offset += 4 + terms * TERM_BYTES;
      if (offset > view.byteLength) throw malformed("r1cs", `constraint ${row} claims ${terms} terms`);
      counts[m]! += terms;
    }
  }
  if (offset !== view.byteLength) {
    throw malformed("r1cs", `${view.byteLength - offset} bytes follow the last constraint`);
  }
  return counts;
}
