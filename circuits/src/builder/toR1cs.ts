import type { R1cs, SparseMatrix } from "@opg/groth16";
import { toField } from "../field/scalarField.ts";
import type { Constraint } from "./CircuitBuilder.ts";
import type { LinearCombination } from "./linearCombination.ts";

/** Public signals of every circuit: digest, challenge, evaluation. */
export const PUBLIC_SIGNALS = 3;

/** The constraints in the form that `.r1cs` files hold; the three public signals are public inputs. */
export function toR1cs(constraints: readonly Constraint[], wireCount: number): R1cs {
  const constants = new ConstantPool();
  const matrix = (side: "a" | "b" | "c") =>
    toMatrix(
      constraints.map((constraint) => constraint[side]),
      constants,
    );
  const [a, b, c] = [matrix("a"), matrix("b"), matrix("c")];
  return {
    nVars: wireCount,
    nOutputs: 0,
    nPubInputs: PUBLIC_SIGNALS,
    nPrvInputs: 0,
    nConstraints: constraints.length,
    constants: constants.toBytes(),
    a,
    b,
    c,
  };
}

function toMatrix(rows: readonly LinearCombination[], constants: ConstantPool): SparseMatrix {
  const entries = rows.reduce((sum, row) => sum + row.wires.length + (row.constant === 0n ? 0 : 1), 0);
  const matrix = {
    rowPtr: new Uint32Array(rows.length + 1),
    cols: new Uint32Array(entries),
    coefs: new Uint32Array(entries),
  };
  let k = 0;
  for (const [r, row] of rows.entries()) {
    if (row.constant !== 0n) {
      matrix.cols[k] = 0;
      matrix.coefs[k++] = constants.indexOf(row.constant);
    }
    for (let i = 0; i < row.wires.length; i++) {
      matrix.cols[k] = row.wires[i]!;
      matrix.coefs[k++] = constants.indexOf(row.coefs[i]!);
    }
    matrix.rowPtr[r + 1] = k;
  }
  return matrix;
}

/** Largest magnitude that a double holds exactly. */
const SMALL = BigInt(Number.MAX_SAFE_INTEGER);

class ConstantPool {
  readonly #values: bigint[] = [];
  readonly #small = new Map<number, number>();
  /** Indices of larger values by a digest of all their bits: the engine hashes a bigint by its lowest 64 alone. */
  readonly #large = new Map<bigint, number[]>();

  indexOf(value: bigint): number {
    if (value >= -SMALL && value <= SMALL) {
      const key = Number(value);
      const known = this.#small.get(key);
      if (known !== undefined) return known;
      this.#small.set(key, this.#values.length);
      return this.#values.push(value) - 1;
    }
    const key = BigInt.asUintN(64, value ^ (value >> 61n) ^ (value >> 127n) ^ (value >> 190n));
    const bucket = this.#large.get(key) ?? [];
    const known = bucket.find((index) => this.#values[index] === value);
    if (known !== undefined) return known;
    this.#large.set(key, [...bucket, this.#values.length]);
    return this.#values.push(value) - 1;
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#values.length * 32);
    const view = new DataView(bytes.buffer);
    for (const [index, value] of this.#values.entries()) {
      let rest = toField(value);
      for (let limb = 0; limb < 4; limb++) {
        view.setBigUint64(index * 32 + limb * 8, rest & 0xffffffffffffffffn, true);
        rest >>= 64n;
      }
    }
    return bytes;
  }
}
