import { Groth16Error } from "../../errors.ts";
import { packUints } from "../../field/bytes.ts";
import { Fr } from "../../field/fields.ts";
import type { R1cs } from "../../formats/r1cs.ts";
import type { Zkey } from "../../formats/zkey.ts";
import { domainPower, qapScalars } from "../../setup/qapScalars.ts";
import type { SetupScalars, SetupScalarsBackend, SetupSecrets } from "../../setup/SetupScalars.ts";
import type { Backend, BackendOptions, Group, Hooks, PreparedKey } from "../Backend.ts";
import { ReferenceBackend } from "../ReferenceBackend.ts";
import { Arena } from "./Arena.ts";
import { Domain } from "./Domain.ts";
import { fixedBase, multiplyEach } from "./fixedBase.ts";
import { filePointBytes, groupIndex, Layout } from "./Layout.ts";
import { type KernelBuild, loadKernels } from "./loadKernels.ts";
import { loadPoints } from "./loadPoints.ts";
import { Msm, recode } from "./Msm.ts";
import { planMsm } from "./msmPlan.ts";
import { pointTransform } from "./pointTransform.ts";
import { proofSums } from "./proofSums.ts";
import { ranges } from "./ranges.ts";
import { type Segments, segmentSums } from "./segmentSums.ts";
import { setupScalars } from "./setupScalars.ts";
import { type Task, ThreadPool } from "./ThreadPool.ts";
import { WasmKey } from "./WasmKey.ts";

/** Up to this many points a plain double-and-add beats buckets. */
const SMALL_MSM = 32;

export interface WasmBackendOptions extends BackendOptions {
  /** Default: the fastest that this engine runs correctly. */
  kernels?: KernelBuild | undefined;
}

/** WebAssembly kernels on all threads over one shared memory. Works in Node and in browsers. */
export class WasmBackend implements Backend, SetupScalarsBackend {
  readonly name = "wasm";
  readonly threads: number;
  readonly #pool: ThreadPool;
  readonly #layout: Layout;
  /** Large operations take turns: one already uses every thread, and memory stays bounded. */
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(pool: ThreadPool, layout: Layout) {
    this.#pool = pool;
    this.#layout = layout;
    this.threads = pool.size;
  }

  /** @throws Groth16Error BACKEND_UNAVAILABLE, OUT_OF_MEMORY, INVALID_ARGUMENT */
  static async open(options: WasmBackendOptions = {}): Promise<WasmBackend> {
    const threads = options.threads ?? (await availableThreads());
    if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
      throw new Groth16Error("INVALID_ARGUMENT", `threads is ${threads}; use a whole number from 1 to 256.`);
    }
    const kernels = await loadKernels(options.kernels);
    return new WasmBackend(await ThreadPool.start(kernels, threads), new Layout(kernels.exports));
  }

  async prepareKey(key: Zkey, hooks: Hooks = {}): Promise<PreparedKey> {
    if (key.domainSize < 2 ** Domain.minimumPower(this.#layout))
      return new ReferenceBackend().prepareKey(key);
    const prepared = await this.#exclusive(hooks, () =>
      WasmKey.prepare(this.#pool, this.#layout, key, hooks),
    );
    let released = false;
    return {
      bytes: prepared.arena.bytes,
      sums: (witness, sumHooks = {}) => {
        if (released) throw new Groth16Error("CLOSED", "This prepared key has been released.");
        return this.#exclusive(sumHooks, () =>
          proofSums(this.#pool, this.#layout, prepared, witness, sumHooks),
        );
      },
      release: async () => {
        if (released) return;
        released = true;
        await this.#exclusive({}, async () => prepared.arena.release());
      },
    };
  }

  msm(group: Group, points: Uint8Array, scalars: Uint8Array, hooks: Hooks = {}): Promise<Uint8Array> {
    const count = scalars.length / 32;
    // Small sums do not wait for their turn: a proof's last steps should not queue behind another proof.
    if (count <= SMALL_MSM)
      return this.#inArena((arena) => this.#smallMsm(arena, group, points, scalars, hooks));
    return this.#exclusive(hooks, () =>
      this.#inArena(async (arena) => {
        const layout = this.#layout;
        const { set, tasks } = loadPoints(arena, arena, layout, group, points);
        const plan = planMsm(count);
        const recoded = recode(arena, plan, arena.copy(scalars), count, ranges(count, this.threads));
        await this.#run([...tasks, ...recoded.tasks], hooks);
        const bytes = Msm.scratchBytes(layout, group, set.count, plan);
        const scratch = Array.from({ length: this.threads }, () => arena.allocate(bytes));
        const msm = new Msm(arena, layout, set);
        await this.#run([msm.classifyTask(recoded.digits)], hooks);
        await this.#run(msm.windowTasks(recoded.digits, scratch), hooks);
        await this.#run([msm.combineTask(recoded.digits)], hooks);
        await this.#run([msm.encodeTask()], hooks);
        return msm.result();
      }),
    );
  }

  multiplyBase(group: Group, base: Uint8Array, scalars: Uint8Array, hooks: Hooks = {}): Promise<Uint8Array> {
    return this.#exclusive(hooks, () =>
      this.#inArena((arena) => fixedBase(this.#pool, this.#layout, arena, group, base, scalars, hooks)),
    );
  }

  multiplyEach(
    group: Group,
    points: Uint8Array,
    scalars: Uint8Array,
    hooks: Hooks = {},
  ): Promise<Uint8Array> {
    return this.#exclusive(hooks, () =>
      this.#inArena((arena) => multiplyEach(this.#pool, this.#layout, arena, group, points, scalars, hooks)),
    );
  }

  async fft(values: Uint8Array, inverse: boolean, hooks: Hooks = {}): Promise<Uint8Array> {
    const size = values.length / 32;
    const power = Math.log2(size);
    if (power < Domain.minimumPower(this.#layout)) return new ReferenceBackend().fft(values, inverse, hooks);
    return this.#exclusive(hooks, () =>
      this.#inArena(async (arena) => {
        const domain = new Domain(arena, this.#layout, power);
        const raw = arena.copy(values);
        const rows = arena.allocate(size * this.#layout.element);
        const factor = arena.copy(packUints([inverse ? Fr.inv(BigInt(size)) : 1n]));
        await this.#run([...domain.tableTasks(), () => ["rows_in", raw, rows, size]], hooks);
        await this.#run([() => ["dif_block", rows, inverse ? domain.backward : domain.forward, size]], hooks);
        await this.#run([() => ["rows_out", rows, raw, power, factor]], hooks);
        return this.#pool.heap.bytes(raw, values.length).slice();
      }),
    );
  }

  fftPoints(group: Group, points: Uint8Array, inverse: boolean, hooks: Hooks = {}): Promise<Uint8Array> {
    return this.#exclusive(hooks, () =>
      this.#inArena((arena) =>
        pointTransform(this.#pool, this.#layout, arena, group, points, inverse, hooks),
      ),
    );
  }

  pairingProductIsOne(g1: Uint8Array, g2: Uint8Array): Promise<boolean> {
    const count = g1.length / filePointBytes("g1");
    if (count === 0) return Promise.resolve(true);
    return this.#inArena(async (arena) => {
      const layout = this.#layout;
      const [raw1, raw2] = [arena.copy(g1), arena.copy(g2)];
      const [points1, points2] = [
        arena.allocate(count * layout.point("g1")),
        arena.allocate(count * layout.point("g2")),
      ];
      const out = arena.allocate(4);
      await this.#urgent(
        [() => ["points_in", 0, raw1, points1, count], () => ["points_in", 1, raw2, points2, count]],
        {},
      );
      await this.#urgent([() => ["pairing", points1, points2, count, out]], {});
      return this.#pool.heap.words(out, 1)[0] === 1;
    });
  }

  /** The scalars of a setup with known secrets, which the points of a proving key are multiples of. */
  async setupScalars(r1cs: R1cs, secrets: SetupSecrets): Promise<SetupScalars> {
    if (domainPower(r1cs) < Domain.minimumPower(this.#layout)) return qapScalars(r1cs, secrets);
    return this.#exclusive({}, () =>
      this.#inArena((arena) => setupScalars(this.#pool, this.#layout, arena, r1cs, secrets)),
    );
  }

  /** Sums of chosen points: a matrix with entries 1 and -1 times a vector of points. */
  segmentSums(group: Group, points: Uint8Array, segments: Segments, hooks: Hooks = {}): Promise<Uint8Array> {
    return this.#exclusive(hooks, () =>
      this.#inArena((arena) => segmentSums(this.#pool, this.#layout, arena, group, points, segments, hooks)),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.close();
  }

  async #smallMsm(
    arena: Arena,
    group: Group,
    points: Uint8Array,
    scalars: Uint8Array,
    hooks: Hooks,
  ): Promise<Uint8Array> {
    const layout = this.#layout;
    const g = groupIndex(group);
    const count = scalars.length / 32;
    const raw = arena.copy(points);
    const converted = arena.allocate(count * layout.point(group));
    const factors = arena.copy(scalars);
    const table = arena.allocate(16 * count * layout.projective);
    const sum = arena.allocate(layout.point(group));
    const out = arena.allocate(filePointBytes(group));
    // One after the other on whichever thread is free: three messages cost less than a larger kernel would.
    await this.#urgent([() => ["points_in", g, raw, converted, count]], hooks);
    await this.#urgent([() => ["small_msm", g, converted, factors, count, table, sum]], hooks);
    await this.#urgent([() => ["points_out", g, sum, out, 1]], hooks);
    return this.#pool.heap.bytes(out, filePointBytes(group)).slice();
  }

  #run(tasks: Task[], hooks: Hooks): Promise<void> {
    return this.#pool.run(tasks, hooks.signal);
  }

  #urgent(tasks: Task[], hooks: Hooks): Promise<void> {
    return this.#pool.run(tasks, hooks.signal, true);
  }

  async #inArena<T>(work: (arena: Arena) => Promise<T>): Promise<T> {
    const arena = new Arena(this.#pool.heap);
    try {
      return await work(arena);
    } finally {
      arena.release();
    }
  }

  async #exclusive<T>(hooks: Hooks, work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      if (this.#closed) throw new Groth16Error("CLOSED", "The back end has been closed.");
      hooks.signal?.throwIfAborted();
      return work();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

async function availableThreads(): Promise<number> {
  if (typeof process !== "undefined" && process.versions?.node !== undefined) {
    return (await import("node:os")).availableParallelism();
  }
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  return navigator?.hardwareConcurrency ?? 1;
}
