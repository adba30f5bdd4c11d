import { firstNotBelow, packUints, readUintLE } from "../field/bytes.ts";
import { R } from "../field/constants.ts";
import { malformed, SectionFile, words, writeSections } from "./SectionFile.ts";

/**
 * Reads a `.wtns` file: the full assignment, 32 little-endian bytes a wire, standard form. The result refers
 * to `bytes`.
 * @throws Groth16Error MALFORMED_FILE
 */
export function readWtns(bytes: Uint8Array): Uint8Array {
  const file = new SectionFile(bytes, "wtns", 2);
  const header = file.section(1, 40);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0, true) !== 32 || readUintLE(header, 4) !== R)
    throw malformed("wtns", "not over BN254");
  const witness = file.section(2, view.getUint32(36, true) * 32);
  const bad = firstNotBelow(witness, R);
  if (bad >= 0) throw malformed("wtns", `the value of wire ${bad} is not below the field order`);
  return witness;
}

/** Writes a `.wtns` file from 32-byte little-endian values. */
export function writeWtns(witness: Uint8Array): Uint8Array {
  return writeSections("wtns", 2, [
    [1, [words(32), packUints([R]), words(witness.length / 32)]],
    [2, [witness]],
  ]);
}
