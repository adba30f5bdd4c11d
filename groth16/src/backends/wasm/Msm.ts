import type { Group } from "../Backend.ts";
import type { Arena } from "./Arena.ts";
import { filePointBytes, groupIndex, type Layout } from "./Layout.ts";
import type { MsmPlan } from "./msmPlan.ts";
import type { Task } from "./ThreadPool.ts";

const WINDOW_TASK_WORDS = 15;
/** Points that one task should look at, so that inversions are shared and messages are few. */
const ENTRIES = 65_536;

function windowsTogether(count: number, windows: number): number {
  return Math.max(1, Math.min(Math.ceil(windows / 2), Math.floor(ENTRIES / Math.max(count, 1))));
}

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

  /** Scratch bytes a thread needs for windows of `bits` over `count` points. */
  static scratchBytes(layout: Layout, group: Group, count: number, { bits, windows }: MsmPlan): number {
    const most = Math.ceil(windows / 2);
    const [entries, buckets] = [Math.max(count, ENTRIES), most * 2 ** (bits - 1)];
    const points = Math.ceil((entries * 10) / 9) + Math.ceil(buckets * 1.125) + 40 * most;
    return 4 * (entries + buckets) + layout.point(group) * points + layout.batch(group) + 4096;
  }

  classifyTask(digits: Digits): Task {
    const { wires, count } = this.#set;
    return () => ["classify", wires, count, digits.kinds, this.#first, this.#all, this.#counts];
  }

  /** After {@link classifyTask}: a task for each few windows. `scratch` is each thread's own memory. */
  windowTasks(digits: Digits, scratch: readonly number[]): Task[] {
    const { heap } = this.#arena;
    const { windows } = digits.plan;
    const [first, all] = [...heap.words(this.#counts, 2)] as [number, number];
    // With only small scalars all windows but the first are empty.
    this.#windows = all > 0 ? windows : 1;
    this.#sums = this.#arena.allocate(this.#layout.point(this.#set.group) * this.#windows);
    const together = windowsTogether(all, windows);
    const tasks = [this.#windowTask(digits, scratch, { list: this.#first, count: first, from: 0, to: 1 })];
    for (let from = 1; from < this.#windows; from += together) {
      const to = Math.min(this.#windows, from + together);
      tasks.push(this.#windowTask(digits, scratch, { list: this.#all, count: all, from, to }));
    }
    return tasks;
  }

  #windowTask(
    digits: Digits,
    scratch: readonly number[],
    part: { list: number; count: number; from: number; to: number },
  ): Task {
    const { heap } = this.#arena;
    const { group, points, wires } = this.#set;
    const { bits } = digits.plan;
    const size = this.#layout.point(group);
    const windows = part.to - part.from;
    const [entries, buckets] = [windows * part.count, windows * 2 ** (bits - 1)];
    const task = this.#arena.allocate(4 * WINDOW_TASK_WORDS);
    return (slot) => {
      const sorted = scratch[slot]!;
      const ends = sorted + 4 * (entries + 1);
      const ping = align(ends + 4 * (buckets + 1));
      const pong = ping + size * Math.max(Math.ceil((entries * 2) / 3) + 1, buckets / 8 + 16 * windows);
      const bucketsAt = pong + size * (Math.ceil((entries * 4) / 9) + 1);
      const batch = align(bucketsAt + size * buckets);
      const row = digits.digits + 2 * digits.count * part.from;
      const out = this.#sums + size * part.from;
      heap.words(task, WINDOW_TASK_WORDS).set(
        [
          [points, wires, part.list, part.count, row, digits.count, windows, bits],
          [sorted, ends, ping, pong, bucketsAt, batch, out],
        ].flat(),
      );
      return ["msm_windows", groupIndex(group), task];
    };
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
