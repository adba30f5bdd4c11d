import { readUintLE, writeUintLE } from "../field/bytes.ts";
import { R } from "../field/constants.ts";
import type { R1cs } from "../formats/r1cs.ts";
import { COEF_BYTES } from "../formats/zkey.ts";

const DOUBLE_MONTGOMERY = (1n << 512n) % R;

/**
 * The proving key's copy of the matrices A and B, in the order of snarkjs: row by row A then B, and last the
 * row of each public signal.
 */
export function writeCoefs(r1cs: R1cs): Uint8Array {
  const nPublic = r1cs.nOutputs + r1cs.nPubInputs;
  const count = r1cs.a.cols.length + r1cs.b.cols.length + nPublic + 1;
  const constants = new Uint8Array(r1cs.constants.length);
  for (let o = 0; o < constants.length; o += 32) {
    writeUintLE(constants, o, (readUintLE(r1cs.constants, o) * DOUBLE_MONTGOMERY) % R);
  }
  const bytes = new Uint8Array(count * COEF_BYTES);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  const put = (matrix: number, row: number, wire: number, value: Uint8Array) => {
    view.setUint32(offset, matrix, true);
    view.setUint32(offset + 4, row, true);
    view.setUint32(offset + 8, wire, true);
    bytes.set(value, offset + 12);
    offset += COEF_BYTES;
  };
  const matrices = [r1cs.a, r1cs.b];
  for (let row = 0; row < r1cs.nConstraints; row++) {
    matrices.forEach(({ rowPtr, cols, coefs }, m) => {
      for (let k = rowPtr[row]!; k < rowPtr[row + 1]!; k++) {
        put(m, row, cols[k]!, constants.subarray(coefs[k]! * 32, coefs[k]! * 32 + 32));
      }
    });
  }
  const one = new Uint8Array(32);
  writeUintLE(one, 0, DOUBLE_MONTGOMERY);
  for (let s = 0; s <= nPublic; s++) put(0, r1cs.nConstraints + s, s, one);
  return bytes;
}
