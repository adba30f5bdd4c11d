import { packUints } from "../../field/bytes.ts";
import { Fr } from "../../field/fields.ts";
import { rootOfUnity } from "../../field/rootOfUnity.ts";
import type { Arena } from "./Arena.ts";
import type { Layout } from "./Layout.ts";
import type { Task } from "./ThreadPool.ts";

/** Twiddle tables of one domain size. */
export class Domain {
  readonly power: number;
  /** Elements of an array: the domain size, but never less than two groups of lanes. */
  readonly size: number;
  readonly forward: number;
  readonly backward: number;
  readonly #arena: Arena;
  readonly #layout: Layout;

  constructor(arena: Arena, layout: Layout, power: number) {
    this.#arena = arena;
    this.#layout = layout;
    this.power = power;
    this.size = 2 ** power;
    this.forward = arena.allocate(layout.element * this.size);
    this.backward = arena.allocate(layout.element * this.size);
  }

  /** The smallest domain the kernels handle: two groups of lanes. */
  static minimumPower(layout: Layout): number {
    return Math.log2(layout.lanes) + 1;
  }

  /** Fill the tables. */
  tableTasks(): Task[] {
    const root = rootOfUnity(this.power);
    const table = (address: number, value: bigint): Task => {
      const scalar = this.#arena.copy(packUints([value]));
      return () => ["build_twiddles", address, this.size, scalar];
    };
    return [table(this.forward, root), table(this.backward, Fr.inv(root))];
  }

  /** Memory for, and a task that fills, g^j / n in bit-reversed order: g is the root of order 2n. */
  cosetTask(): { powers: number; task: Task } {
    const powers = this.#arena.allocate(this.#layout.element * this.size);
    const first = this.#arena.copy(packUints([Fr.inv(BigInt(this.size))]));
    const ratio = this.#arena.copy(packUints([rootOfUnity(this.power + 1)]));
    return { powers, task: () => ["build_powers", powers, this.power, first, ratio] };
  }
}
