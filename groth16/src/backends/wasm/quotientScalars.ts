import type { Arena } from "./Arena.ts";
import type { Layout } from "./Layout.ts";
import { ranges } from "./ranges.ts";
import type { Task, ThreadPool } from "./ThreadPool.ts";
import type { WasmKey } from "./WasmKey.ts";

/**
 * From the witness (Montgomery elements) to the scalars of the H query: A.w, B.w and their product row by row,
 * each taken to the odd coset, and A B - C there. Returns the address of `domainSize` standard-form scalars.
 */
export async function quotientScalars(
  pool: ThreadPool,
  layout: Layout,
  key: WasmKey,
  arena: Arena,
  witness: number,
  run: (tasks: Task[]) => Promise<void>,
): Promise<number> {
  const n = key.domainSize;
  const bytes = n * layout.element;
  const rows = arena.allocate(3 * bytes);
  const [a, b, c] = [rows, rows + bytes, rows + 2 * bytes];
  const groups = n / layout.lanes;
  // More parts than threads even out rows of unequal length.
  await run(
    ranges(2 * n, pool.size * 8, layout.lanes).map(([from, to]) => () => [
      "sparse_rows",
      key.rowPtr,
      key.entries,
      key.constants,
      witness,
      a,
      from,
      to,
    ]),
  );
  await run(
    ranges(groups, pool.size).map(([from, to]) => () => ["multiply_rows", a, b, c, from, to]),
  );

  // One layer splits each transform in two blocks, which are independent until the last layer joins them.
  const splits = n >= 8 * layout.lanes ? Math.min(3, Math.ceil(Math.log2(pool.size))) : 0;
  const { forward, backward } = key.domain;
  const layers = async (kernel: string, table: number, depths: number[]) => {
    for (const depth of depths) {
      const half = n / 2 ** (depth + 1);
      const tasks: Task[] = [];
      for (const poly of [a, b, c]) {
        for (let block = 0; block < 2 ** depth; block++) {
          const at = poly + block * 2 * half * layout.element;
          for (const [from, to] of ranges(half / layout.lanes, Math.ceil(pool.size / 2 ** depth))) {
            tasks.push(() => [kernel, at, table, half, from, to]);
          }
        }
      }
      await run(tasks);
    }
  };
  const depths = Array.from({ length: splits }, (_, i) => i);
  await layers("dif_layer", backward, depths);
  const block = n / 2 ** splits;
  await run(
    [a, b, c].flatMap((poly) =>
      Array.from({ length: 2 ** splits }, (_, k): Task => {
        const offset = k * block * layout.element;
        return () => ["coset_block", poly + offset, backward, key.cosetPowers + offset, forward, block];
      }),
    ),
  );
  await layers("dit_layer", forward, depths.reverse());
  const scalars = arena.allocate(32 * n);
  await run(
    ranges(groups, pool.size * 2).map(([from, to]) => () => ["quotient", a, b, c, scalars, from, to]),
  );
  return scalars;
}
