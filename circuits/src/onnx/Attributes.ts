import { OnnxOperatorError } from "./errors.ts";
import type { Graph } from "./Graph.ts";
import type { Tensor } from "./Tensor.ts";

/** What each kind of attribute holds. `reference` names an attribute of the enclosing model-local function. */
interface ValueByKind {
  readonly float: number;
  readonly int: number;
  readonly string: string;
  readonly reference: string;
  readonly tensor: Tensor;
  readonly graph: Graph;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly strings: readonly string[];
  readonly tensors: readonly Tensor[];
}

type Kind = keyof ValueByKind;

/** One attribute's value, with its kind. */
export type AttributeValue = { [K in Kind]: { readonly kind: K; readonly value: ValueByKind[K] } }[Kind];

/**
 * A node's attributes, read by name and kind. A reader with a fallback returns it when the attribute is absent;
 * without one, absence is an OnnxOperatorError. An attribute of another kind than asked for is always one.
 */
export class Attributes {
  readonly entries: ReadonlyMap<string, AttributeValue>;

  constructor(entries: ReadonlyMap<string, AttributeValue> = new Map()) {
    this.entries = entries;
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  int(name: string, fallback?: number): number {
    return this.#read(name, "int", fallback);
  }

  float(name: string, fallback?: number): number {
    return this.#read(name, "float", fallback);
  }

  string(name: string, fallback?: string): string {
    return this.#read(name, "string", fallback);
  }

  ints(name: string, fallback?: readonly number[]): readonly number[] {
    return this.#read(name, "ints", fallback);
  }

  floats(name: string, fallback?: readonly number[]): readonly number[] {
    return this.#read(name, "floats", fallback);
  }

  strings(name: string, fallback?: readonly string[]): readonly string[] {
    return this.#read(name, "strings", fallback);
  }

  tensor(name: string): Tensor {
    return this.#read(name, "tensor", undefined);
  }

  graph(name: string): Graph {
    return this.#read(name, "graph", undefined);
  }

  #read<K extends Kind>(name: string, kind: K, fallback: ValueByKind[K] | undefined): ValueByKind[K] {
    const found = this.entries.get(name);
    if (found === undefined) {
      if (fallback === undefined) throw new OnnxOperatorError(`Attribute "${name}" is missing.`);
      return fallback;
    }
    if (found.kind !== kind) {
      throw new OnnxOperatorError(`Attribute "${name}" is of kind ${found.kind}, expected ${kind}.`);
    }
    return found.value as ValueByKind[K];
  }
}
