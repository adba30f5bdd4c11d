import type { Group } from "../Backend.ts";
import type { WasmExports } from "./WasmApi.ts";

/** Sizes in the kernels' memory, asked from the module itself. */
export class Layout {
  /** Bytes of a field element. */
  readonly element: number;
  /** Elements that one group of lanes holds. */
  readonly lanes: number;
  /** Bytes of a projective G2 point, one group of lanes. */
  readonly projective: number;
  readonly #batch: Record<Group, number>;

  constructor(exports: WasmExports) {
    const ask = (index: number) => exports.layout!(index);
    this.element = ask(0);
    this.#batch = { g1: ask(1), g2: ask(2) };
    this.lanes = ask(3);
    this.projective = ask(4);
  }

  /** Bytes of an affine point. */
  point(group: Group): number {
    return this.element * (group === "g1" ? 2 : 4);
  }

  /** Bytes of the scratch memory for batched additions. */
  batch(group: Group): number {
    return this.#batch[group];
  }
}

/** Bytes of a point in files. */
export function filePointBytes(group: Group): number {
  return group === "g1" ? 64 : 128;
}

/** How kernels name the groups. */
export function groupIndex(group: Group): number {
  return group === "g1" ? 0 : 1;
}
