import { Groth16Error } from "../../errors.ts";
import { Heap } from "./Heap.ts";
import type { Kernels } from "./loadKernels.ts";
import { settleAll } from "./settleAll.ts";
import { Thread } from "./Thread.ts";
import type { ThreadCall } from "./worker.ts";

const STACK_BYTES = 262_144;
/** Calls sent ahead to each thread, so that it never waits for the main thread's next message. */
const AHEAD = 2;

/** A kernel call; which thread runs it (0 .. size - 1) decides the scratch memory it may use. */
export type Task = (slot: number) => ThreadCall;

interface Queued {
  task: Task;
  resolve(): void;
  reject(error: unknown): void;
  /** Dropped without running when this is aborted first. */
  signal: AbortSignal | undefined;
}

/** Warm threads and a queue of kernel calls with two priorities. */
export class ThreadPool {
  readonly size: number;
  readonly heap: Heap;
  readonly #kernels: Kernels;
  readonly #threads: (Thread | undefined)[];
  readonly #stacks: number[];
  readonly #urgent: Queued[] = [];
  readonly #ordinary: Queued[] = [];
  #closed: Groth16Error | undefined;

  private constructor(kernels: Kernels, size: number) {
    this.#kernels = kernels;
    this.size = size;
    this.heap = new Heap(kernels.memory, kernels.exports.__heap_base!.value);
    this.#stacks = Array.from({ length: size }, () => this.heap.allocate(STACK_BYTES) + STACK_BYTES);
    this.#threads = Array.from({ length: size }, () => undefined);
  }

  static async start(kernels: Kernels, size: number): Promise<ThreadPool> {
    const pool = new ThreadPool(kernels, size);
    await Promise.all(pool.#stacks.map((_, slot) => pool.#startThread(slot)));
    return pool;
  }

  /**
   * Runs tasks in any order on all threads and resolves when all have finished. After a failure or an abort the
   * tasks not yet sent are dropped, and the promise rejects once those sent have finished, so that their memory
   * can be freed.
   */
  async run(tasks: readonly Task[], signal?: AbortSignal, urgent = false): Promise<void> {
    const queue = urgent ? this.#urgent : this.#ordinary;
    const finished = tasks.map(
      (task) => new Promise<void>((resolve, reject) => queue.push({ task, resolve, reject, signal })),
    );
    this.#pump();
    await settleAll(finished);
  }

  async close(): Promise<void> {
    const reason = new Groth16Error("CLOSED", "The back end has been closed.");
    this.#closed = reason;
    for (const { reject } of [...this.#urgent.splice(0), ...this.#ordinary.splice(0)]) reject(reason);
    await Promise.all(this.#threads.map((thread) => thread?.close(reason)));
  }

  async #startThread(slot: number): Promise<void> {
    this.#threads[slot] = await Thread.start(this.#kernels, this.#stacks[slot]!);
  }

  #pump(): void {
    if (this.#closed !== undefined) {
      for (const { reject } of [...this.#urgent.splice(0), ...this.#ordinary.splice(0)]) reject(this.#closed);
      return;
    }
    for (let ahead = 0; ahead < AHEAD; ahead++) {
      for (let slot = 0; slot < this.size; slot++) {
        const thread = this.#threads[slot];
        if (thread === undefined || thread.pending > ahead) continue;
        const next = this.#next();
        if (next === undefined) return;
        this.#send(thread, slot, next);
      }
    }
  }

  #next(): Queued | undefined {
    for (;;) {
      const queued = this.#urgent.shift() ?? this.#ordinary.shift();
      if (queued?.signal?.aborted !== true) return queued;
      queued.reject(queued.signal.reason);
    }
  }

  #send(thread: Thread, slot: number, { task, resolve, reject }: Queued): void {
    thread
      .call(task(slot))
      .then(resolve, reject)
      .finally(() => {
        if (thread.dead && this.#threads[slot] === thread && this.#closed === undefined) {
          // A fresh thread takes the slot, so that one death fails only what was running there.
          this.#threads[slot] = undefined;
          this.#startThread(slot).then(() => this.#pump());
        }
        this.#pump();
      });
  }
}
