import type { AttributeValue } from "../Attributes.ts";
import { roundTo } from "../roundTo.ts";
import type { GraphWriter } from "../StructuralNode.ts";
import { type NumericType, type Tensor, tensor } from "../Tensor.ts";

/** Attributes as decompositions write them: integers and lists of integers; a float is wrapped. */
export type EmittedAttributes = Readonly<
  Record<string, number | readonly number[] | string | { readonly float: number }>
>;

function attributeValue(value: EmittedAttributes[string]): AttributeValue {
  if (typeof value === "number") return { kind: "int", value };
  if (typeof value === "string") return { kind: "string", value };
  if ("float" in value) return { kind: "float", value: value.float };
  return { kind: "ints", value };
}

/** Writes the operations that stand for one node, numbering the values below the node's name. */
export class Emitter {
  readonly #writer: GraphWriter;
  readonly #prefix: string;
  #count = 0;

  constructor(writer: GraphWriter, prefix: string) {
    this.#writer = writer;
    this.#prefix = prefix;
  }

  /** Adds an operation (of the builder's own operator set) and returns the value of its first output. */
  op(type: string, inputs: readonly string[], attributes: EmittedAttributes = {}): string {
    return this.ops(type, inputs, 1, attributes)[0]!;
  }

  /** Adds an operation of several outputs and returns their values. */
  ops(
    type: string,
    inputs: readonly string[],
    outputCount: number,
    attributes: EmittedAttributes = {},
  ): string[] {
    const entries = Object.entries(attributes).map(([name, value]) => [name, attributeValue(value)] as const);
    return this.#writer.addOperation(type, this.#next(type), inputs, new Map(entries), outputCount);
  }

  /** A vector of integers: axes, shapes, bounds. */
  ints(...values: number[]): string {
    return this.constant(tensor("int64", [values.length], values));
  }

  /** A scalar of the element type of a value, to compute with it. */
  scalarLike(value: string, number: number): string {
    const dtype = this.example(value).dtype as NumericType;
    return this.constant(tensor(dtype, [], [roundTo(dtype)(number)]));
  }

  constant(value: Tensor): string {
    return this.#writer.addConstant(this.#next("Constant"), value);
  }

  /** A reduction along axes, which are kept as dimensions of 1. */
  reduce(type: string, value: string, axes: readonly number[]): string {
    return this.op(type, [value, this.ints(...axes)], { keepdims: 1 });
  }

  /** The part of a value from `start` to before `end` along an axis. */
  slice(value: string, axis: number, start: number, end: number): string {
    return this.op("Slice", [value, this.ints(start), this.ints(end), this.ints(axis)]);
  }

  reshape(value: string, shape: readonly number[]): string {
    return this.op("Reshape", [value, this.ints(...shape)], { allowzero: 1 });
  }

  shapeOf(value: string): readonly number[] {
    return this.example(value).shape;
  }

  /** The value on the example inputs. */
  example(value: string): Tensor {
    return this.#writer.examples.get(value)!;
  }

  /** The value's tensor where it is the same for all inputs. */
  constantOf(value: string): Tensor | undefined {
    return this.#writer.constants.get(value);
  }

  #next(type: string): string {
    return `${this.#prefix}/${type}_${this.#count++}`;
  }
}
