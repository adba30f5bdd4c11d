import { packUints, unpackUints } from "../../field/bytes.ts";
import { R } from "../../field/constants.ts";
import { Fr } from "../../field/fields.ts";
import { ConstantTable } from "../../formats/ConstantTable.ts";
import { COEF_BYTES, type Zkey } from "../../formats/zkey.ts";

/** A and B in compressed-row form, rows 0 .. 2 n - 1: those of A, then those of B. */
export interface SparseRows {
  rowPtr: Uint32Array;
  /** Pairs (wire, constant). */
  entries: Uint32Array;
  /** Standard form, 32 bytes each; the first is 1, the second r - 1. */
  constants: Uint8Array;
}

/** Sorts a proving key's coefficients by matrix and row, and numbers their distinct values. */
export function sparseRows(key: Zkey): SparseRows {
  const { coefs, domainSize } = key;
  const view = new DataView(coefs.buffer, coefs.byteOffset, coefs.byteLength);
  const rowPtr = new Uint32Array(2 * domainSize + 1);
  for (let o = 0; o < coefs.length; o += COEF_BYTES) {
    rowPtr[1 + view.getUint32(o, true) * domainSize + view.getUint32(o + 4, true)]!++;
  }
  for (let row = 0; row < 2 * domainSize; row++) rowPtr[row + 1]! += rowPtr[row]!;
  const table = new ConstantTable();
  const scale = (1n << 512n) % R;
  const units = new DataView(packUints([scale, R - scale]).buffer);
  table.indexOf(units, 0);
  table.indexOf(units, 32);
  const next = rowPtr.slice(0, -1);
  const entries = new Uint32Array((coefs.length / COEF_BYTES) * 2);
  for (let o = 0; o < coefs.length; o += COEF_BYTES) {
    const row = view.getUint32(o, true) * domainSize + view.getUint32(o + 4, true);
    const at = next[row]!++;
    entries[2 * at] = view.getUint32(o + 8, true);
    entries[2 * at + 1] = table.indexOf(view, o + 12);
  }
  const unscale = Fr.inv(scale);
  const constants = packUints(unpackUints(table.bytes()).map((value) => Fr.mul(value, unscale)));
  return { rowPtr, entries, constants };
}
