import { firstNotBelow, packUints, readUintLE } from "../field/bytes.ts";
import { G1_BYTES, G2_BYTES, Q, TWO_ADICITY } from "../field/constants.ts";
import { malformed, SectionFile, words, writeSections } from "./SectionFile.ts";

/** Points in Lagrange form for every domain size from 1 up, one after the other: 1 + 2 + 4 + ... points. */
export interface PreparedPowers {
  /** Domains up to 2^(power + 1). */
  tauG1: Uint8Array;
  /** These three up to 2^power. */
  tauG2: Uint8Array;
  alphaTauG1: Uint8Array;
  betaTauG1: Uint8Array;
}

/** A powers-of-tau file as snarkjs lays it out; points in the encoding of {@link Zkey}. */
export interface PowersOfTau {
  power: number;
  /** 2^(power + 1) - 1 points tau^i G1. */
  tauG1: Uint8Array;
  /** 2^power points each: tau^i G2, alpha tau^i G1, beta tau^i G1. */
  tauG2: Uint8Array;
  alphaTauG1: Uint8Array;
  betaTauG1: Uint8Array;
  betaG2: Uint8Array;
  /** Section 7 as it stands: the record of the contributions. */
  contributions: Uint8Array;
  /** Present once the file is prepared for phase 2. */
  prepared?: PreparedPowers | undefined;
}

/**
 * Reads a `.ptau` file; the result refers to `bytes`. Lengths and coordinate ranges are checked, the ceremony is
 * not.
 * @throws Groth16Error MALFORMED_FILE
 */
export function readPtau(bytes: Uint8Array): PowersOfTau {
  const file = new SectionFile(bytes, "ptau", 1);
  const header = file.section(1, 44);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (view.getUint32(0, true) !== 32 || readUintLE(header, 4) !== Q) throw malformed("ptau", "not on BN254");
  const power = view.getUint32(36, true);
  if (power < 1 || power > TWO_ADICITY)
    throw malformed("ptau", `power ${power} is not in 1 .. ${TWO_ADICITY}`);
  const n = 2 ** power;
  const powers: PowersOfTau = {
    power,
    tauG1: file.section(2, (2 * n - 1) * G1_BYTES),
    tauG2: file.section(3, n * G2_BYTES),
    alphaTauG1: file.section(4, n * G1_BYTES),
    betaTauG1: file.section(5, n * G1_BYTES),
    betaG2: file.section(6, G2_BYTES),
    contributions: file.section(7),
    prepared: file.has(12)
      ? {
          tauG1: file.section(12, (4 * n - 1) * G1_BYTES),
          tauG2: file.section(13, (2 * n - 1) * G2_BYTES),
          alphaTauG1: file.section(14, (2 * n - 1) * G1_BYTES),
          betaTauG1: file.section(15, (2 * n - 1) * G1_BYTES),
        }
      : undefined,
  };
  for (const [name, points] of Object.entries({ ...powers, ...powers.prepared })) {
    if (!(points instanceof Uint8Array) || name === "contributions") continue;
    const bad = firstNotBelow(points, Q);
    if (bad >= 0) throw malformed("ptau", `coordinate ${bad} of ${name} is not below the field order`);
  }
  return powers;
}

/** Writes a `.ptau` file in the section order of snarkjs. */
export function writePtau(ptau: PowersOfTau): Uint8Array {
  const { prepared } = ptau;
  return writeSections("ptau", 1, [
    [1, [words(32), packUints([Q]), words(ptau.power, ptau.power)]],
    [2, [ptau.tauG1]],
    [3, [ptau.tauG2]],
    [4, [ptau.alphaTauG1]],
    [5, [ptau.betaTauG1]],
    [6, [ptau.betaG2]],
    [7, [ptau.contributions]],
    ...(prepared === undefined
      ? []
      : ([
          [12, [prepared.tauG1]],
          [13, [prepared.tauG2]],
          [14, [prepared.alphaTauG1]],
          [15, [prepared.betaTauG1]],
        ] as const)),
  ]);
}
