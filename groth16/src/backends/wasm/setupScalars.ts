import { packUints, readUintLE } from "../../field/bytes.ts";
import { R } from "../../field/constants.ts";
import { Fr } from "../../field/fields.ts";
import { rootOfUnity } from "../../field/rootOfUnity.ts";
import type { R1cs, SparseMatrix } from "../../formats/r1cs.ts";
import { domainPower } from "../../setup/qapScalars.ts";
import type { SetupScalars, SetupSecrets } from "../../setup/SetupScalars.ts";
import type { Arena } from "./Arena.ts";
import type { Layout } from "./Layout.ts";
import { ranges } from "./ranges.ts";
import type { Task, ThreadPool } from "./ThreadPool.ts";

const CHUNK = 4096;

/** Evaluates a circuit's polynomials at a known tau: Lagrange base, then the columns as sparse products. */
export async function setupScalars(
  pool: ThreadPool,
  layout: Layout,
  arena: Arena,
  r1cs: R1cs,
  { tau, alpha, beta, delta }: SetupSecrets,
): Promise<SetupScalars> {
  const scalar = (value: bigint) => arena.copy(packUints([value]));
  const power = domainPower(r1cs);
  const n = 2 ** power;
  const nPublic = r1cs.nOutputs + r1cs.nPubInputs;
  const perDelta = Fr.inv(delta);
  const scratch = Array.from({ length: pool.size }, () => arena.allocate(CHUNK * layout.element));
  const tauAt = scalar(tau);

  /** Tasks for scale * x / (tau - x), x = start * step^i. */
  const lagrange = (count: number, start: bigint, step: bigint, scale: bigint) => {
    const out = arena.allocate(count * layout.element);
    const [stepAt, scaleAt] = [scalar(step), scalar(scale)];
    const tasks = ranges(count, Math.ceil(count / CHUNK), layout.lanes).map(([from, to]): Task => {
      const startAt = scalar(Fr.mul(start, Fr.pow(step, BigInt(from))));
      return (slot) => [
        "lagrange",
        out + from * layout.element,
        to - from,
        tauAt,
        startAt,
        stepAt,
        scaleAt,
        scratch[slot]!,
      ];
    });
    return { out, tasks };
  };
  const vanishing = (size: number) => Fr.mul(Fr.sub(Fr.pow(tau, BigInt(size)), 1n), Fr.inv(BigInt(size)));
  const base = lagrange(n, 1n, rootOfUnity(power), vanishing(n));
  const doubleRoot = rootOfUnity(power + 1);
  const odd = lagrange(n, doubleRoot, Fr.mul(doubleRoot, doubleRoot), Fr.mul(vanishing(2 * n), perDelta));
  const { constants, indexOf } = withUnits(r1cs.constants);
  const constantsAt = arena.allocate((constants.length / 32) * layout.element);
  const rawConstants = arena.copy(constants);
  await pool.run([
    ...base.tasks,
    ...odd.tasks,
    () => ["scalars_in", rawConstants, constantsAt, constants.length / 32],
  ]);

  const groups = Math.ceil(r1cs.nVars / layout.lanes);
  const columns = (matrix: SparseMatrix, publicRows: boolean) => {
    const { columnPtr, entries } = transpose(r1cs, matrix, indexOf, publicRows ? nPublic + 1 : 0);
    const out = arena.allocate(groups * layout.lanes * layout.element);
    const [ptrAt, entriesAt] = [arena.copy(columnPtr), arena.copy(entries)];
    const tasks = ranges(r1cs.nVars, pool.size * 8, layout.lanes).map(
      ([from, to]): Task =>
        () => ["sparse_rows", ptrAt, entriesAt, constantsAt, base.out, out, from, to],
    );
    return { out, tasks };
  };
  const [a, b, c] = [columns(r1cs.a, true), columns(r1cs.b, false), columns(r1cs.c, false)];
  await pool.run([...a.tasks, ...b.tasks, ...c.tasks]);

  const padded = groups * layout.lanes * 32;
  const [aOut, bOut, icOut, cOut] = [padded, padded, padded, padded].map((bytes) =>
    arena.allocate(bytes),
  ) as [number, number, number, number];
  const hOut = arena.allocate(32 * n);
  const [alphaAt, betaAt, oneAt, perDeltaAt] = [alpha, beta, 1n, perDelta].map(scalar);
  const combine = (factor: number, out: number, from: number, to: number): Task => {
    return () => ["combine_rows", a.out, b.out, c.out, alphaAt!, betaAt!, factor, out, from, to];
  };
  await pool.run([
    combine(oneAt!, icOut, 0, Math.min(groups, Math.ceil((nPublic + 1) / layout.lanes))),
    ...ranges(groups, pool.size).flatMap(([from, to]): Task[] => [
      () => ["rows_to_scalars", a.out, aOut, from, to],
      () => ["rows_to_scalars", b.out, bOut, from, to],
      combine(perDeltaAt!, cOut, from, to),
    ]),
    () => ["scalars_out", odd.out, hOut, n],
  ]);
  const read = (at: number, from: number, to: number) =>
    arena.heap.bytes(at + 32 * from, 32 * (to - from)).slice();
  return {
    a: read(aOut, 0, r1cs.nVars),
    b: read(bOut, 0, r1cs.nVars),
    ic: read(icOut, 0, nPublic + 1),
    c: read(cOut, nPublic + 1, r1cs.nVars),
    h: read(hOut, 0, n),
  };
}

/** The constants preceded by 1 and r - 1, which the kernels add without multiplying. */
function withUnits(constants: Uint8Array): { constants: Uint8Array; indexOf: Uint32Array } {
  const all = new Uint8Array(64 + constants.length);
  all.set(packUints([1n, R - 1n]));
  all.set(constants, 64);
  const indexOf = Uint32Array.from({ length: constants.length / 32 }, (_, i) => {
    const value = readUintLE(constants, 32 * i);
    return value === 1n ? 0 : value === R - 1n ? 1 : i + 2;
  });
  return { constants: all, indexOf };
}

/** The matrix by columns, as pairs (row, constant); the public rows of A follow the constraints. */
function transpose(r1cs: R1cs, matrix: SparseMatrix, indexOf: Uint32Array, publicRows: number) {
  const { rowPtr, cols, coefs } = matrix;
  const columnPtr = new Uint32Array(r1cs.nVars + 1);
  for (let s = 0; s < publicRows; s++) columnPtr[s + 1]!++;
  for (let k = 0; k < cols.length; k++) columnPtr[cols[k]! + 1]!++;
  for (let s = 0; s < r1cs.nVars; s++) columnPtr[s + 1]! += columnPtr[s]!;
  const next = columnPtr.slice(0, -1);
  const entries = new Uint32Array(2 * (cols.length + publicRows));
  const put = (wire: number, row: number, constant: number) => {
    const at = next[wire]!++;
    entries[2 * at] = row;
    entries[2 * at + 1] = constant;
  };
  for (let row = 0; row < r1cs.nConstraints; row++) {
    for (let k = rowPtr[row]!; k < rowPtr[row + 1]!; k++) put(cols[k]!, row, indexOf[coefs[k]!]!);
  }
  for (let s = 0; s < publicRows; s++) put(s, r1cs.nConstraints + s, 0);
  return { columnPtr, entries };
}
