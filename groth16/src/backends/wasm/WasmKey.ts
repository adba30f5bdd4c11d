import type { Zkey } from "../../formats/zkey.ts";
import type { Group, Hooks } from "../Backend.ts";
import { Arena } from "./Arena.ts";
import { Domain } from "./Domain.ts";
import type { Layout } from "./Layout.ts";
import { loadPoints } from "./loadPoints.ts";
import type { PointSet } from "./Msm.ts";
import { sparseRows } from "./SparseRows.ts";
import type { Task, ThreadPool } from "./ThreadPool.ts";

/** Elements of G1 and G2 that a proof sums, by query. */
export interface Queries {
  a: PointSet;
  b1: PointSet;
  b2: PointSet;
  c: PointSet;
  h: PointSet;
}

/** A proving key in the kernels' memory. */
export class WasmKey {
  readonly nVars: number;
  readonly domainSize: number;
  readonly domain: Domain;
  readonly queries: Queries;
  /** g^j / n, bit-reversed. */
  readonly cosetPowers: number;
  readonly rowPtr: number;
  readonly entries: number;
  readonly constants: number;
  readonly arena: Arena;

  private constructor(
    key: Zkey,
    arena: Arena,
    domain: Domain,
    queries: Queries,
    addresses: { cosetPowers: number; rowPtr: number; entries: number; constants: number },
  ) {
    this.nVars = key.nVars;
    this.domainSize = key.domainSize;
    this.arena = arena;
    this.domain = domain;
    this.queries = queries;
    this.cosetPowers = addresses.cosetPowers;
    this.rowPtr = addresses.rowPtr;
    this.entries = addresses.entries;
    this.constants = addresses.constants;
  }

  static async prepare(pool: ThreadPool, layout: Layout, key: Zkey, hooks: Hooks): Promise<WasmKey> {
    const arena = new Arena(pool.heap);
    const staging = new Arena(pool.heap);
    try {
      const tasks: Task[] = [];
      const load = (group: Group, points: Uint8Array, offset = 0) => {
        const loaded = loadPoints(arena, staging, layout, group, points, offset);
        tasks.push(...loaded.tasks);
        return loaded.set;
      };
      const queries: Queries = {
        a: load("g1", key.pointsA),
        b1: load("g1", key.pointsB1),
        b2: load("g2", key.pointsB2),
        c: load("g1", key.pointsC, key.nPublic + 1),
        h: load("g1", key.pointsH),
      };
      const domain = new Domain(arena, layout, Math.log2(key.domainSize));
      const coset = domain.cosetTask();
      const sparse = sparseRows(key);
      const constants = arena.allocate((sparse.constants.length / 32) * layout.element);
      const rawConstants = staging.copy(sparse.constants);
      tasks.push(...domain.tableTasks(), coset.task, () => [
        "scalars_in",
        rawConstants,
        constants,
        sparse.constants.length / 32,
      ]);
      await pool.run(tasks, hooks.signal);
      return new WasmKey(key, arena, domain, queries, {
        cosetPowers: coset.powers,
        rowPtr: arena.copy(sparse.rowPtr),
        entries: arena.copy(sparse.entries),
        constants,
      });
    } catch (error) {
      arena.release();
      throw error;
    } finally {
      staging.release();
    }
  }
}
