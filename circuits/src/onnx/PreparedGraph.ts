import type { Operator } from "../operators/Operator.ts";
import type { Attributes } from "./Attributes.ts";
import type { DataType, Tensor } from "./Tensor.ts";

/** Element type and static shape of a value. */
export interface ValueType {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** One operation that remains after folding. An input or output that is left out is the empty string. */
export interface PreparedNode {
  readonly name: string;
  readonly domain: string;
  readonly type: string;
  /** Version of the domain's operator set that the node follows. */
  readonly opset: number;
  readonly attributes: Attributes;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly operator: Operator;
}

/**
 * A graph with nothing left to infer: every shape is fixed, constants are folded, functions and control flow are
 * written out, identities and dead nodes are gone, and each node comes after the makers of its inputs.
 */
export interface PreparedGraph {
  readonly name: string;
  /** In the order of the model; all of them, used or not. */
  readonly inputs: readonly (ValueType & { readonly name: string })[];
  /** `value` is the value that an output shows: a node's output, an input or a constant. */
  readonly outputs: readonly { readonly name: string; readonly value: string }[];
  readonly nodes: readonly PreparedNode[];
  /** The constants that nodes or outputs use. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Types of all inputs, constants and node outputs. */
  readonly values: ReadonlyMap<string, ValueType>;
}
