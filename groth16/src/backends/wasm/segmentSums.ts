import type { Group, Hooks } from "../Backend.ts";
import type { Arena } from "./Arena.ts";
import { filePointBytes, groupIndex, type Layout } from "./Layout.ts";
import { ranges } from "./ranges.ts";
import type { Task, ThreadPool } from "./ThreadPool.ts";

const CHUNK = 4096;

/** Which points each segment adds. */
export interface Segments {
  /** Index of a point times two, plus one to subtract it. */
  refs: Uint32Array;
  /** End of each segment within `refs`. */
  ends: Uint32Array;
}

/** The sum of each segment of `points` (file encoding). */
export async function segmentSums(
  pool: ThreadPool,
  layout: Layout,
  arena: Arena,
  group: Group,
  points: Uint8Array,
  { refs, ends }: Segments,
  hooks: Hooks,
): Promise<Uint8Array> {
  const g = groupIndex(group);
  const [size, bytes] = [layout.point(group), filePointBytes(group)];
  const count = points.length / bytes;
  const raw = arena.copy(points);
  const converted = arena.allocate(count * size);
  const sums = arena.allocate(ends.length * size);
  const encoded = arena.allocate(ends.length * bytes);
  const run = (tasks: Task[]) => pool.run(tasks, hooks.signal);
  await run(
    ranges(count, Math.ceil(count / CHUNK)).map(
      ([from, to]): Task =>
        () => ["points_in", g, raw + from * bytes, converted + from * size, to - from],
    ),
  );
  const parts = ranges(ends.length, Math.max(pool.size * 2, Math.ceil(ends.length / CHUNK)));
  const jobs = parts.map(([from, to]) => {
    const start = from === 0 ? 0 : ends[from - 1]!;
    const part = refs.subarray(start, ends[to - 1]!);
    return {
      from,
      count: to - from,
      length: part.length,
      refs: arena.copy(part),
      ends: arena.copy(ends.slice(from, to).map((end) => end - start)),
    };
  });
  const longest = jobs.reduce((most, job) => Math.max(most, job.length), 0);
  const scratch = Array.from({ length: pool.size }, () => ({
    ping: arena.allocate(size * (Math.ceil((longest * 2) / 3) + 1)),
    pong: arena.allocate(size * (Math.ceil((longest * 4) / 9) + 1)),
    batch: arena.allocate(layout.batch(group)),
  }));
  await run(
    jobs.map(
      (job): Task =>
        (slot) => {
          const { ping, pong, batch } = scratch[slot]!;
          const out = sums + job.from * size;
          return ["sum_segments", g, converted, job.refs, job.ends, job.count, ping, pong, out, batch];
        },
    ),
  );
  await run(
    parts.map(
      ([from, to]): Task =>
        () => ["points_out", g, sums + from * size, encoded + from * bytes, to - from],
    ),
  );
  return arena.heap.bytes(encoded, ends.length * bytes).slice();
}
