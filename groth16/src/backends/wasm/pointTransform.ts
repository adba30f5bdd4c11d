import { packUints } from "../../field/bytes.ts";
import { Fr } from "../../field/fields.ts";
import { rootOfUnity } from "../../field/rootOfUnity.ts";
import type { Group, Hooks } from "../Backend.ts";
import type { Arena } from "./Arena.ts";
import { filePointBytes, groupIndex, type Layout } from "./Layout.ts";
import { ranges } from "./ranges.ts";
import type { Task, ThreadPool } from "./ThreadPool.ts";

/** Points a task multiplies: long enough to share inversions, short enough to cancel. */
const CHUNK = 1024;

/** Fourier transform of 2^k points (file encoding), decimation in time, by batched multiples and additions. */
export async function pointTransform(
  pool: ThreadPool,
  layout: Layout,
  arena: Arena,
  group: Group,
  points: Uint8Array,
  inverse: boolean,
  hooks: Hooks,
): Promise<Uint8Array> {
  const g = groupIndex(group);
  const [size, bytes] = [layout.point(group), filePointBytes(group)];
  const n = points.length / bytes;
  const power = Math.log2(n);
  const raw = arena.allocate(points.length);
  const shuffled = arena.heap.bytes(raw, points.length);
  for (let i = 0; i < n; i++) {
    let reversed = 0;
    for (let bit = 0; bit < power; bit++) reversed |= ((i >> bit) & 1) << (power - 1 - bit);
    shuffled.set(points.subarray(i * bytes, (i + 1) * bytes), reversed * bytes);
  }
  let [current, next] = [arena.allocate(n * size), arena.allocate(n * size)];
  const scalars = arena.allocate(32 * n);
  const batches = Array.from({ length: pool.size }, () => arena.allocate(layout.batch(group)));
  const run = (tasks: Task[]) => pool.run(tasks, hooks.signal);
  const parts = ranges(n, Math.ceil(n / CHUNK));
  await run(
    parts.map(
      ([from, to]): Task =>
        () => ["points_in", g, raw + from * bytes, current + from * size, to - from],
    ),
  );
  const multiply = async (factors: readonly bigint[], source: number, target: number) => {
    arena.heap.bytes(scalars, 32 * factors.length).set(packUints(factors));
    await run(
      ranges(factors.length, Math.ceil(factors.length / CHUNK)).map(
        ([from, to]): Task =>
          (slot) => [
            "multiply_each",
            g,
            source + from * size,
            scalars + 32 * from,
            to - from,
            target + from * size,
            batches[slot]!,
          ],
      ),
    );
  };
  for (let h = 1; h < n; h *= 2) {
    // The lower halves have factor 1; multiplying them costs one copy each.
    const root = rootOfUnity(Math.log2(h) + 1);
    const w = inverse ? Fr.inv(root) : root;
    const twiddles = [1n];
    for (let j = 1; j < h; j++) twiddles.push(Fr.mul(twiddles[j - 1]!, w));
    const factors = Array.from({ length: n }, (_, i) => (i & h ? twiddles[i & (h - 1)]! : 1n));
    await multiply(factors, current, next);
    await run(
      Array.from({ length: n / (2 * h) }, (_, block) =>
        ranges(h, Math.ceil(h / CHUNK)).map(([from, to]): Task => {
          const low = (block * 2 * h + from) * size;
          const high = low + h * size;
          return (slot) => [
            "point_butterflies",
            g,
            next + low,
            next + high,
            current + low,
            current + high,
            to - from,
            batches[slot]!,
          ];
        }),
      ).flat(),
    );
    hooks.onProgress?.("transform", Math.log2(2 * h) / power);
  }
  if (inverse) {
    await multiply(new Array<bigint>(n).fill(Fr.inv(BigInt(n))), current, next);
    [current, next] = [next, current];
  }
  await run(
    parts.map(
      ([from, to]): Task =>
        () => ["points_out", g, current + from * size, raw + from * bytes, to - from],
    ),
  );
  return arena.heap.bytes(raw, points.length).slice();
}
