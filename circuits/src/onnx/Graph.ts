import type { Attributes } from "./Attributes.ts";
import type { DataType, Tensor } from "./Tensor.ts";

/** A dimension: its size, its symbolic name, or undefined where the model says nothing. */
export type Dimension = number | string | undefined;

/** A declared input or output. `shape` is undefined where the model declares no shape at all. */
export interface ValueInfo {
  readonly name: string;
  /** undefined for what is no tensor (a sequence of maps, as ZipMap makes). */
  readonly dtype: DataType | undefined;
  readonly shape: readonly Dimension[] | undefined;
}

/** One operation. An optional input or output that is left out is the empty string. */
export interface GraphNode {
  /** The model's name for the node, or `Type_index` where it has none. */
  readonly name: string;
  /** Empty for the default domain (`ai.onnx` is normalised to it). */
  readonly domain: string;
  readonly type: string;
  readonly attributes: Attributes;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The graph-valued attributes (If, Loop, Scan) by attribute name. */
  readonly subgraphs: ReadonlyMap<string, Graph>;
}

/** A function that the model itself defines; nodes of its domain and type are calls of it. */
export interface GraphFunction {
  readonly domain: string;
  readonly type: string;
  readonly opsets: ReadonlyMap<string, number>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly GraphNode[];
  /** The attributes a call may give; an absent one falls back to the operator's default. */
  readonly declaredAttributes: ReadonlySet<string>;
}

/** A decoded ONNX graph, as the file has it: nothing folded, nothing renamed. */
export interface Graph {
  readonly name: string;
  /** Operator-set version by domain; the default domain is the empty string. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Inputs that a caller must give (initializers that old models list among the inputs are left out). */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly GraphNode[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** By `domain:type`; empty in subgraphs. */
  readonly functions: ReadonlyMap<string, GraphFunction>;
}
