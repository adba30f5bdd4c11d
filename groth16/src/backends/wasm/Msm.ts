import type { Group } from "../Backend.ts";
import type { Arena } from "./Arena.ts";
import { filePointBytes, groupIndex, type Layout } from "./Layout.ts";
import type { MsmPlan } from "./msmPlan.ts";
import type { Task } from "./ThreadPool.ts";

const WINDOW_TASK_WORDS = 13;

/** Points in the engine's layout, infinity left out. */
export interface PointSet {
  group: Group;
  count: number;
  /** Address of the points. */
  points: number;
  /** Address of each point's scalar index (u32), or 0 when point i goes with scalar i. */
  wires: number;
}

/** Recoded scalars. */
export interface Digits {
  plan: MsmPlan;
  /** Number of scalars. */
  count: number;
  /** i16 digits, window by window. */
  digits: number;
  /** u8 a scalar: 0 zero, 1 within the first window, 2 larger. */
  kinds: number;
}

/** Memory for recoding `count` scalars, and the tasks that do it. */
export function recode(
  arena: Arena,
  plan: MsmPlan,
  scalars: number,
  count: number,
  parts: readonly [number, number][],
): { digits: Digits; tasks: Task[] } {
  const digits = arena.allocate(2 * plan.windows * count);
  const kinds = arena.allocate(count);
  return {
    digits: { plan, count, digits, kinds },
    tasks: parts.map(
      ([from, to]) =>
        () =>
          ["recode", scalars, count, plan.bits, plan.windows, digits, kinds, from, to] as const,
    ),
  };
}

/** One multi-scalar multiplication over scalars that have been recoded. */
export class Msm {
  readonly #set: PointSet;
  readonly #layout: Layout;
  readonly #arena: Arena;
  /** Which points the first window, and all windows, must look at. */
  readonly #first: number;
  readonly #all: number;
  readonly #counts: number;
  readonly #result: number;

  constructor(arena: Arena, layout: Layout, set: PointSet) {
    this.#set = set;
    this.#layout = layout;
    this.#arena = arena;
    this.#first = arena.allocate(4 * set.count);
    this.#all = arena.allocate(4 * set.count);
    this.#counts = arena.allocate(8);
    this.#result = arena.allocate(layout.point(set.group) + filePointBytes(set.group));
  }

  /** Scratch bytes a thread needs for a window over `count` points with windows of `bits`. */
  static scratchBytes(layout: Layout, group: Group, count: number, bits: number): number {
    const buckets = 2 ** (bits - 1);
    const points = Math.ceil((count * 2) / 3) + Math.ceil((count * 4) / 9) + buckets + buckets / 8 + 64;
    return 4 * (count + buckets + 64) + layout.point(group) * points + layout.batch(group) + 1024;
  }

  classifyTask(digits: Digits): Task {
    const { wires, count } = this.#set;
    return () => ["classify", wires, count, digits.kinds, this.#first, this.#all, this.#counts];
  }

  /** After {@link classifyTask}: one task a window. `scratch` is each thread's own memory. */
  windowTasks(digits: Digits, scratch: readonly number[]): Task[] {
    const { heap } = this.#arena;
    const { bits, windows } = digits.plan;
    const { group, points, wires } = this.#set;
    const size = this.#layout.point(group);
    const [first, all] = heap.words(this.#counts, 2) as unknown as [number, number];
    const sums = this.#arena.allocate(size * windows);
    this.#sums = sums;
    // With only small scalars all windows but the first are empty.
    this.#windows = all > 0 ? windows : 1;
    return Array.from({ length: this.#windows }, (_, w) => {
      const task = this.#arena.allocate(4 * WINDOW_TASK_WORDS);
      const count = w === 0 ? first : all;
      return (slot: number) => {
        const sorted = scratch[slot]!;
        const starts = sorted + 4 * (count + 1);
        const ping = align(starts + 4 * (2 ** (bits - 1) + 1));
        const pong = ping + size * (Math.ceil((count * 2) / 3) + 2 ** (bits - 1) / 8 + 8);
        const buckets = pong + size * (Math.ceil((count * 4) / 9) + 8);
        const batch = align(buckets + size * (2 ** (bits - 1) + 8));
        const list = w === 0 ? this.#first : this.#all;
        const row = digits.digits + 2 * digits.count * w;
        const out = sums + size * w;
        heap
          .words(task, WINDOW_TASK_WORDS)
          .set([points, wires, list, count, row, bits, sorted, starts, ping, pong, buckets, batch, out]);
        return ["msm_window", groupIndex(group), task];
      };
    });
  }

  #sums = 0;
  #windows = 0;

  /** After the windows. */
  combineTask(digits: Digits): Task {
    return () => [
      "combine_windows",
      groupIndex(this.#set.group),
      this.#sums,
      this.#windows,
      digits.plan.bits,
      this.#result,
    ];
  }

  /** After {@link combineTask}: converts to the encoding of files. */
  encodeTask(): Task {
    const size = this.#layout.point(this.#set.group);
    return () => ["points_out", groupIndex(this.#set.group), this.#result, this.#result + size, 1];
  }

  /** After {@link encodeTask}. */
  result(): Uint8Array {
    const { group } = this.#set;
    return this.#arena.heap.bytes(this.#result + this.#layout.point(group), filePointBytes(group)).slice();
  }
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
