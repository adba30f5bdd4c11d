import { packUints } from "../../../groth16/src/field/bytes.ts";
import { R } from "../../../groth16/src/field/constants.ts";
import { type R1cs, type SparseMatrix, writeR1cs } from "../../../groth16/src/index.ts";

export interface SampleCircuit {
  r1cs: R1cs;
  file: Uint8Array;
  witness: Uint8Array;
}

export interface SampleOptions {
  rows: number;
  /** Share of rows that are bit checks on a private bit; the rest are products of small linear forms. */
  bits: number;
  seed?: number;
}

/**
 * A satisfiable circuit of a wanted size: two outputs, one public input, then bit checks and products in a
 * shuffled order, so that both kinds of wires lie everywhere in the witness. Deterministic by seed.
 */
export function sampleCircuit({ rows, bits, seed = 1 }: SampleOptions): SampleCircuit {
  const random = xorshift(seed);
  const witness: bigint[] = [1n, 0n, 0n, 12345678901234567890n % R];
  const constants = [1n, R - 1n, 2n, 3n, 0x1234567890abcdef1234567890abcdefn, R - 77n];
  const builders = [matrixBuilder(), matrixBuilder(), matrixBuilder()] as const;
  const [a, b, c] = builders;
  const dense: number[] = [3];
  const form = (terms: number) => {
    const entries = new Map<number, number>();
    for (let k = 0; k < terms; k++) {
      const pool = random() % 4 === 0 ? random() % witness.length : dense[random() % dense.length]!;
      const wire = pool === 1 || pool === 2 ? 0 : pool;
      entries.set(wire, random() % constants.length);
    }
    return [...entries];
  };
  const value = (entries: [number, number][]) =>
    entries.reduce((sum, [wire, coef]) => sum + witness[wire]! * constants[coef]!, 0n) % R;
  for (let row = 0; row < rows - 2; row++) {
    if (random() % 1000 < bits * 1000) {
      const wire = witness.push(BigInt(random() % 2)) - 1;
      a.row([[wire, 0]]);
      b.row([
        [wire, 0],
        [0, 1],
      ]);
      c.row([]);
    } else {
      const [left, right] = [form(1 + (random() % 3)), form(1 + (random() % 2))];
      const wire = witness.push((value(left) * value(right)) % R) - 1;
      dense.push(wire);
      a.row(left);
      b.row(right);
      c.row([[wire, 0]]);
    }
  }
  for (const output of [1, 2]) {
    const entries = form(3);
    witness[output] = value(entries);
    a.row(entries);
    b.row([[0, 0]]);
    c.row([[output, 0]]);
  }
  const r1cs: R1cs = {
    nVars: witness.length,
    nOutputs: 2,
    nPubInputs: 1,
    nPrvInputs: 0,
    nConstraints: rows,
    constants: packUints(constants),
    a: a.build(),
    b: b.build(),
    c: c.build(),
  };
  return { r1cs, file: writeR1cs(r1cs), witness: packUints(witness) };
}

/** A small deterministic generator of 30-bit numbers, so that failures repeat. */
export function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 1) & 0x3fffffff;
  };
}

/** A deterministic scalar below `modulus`. */
export function randomBelow(random: () => number, modulus: bigint): bigint {
  let value = 0n;
  for (let i = 0; i < 10; i++) value = (value << 30n) | BigInt(random());
  return value % modulus;
}

function matrixBuilder() {
  const rowPtr = [0];
  const cols: number[] = [];
  const coefs: number[] = [];
  return {
    row(entries: [wire: number, constant: number][]) {
      for (const [wire, constant] of entries) {
        cols.push(wire);
        coefs.push(constant);
      }
      rowPtr.push(cols.length);
    },
    build(): SparseMatrix {
      return {
        rowPtr: Uint32Array.from(rowPtr),
        cols: Uint32Array.from(cols),
        coefs: Uint32Array.from(coefs),
      };
    },
  };
}
