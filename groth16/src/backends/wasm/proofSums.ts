import type { Hooks, ProofSums } from "../Backend.ts";
import { Arena } from "./Arena.ts";
import type { Layout } from "./Layout.ts";
import { type Digits, Msm, recode } from "./Msm.ts";
import { planMsm } from "./msmPlan.ts";
import { quotientScalars } from "./quotientScalars.ts";
import { ranges } from "./ranges.ts";
import { settleAll } from "./settleAll.ts";
import type { Task, ThreadPool } from "./ThreadPool.ts";
import type { WasmKey } from "./WasmKey.ts";

/** The five sums of a proof. The chain to H is urgent; the other windows fill the gaps between its barriers. */
export async function proofSums(
  pool: ThreadPool,
  layout: Layout,
  key: WasmKey,
  witness: Uint8Array,
  hooks: Hooks,
): Promise<ProofSums> {
  const arena = new Arena(pool.heap);
  const phases: Record<string, number> = {};
  const started = performance.now();
  const lap = (name: string) => {
    phases[name] = performance.now() - started;
  };
  // One part failing must stop the others before the memory is freed.
  const failure = new AbortController();
  const signal = AbortSignal.any([failure.signal, ...(hooks.signal ? [hooks.signal] : [])]);
  let [done, total, reported] = [0, 1, 0];
  const counted = (tasks: Task[]) => {
    total += tasks.length;
    return tasks.map(
      (task): Task =>
        (slot) => {
          done++;
          // The number of tasks is learnt on the way: what was reported must not shrink.
          reported = Math.max(reported, done / total);
          hooks.onProgress?.("sums", reported);
          return task(slot);
        },
    );
  };
  const run = (tasks: Task[]) => pool.run(tasks, signal, true);
  try {
    const plan = planMsm(estimateDense(witness));
    const planH = planMsm(key.domainSize);
    const { a, b1, b2, c, h } = key.queries;
    const scratchBytes = Math.max(
      Msm.scratchBytes(layout, "g1", Math.max(a.count, b1.count, c.count), plan),
      Msm.scratchBytes(layout, "g2", b2.count, plan),
      Msm.scratchBytes(layout, "g1", h.count, planH),
    );
    const scratch = Array.from({ length: pool.size }, () => arena.allocate(scratchBytes));
    const raw = arena.copy(witness);
    const elements = arena.allocate(key.nVars * layout.element);
    const parts = ranges(key.nVars, pool.size * 2, layout.lanes);
    const recoded = recode(arena, plan, raw, key.nVars, parts);
    const msms = { a: new Msm(arena, layout, a), b1: new Msm(arena, layout, b1) };
    const rest = { b2: new Msm(arena, layout, b2), c: new Msm(arena, layout, c) };
    const witnessMsms = [rest.b2, msms.a, msms.b1, rest.c];
    await run([
      ...parts.map(
        ([from, to]): Task =>
          () => ["scalars_in", raw + 32 * from, elements + layout.element * from, to - from],
      ),
      ...recoded.tasks,
    ]);
    await run(witnessMsms.map((msm) => msm.classifyTask(recoded.digits)));
    lap("recode");
    const finish = async (msm: Msm, digits: Digits, urgent: boolean) => {
      await pool.run(counted(msm.windowTasks(digits, scratch)), signal, urgent);
      await run([msm.combineTask(digits)]);
      await run([msm.encodeTask()]);
      return msm.result();
    };
    const chainH = async () => {
      const scalars = await quotientScalars(pool, layout, key, arena, elements, run);
      lap("quotient");
      const recodedH = recode(arena, planH, scalars, key.domainSize, ranges(key.domainSize, pool.size * 2));
      await run(recodedH.tasks);
      const msm = new Msm(arena, layout, h);
      await run([msm.classifyTask(recodedH.digits)]);
      return finish(msm, recodedH.digits, false);
    };
    const results = await settleAll(
      [chainH(), ...witnessMsms.map((msm) => finish(msm, recoded.digits, false))],
      (error) => failure.abort(error),
    );
    lap("total");
    const [sumH, sumB2, sumA, sumB1, sumC] = results as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    return { a: sumA, b1: sumB1, b2: sumB2, c: sumC, h: sumH, phases };
  } finally {
    arena.release();
  }
}

/** About how many scalars are neither near zero nor near r, from at most 4,096 of them. */
function estimateDense(witness: Uint8Array): number {
  const count = witness.length / 32;
  const step = Math.ceil(count / 4096);
  let dense = 0;
  for (let i = 0; i < count; i += step) {
    const o = 32 * i;
    // These bytes are zero in a small scalar, and those of r in r minus a small one.
    const middle = witness[o + 12]! | witness[o + 16]! | witness[o + 20]!;
    const nearR = witness[o + 12] === 0x48 && witness[o + 16] === 0x5d && witness[o + 20] === 0xb6;
    if (middle !== 0 && !nearR) dense++;
  }
  return dense * step;
}
