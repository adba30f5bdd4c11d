import { blake2b } from "@noble/hashes/blake2.js";
import type { BackendOptions, Group, Hooks } from "../backends/Backend.ts";
import { WasmBackend } from "../backends/wasm/WasmBackend.ts";
import { G1, G2 } from "../curve/curves.ts";
import { g1Codec, g2Codec } from "../curve/pointBytes.ts";
import { Groth16Error } from "../errors.ts";
import { readUintLE } from "../field/bytes.ts";
import { R } from "../field/constants.ts";
import { readPtau } from "../formats/ptau.ts";
import { type R1cs, readR1cs, type SparseMatrix } from "../formats/r1cs.ts";
import { writeZkey, type Zkey } from "../formats/zkey.ts";
import { writeCoefs } from "../setup/coefs.ts";
import { domainPower } from "../setup/qapScalars.ts";
import { writeTranscript } from "./Transcript.ts";
import { toUncompressed } from "./uncompressed.ts";

/**
 * A circuit's proving key from a prepared powers-of-tau file, before any contribution (delta = 1): phase 2 starts
 * here. Byte for byte what snarkjs' `zkey new` makes, circuit hash included.
 * @throws Groth16Error MALFORMED_FILE, INVALID_ARGUMENT (circuit too large, powers not prepared)
 */
export async function newKey(
  r1csFile: Uint8Array,
  ptauFile: Uint8Array,
  options: BackendOptions & Hooks = {},
): Promise<Uint8Array> {
  const r1cs = readR1cs(r1csFile);
  const ptau = readPtau(ptauFile);
  const power = domainPower(r1cs);
  if (power > ptau.power) {
    throw new Groth16Error(
      "INVALID_ARGUMENT",
      `The circuit needs 2^${power} rows, the powers of tau reach 2^${ptau.power}; use a larger file.`,
    );
  }
  if (ptau.prepared === undefined) {
    throw new Groth16Error(
      "INVALID_ARGUMENT",
      "The powers of tau are not prepared: run preparePhase2 first.",
    );
  }
  const n = 2 ** power;
  const nPublic = r1cs.nOutputs + r1cs.nPubInputs;
  const level = (points: Uint8Array, p: number, size: number) =>
    points.subarray((2 ** p - 1) * size, (2 ** (p + 1) - 1) * size);
  const { prepared } = ptau;
  const tau1 = level(prepared.tauG1, power, 64);
  const alpha = level(prepared.alphaTauG1, power, 64);
  const beta = level(prepared.betaTauG1, power, 64);
  const doubled = level(prepared.tauG1, power + 1, 64);
  const pointsH = new Uint8Array(n * 64);
  for (let i = 0; i < n; i++) pointsH.set(doubled.subarray((2 * i + 1) * 64, (2 * i + 2) * 64), i * 64);

  const backend = await WasmBackend.open(options);
  try {
    const product = (group: Group, terms: readonly Term[]) => columns(backend, group, r1cs, terms, options);
    const unit = publicRows(r1cs);
    const [a, b1, b2] = [
      await product("g1", [
        { matrix: r1cs.a, points: tau1 },
        { matrix: unit, points: tau1 },
      ]),
      await product("g1", [{ matrix: r1cs.b, points: tau1 }]),
      await product("g2", [{ matrix: r1cs.b, points: level(prepared.tauG2, power, 128) }]),
    ];
    const combined = await product("g1", [
      { matrix: r1cs.a, points: beta },
      { matrix: r1cs.b, points: alpha },
      { matrix: r1cs.c, points: tau1 },
      { matrix: unit, points: beta },
    ]);
    const key: Zkey = {
      nVars: r1cs.nVars,
      nPublic,
      domainSize: n,
      alpha1: ptau.alphaTauG1.subarray(0, 64),
      beta1: ptau.betaTauG1.subarray(0, 64),
      beta2: ptau.betaG2,
      gamma2: g2Codec.encode([G2.generator]),
      delta1: g1Codec.encode([G1.generator]),
      delta2: g2Codec.encode([G2.generator]),
      ic: combined.subarray(0, (nPublic + 1) * 64),
      coefs: writeCoefs(r1cs),
      pointsA: a,
      pointsB1: b1,
      pointsB2: b2,
      pointsC: combined.subarray((nPublic + 1) * 64),
      pointsH,
      transcript: new Uint8Array(0),
    };
    // tau^i (tau^n - 1), i < n - 1: what the H query stands for, as ceremonies hash it.
    const powersOfT = await differences(backend, ptau.tauG1, n);
    key.transcript = writeTranscript({ circuitHash: circuitHash(key, powersOfT), contributions: [] });
    return writeZkey(key);
  } finally {
    await backend.close();
  }
}

/** A matrix whose entry (row, wire) adds coefficient * points[row] to the wire's sum. */
interface Term {
  matrix: SparseMatrix;
  points: Uint8Array;
}

/** One more row for each public wire, coefficient 1, after the constraints. */
function publicRows(r1cs: R1cs): SparseMatrix {
  const count = r1cs.nOutputs + r1cs.nPubInputs + 1;
  const rowPtr = new Uint32Array(r1cs.nConstraints + count + 1);
  for (let i = 0; i <= count; i++) rowPtr[r1cs.nConstraints + i] = i;
  return {
    rowPtr,
    cols: Uint32Array.from({ length: count }, (_, s) => s),
    coefs: new Uint32Array(count).fill(ONE),
  };
}

/** Marks a coefficient of 1 that need not be among the circuit's constants. */
const ONE = 0xffffffff;

/** For each wire the sum of its entries' multiples. */
async function columns(
  backend: WasmBackend,
  group: Group,
  r1cs: R1cs,
  terms: readonly Term[],
  hooks: Hooks,
): Promise<Uint8Array> {
  const size = group === "g1" ? 64 : 128;
  const sign = constantSigns(r1cs);
  const entries = terms.reduce((sum, { matrix }) => sum + matrix.cols.length, 0);
  const ends = new Uint32Array(r1cs.nVars);
  for (const { matrix } of terms) for (const wire of matrix.cols) ends[wire]!++;
  for (let s = 1; s < ends.length; s++) ends[s]! += ends[s - 1]!;
  const next = new Uint32Array(r1cs.nVars);
  next.set(ends.subarray(0, -1), 1);

  // All sources in one array, followed by the products with coefficients other than 1 and -1.
  const factors = new Uint8Array(entries * 32);
  const factored = new Uint8Array(entries * size);
  let products = 0;
  const sources = terms.reduce((sum, { points }) => sum + points.length, 0);
  const refs = new Uint32Array(entries);
  let base = 0;
  for (const { matrix, points } of terms) {
    const { rowPtr, cols, coefs } = matrix;
    for (let row = 0; row + 1 < rowPtr.length; row++) {
      for (let k = rowPtr[row]!; k < rowPtr[row + 1]!; k++) {
        const coefficient = coefs[k]!;
        const unit = coefficient === ONE ? 1 : sign[coefficient]!;
        let source = base + row;
        if (unit === 0) {
          source = sources / size + products;
          factors.set(r1cs.constants.subarray(32 * coefficient, 32 * coefficient + 32), 32 * products);
          factored.set(points.subarray(row * size, (row + 1) * size), products * size);
          products++;
        }
        refs[next[cols[k]!]!++] = 2 * source + (unit < 0 ? 1 : 0);
      }
    }
    base += points.length / size;
  }
  const multiplied = await backend.multiplyEach(
    group,
    factored.subarray(0, products * size),
    factors.subarray(0, products * 32),
    hooks,
  );
  const all = new Uint8Array(sources + multiplied.length);
  let offset = 0;
  for (const { points } of terms) {
    all.set(points, offset);
    offset += points.length;
  }
  all.set(multiplied, offset);
  return backend.segmentSums(group, all, { refs, ends }, hooks);
}

/** 1 for a constant of 1, -1 for r - 1, else 0. */
function constantSigns({ constants }: R1cs): Int8Array {
  return Int8Array.from({ length: constants.length / 32 }, (_, i) => {
    const value = readUintLE(constants, 32 * i);
    return value === 1n ? 1 : value === R - 1n ? -1 : 0;
  });
}

async function differences(backend: WasmBackend, powers: Uint8Array, n: number): Promise<Uint8Array> {
  const refs = new Uint32Array(2 * (n - 1));
  for (let i = 0; i < n - 1; i++) {
    refs[2 * i] = 2 * (i + n);
    refs[2 * i + 1] = 2 * i + 1;
  }
  const ends = Uint32Array.from({ length: n - 1 }, (_, i) => 2 * (i + 1));
  return backend.segmentSums("g1", powers.subarray(0, (2 * n - 1) * 64), { refs, ends });
}

function circuitHash(key: Zkey, powersOfT: Uint8Array): Uint8Array {
  const hasher = blake2b.create({ dkLen: 64 });
  const points = (bytes: Uint8Array, size: 64 | 128) => hasher.update(toUncompressed(bytes, size));
  const counted = (bytes: Uint8Array, size: 64 | 128) => {
    const count = new Uint8Array(4);
    new DataView(count.buffer).setUint32(0, bytes.length / size, false);
    hasher.update(count);
    points(bytes, size);
  };
  for (const point of [key.alpha1, key.beta1]) points(point, 64);
  for (const point of [key.beta2, key.gamma2]) points(point, 128);
  points(key.delta1, 64);
  points(key.delta2, 128);
  counted(key.ic, 64);
  counted(powersOfT, 64);
  for (const query of [key.pointsC, key.pointsA, key.pointsB1]) counted(query, 64);
  counted(key.pointsB2, 128);
  return hasher.digest();
}
