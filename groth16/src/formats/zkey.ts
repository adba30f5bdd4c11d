import { firstNotBelow, packUints, readUintLE } from "../field/bytes.ts";
import { G1_BYTES, G2_BYTES, Q, R, TWO_ADICITY } from "../field/constants.ts";
import { malformed, SectionFile, words, writeSections } from "./SectionFile.ts";

/** Bytes of one entry of {@link Zkey.coefs}. */
export const COEF_BYTES = 44;

/**
 * A Groth16 proving key, as snarkjs lays it out. Points: affine, little-endian, Montgomery form (factor
 * 2^256), all-zero for infinity; 64 bytes in G1, 128 in G2 (x.c0, x.c1, y.c0, y.c1).
 */
export interface Zkey {
  nVars: number;
  nPublic: number;
  /** A power of two, at least the number of constraints + nPublic + 1. */
  domainSize: number;
  alpha1: Uint8Array;
  beta1: Uint8Array;
  beta2: Uint8Array;
  gamma2: Uint8Array;
  delta1: Uint8Array;
  delta2: Uint8Array;
  /** nPublic + 1 G1 points. */
  ic: Uint8Array;
  /**
   * Entries of the matrices A and B, 44 bytes each: matrix (u32: 0 = A, 1 = B), row (u32, below domainSize),
   * wire (u32, below nVars), value (32 bytes: coefficient * 2^512 mod r, so that one Montgomery product with a
   * standard-form witness value gives the term in Montgomery form). Rows do not decrease in files made by
   * snarkjs, but readers must not rely on it. The same (matrix, row, wire) may occur again: values add up.
   */
  coefs: Uint8Array;
  /** nVars points each (B2 in G2). */
  pointsA: Uint8Array;
  pointsB1: Uint8Array;
  pointsB2: Uint8Array;
  /** nVars - nPublic - 1 points. */
  pointsC: Uint8Array;
  /** domainSize points: [L_(2i+1)(tau) / delta], Lagrange base of the domain twice as large. */
  pointsH: Uint8Array;
  /** Section 10: circuit hash (64 bytes), then the contributions; empty when the file has none. */
  transcript: Uint8Array;
}

/**
 * Reads a proving key; the result refers to `bytes`, it copies nothing. Every length, index and coordinate
 * range is checked; that points lie on the curve is not (a proof from such a key fails its self-check).
 * @throws Groth16Error MALFORMED_FILE
 */
export function readZkey(bytes: Uint8Array): Zkey {
  const file = new SectionFile(bytes, "zkey", 2);
  const protocol = readWord(file.section(1, 4), 0);
  if (protocol !== 1) throw malformed("zkey", `protocol ${protocol} is not Groth16 (1)`);
  const header = file.section(2, 84 + 3 * G1_BYTES + 3 * G2_BYTES);
  if (readWord(header, 0) !== 32 || readUintLE(header, 4) !== Q) throw malformed("zkey", "not on BN254");
  if (readWord(header, 36) !== 32 || readUintLE(header, 40) !== R) throw malformed("zkey", "not on BN254");
  const nVars = readWord(header, 72);
  const nPublic = readWord(header, 76);
  const domainSize = readWord(header, 80);
  if (nVars < 1 || nPublic >= nVars) {
    throw malformed("zkey", `${nPublic} public signals do not fit in ${nVars} variables`);
  }
  const power = 31 - Math.clz32(domainSize);
  if (domainSize < 1 || power > TWO_ADICITY || domainSize !== 2 ** power) {
    throw malformed("zkey", `the domain size ${domainSize} is not a power of two up to 2^${TWO_ADICITY}`);
  }
  let offset = 84;
  const next = (length: number) => {
    offset += length;
    return header.subarray(offset - length, offset);
  };
  const key: Zkey = {
    nVars,
    nPublic,
    domainSize,
    alpha1: next(G1_BYTES),
    beta1: next(G1_BYTES),
    beta2: next(G2_BYTES),
    gamma2: next(G2_BYTES),
    delta1: next(G1_BYTES),
    delta2: next(G2_BYTES),
    ic: file.section(3, (nPublic + 1) * G1_BYTES),
    coefs: readCoefs(file.section(4), nVars, domainSize),
    pointsA: file.section(5, nVars * G1_BYTES),
    pointsB1: file.section(6, nVars * G1_BYTES),
    pointsB2: file.section(7, nVars * G2_BYTES),
    pointsC: file.section(8, (nVars - nPublic - 1) * G1_BYTES),
    pointsH: file.section(9, domainSize * G1_BYTES),
    transcript: file.has(10) ? file.section(10) : new Uint8Array(0),
  };
  for (const [name, points] of Object.entries(key)) {
    if (!(points instanceof Uint8Array) || name === "coefs" || name === "transcript") continue;
    const bad = firstNotBelow(points, Q);
    if (bad >= 0) throw malformed("zkey", `coordinate ${bad} of ${name} is not below the field order`);
  }
  return key;
}

/** Writes a proving key in the section order of snarkjs. */
export function writeZkey(key: Zkey): Uint8Array {
  const header = [
    words(32),
    packUints([Q]),
    words(32),
    packUints([R]),
    words(key.nVars, key.nPublic, key.domainSize),
    key.alpha1,
    key.beta1,
    key.beta2,
    key.gamma2,
    key.delta1,
    key.delta2,
  ];
  const transcript = key.transcript.length > 0 ? key.transcript : new Uint8Array(68);
  return writeSections("zkey", 1, [
    [1, [words(1)]],
    [2, header],
    [4, [words(key.coefs.length / COEF_BYTES), key.coefs]],
    [3, [key.ic]],
    [9, [key.pointsH]],
    [8, [key.pointsC]],
    [5, [key.pointsA]],
    [6, [key.pointsB1]],
    [7, [key.pointsB2]],
    [10, [transcript]],
  ]);
}

function readCoefs(section: Uint8Array, nVars: number, domainSize: number): Uint8Array {
  if (section.length < 4) throw malformed("zkey", "the coefficient section has no count");
  const count = readWord(section, 0);
  if (section.length !== 4 + count * COEF_BYTES) {
    throw malformed("zkey", `${count} coefficients do not fill ${section.length} bytes`);
  }
  const coefs = section.subarray(4);
  const view = new DataView(coefs.buffer, coefs.byteOffset, coefs.byteLength);
  for (let o = 0; o < coefs.length; o += COEF_BYTES) {
    const [matrix, row, wire] = [
      view.getUint32(o, true),
      view.getUint32(o + 4, true),
      view.getUint32(o + 8, true),
    ];
    if (matrix > 1 || row >= domainSize || wire >= nVars) {
      throw malformed("zkey", `coefficient ${o / COEF_BYTES} has matrix ${matrix}, row ${row}, wire ${wire}`);
    }
  }
  const bad = firstNotBelow(coefs, R, COEF_BYTES, 12);
  if (bad >= 0) throw malformed("zkey", `the value of coefficient ${bad} is not below the field order`);
  return coefs;
}

function readWord(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}
