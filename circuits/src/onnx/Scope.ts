import { OnnxGraphError } from "./errors.ts";

/** What names mean inside one graph or function body. Outer graphs shine through. */
export class Scope {
  /** Put before the names of the nodes and values that the body makes, so that they stay unique. */
  readonly prefix: string;
  readonly opsets: ReadonlyMap<string, number>;
  readonly #values = new Map<string, string>();
  readonly #parent: Scope | undefined;

  constructor(prefix: string, opsets: ReadonlyMap<string, number>, parent?: Scope) {
    this.prefix = prefix;
    this.opsets = opsets;
    this.#parent = parent;
  }

  /** Lets a name of the body stand for a value of the builder. The empty name is no name. */
  bind(name: string, value: string): void {
    if (name !== "") this.#values.set(name, value);
  }

  /** The value that a name stands for; the empty name, of an input left out, for nothing. */
  valueOf(name: string, reader: string): string {
    if (name === "") return "";
    const value = this.#values.get(name);
    if (value !== undefined) return value;
    if (this.#parent !== undefined) return this.#parent.valueOf(name, reader);
    throw new OnnxGraphError(`${reader} reads the value "${name}", which nothing makes.`);
  }
}
