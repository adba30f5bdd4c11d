import type { Group, Hooks } from "../Backend.ts";
import type { Arena } from "./Arena.ts";
import { filePointBytes, groupIndex, type Layout } from "./Layout.ts";
import { ranges } from "./ranges.ts";
import { settleAll } from "./settleAll.ts";
import type { Task, ThreadPool } from "./ThreadPool.ts";

/** Scalars a task takes: several batches, few enough for cancellation and balance. */
const CHUNK = 4096;
/** Scalars recoded at once inside the kernel. */
const KERNEL_BATCH = 2048;

/** scalars[i] * base, in the encoding of files. */
export async function fixedBase(
  pool: ThreadPool,
  layout: Layout,
  arena: Arena,
  group: Group,
  base: Uint8Array,
  scalars: Uint8Array,
  hooks: Hooks,
): Promise<Uint8Array> {
  const g = groupIndex(group);
  const count = scalars.length / 32;
  const bits = tableBits(count);
  const windows = Math.ceil(254 / bits);
  const point = layout.point(group);
  const raw = arena.copy(base);
  const converted = arena.allocate(point);
  const table = arena.allocate(windows * 2 ** (bits - 1) * point);
  const batches = batchScratch(pool, layout, arena, group);
  const digits = batches.map(() => arena.allocate(2 * windows * KERNEL_BATCH));
  const kinds = batches.map(() => arena.allocate(KERNEL_BATCH));
  await pool.run([() => ["points_in", g, raw, converted, 1]], hooks.signal);
  await pool.run(
    [(slot) => ["build_table", g, converted, bits, windows, table, batches[slot]!]],
    hooks.signal,
  );
  const input = arena.copy(scalars);
  return collect(pool, layout, arena, group, count, hooks, (from, to, out) => (slot) => [
    "multiply_table",
    g,
    table,
    bits,
    windows,
    input + 32 * from,
    to - from,
    out,
    batches[slot]!,
    digits[slot]!,
    kinds[slot]!,
  ]);
}

/** scalars[i] * points[i], in the encoding of files. */
export async function multiplyEach(
  pool: ThreadPool,
  layout: Layout,
  arena: Arena,
  group: Group,
  points: Uint8Array,
  scalars: Uint8Array,
  hooks: Hooks,
): Promise<Uint8Array> {
  const g = groupIndex(group);
  const count = scalars.length / 32;
  const raw = arena.copy(points);
  const converted = arena.allocate(count * layout.point(group));
  const input = arena.copy(scalars);
  const batches = batchScratch(pool, layout, arena, group);
  await pool.run(
    ranges(count, Math.ceil(count / CHUNK)).map(
      ([from, to]): Task =>
        () => [
          "points_in",
          g,
          raw + from * filePointBytes(group),
          converted + from * layout.point(group),
          to - from,
        ],
    ),
    hooks.signal,
  );
  return collect(pool, layout, arena, group, count, hooks, (from, to, out) => (slot) => [
    "multiply_each",
    g,
    converted + from * layout.point(group),
    input + 32 * from,
    to - from,
    out,
    batches[slot]!,
  ]);
}

/** Runs one task a chunk and encodes its points. */
async function collect(
  pool: ThreadPool,
  layout: Layout,
  arena: Arena,
  group: Group,
  count: number,
  hooks: Hooks,
  makeTask: (from: number, to: number, out: number) => Task,
): Promise<Uint8Array> {
  const [point, size] = [layout.point(group), filePointBytes(group)];
  const points = arena.allocate(count * point);
  const encoded = arena.allocate(count * size);
  let done = 0;
  await settleAll(
    ranges(count, Math.ceil(count / CHUNK)).map(async ([from, to]) => {
      const out = points + from * point;
      await pool.run([makeTask(from, to, out)], hooks.signal);
      await pool.run(
        [() => ["points_out", groupIndex(group), out, encoded + from * size, to - from]],
        hooks.signal,
      );
      done += to - from;
      hooks.onProgress?.("points", done / count);
    }),
  );
  return arena.heap.bytes(encoded, count * size).slice();
}

function batchScratch(pool: ThreadPool, layout: Layout, arena: Arena, group: Group): number[] {
  return Array.from({ length: pool.size }, () => arena.allocate(layout.batch(group)));
}

/** Building the table costs 2^(bits - 1) additions a window, using it one a scalar. */
function tableBits(count: number): number {
  let best = 4;
  let lowest = Number.POSITIVE_INFINITY;
  for (let bits = 4; bits <= 13; bits++) {
    const cost = Math.ceil(254 / bits) * (count + 2 ** (bits - 1));
    if (cost < lowest) {
      lowest = cost;
      best = bits;
    }
  }
  return best;
}
