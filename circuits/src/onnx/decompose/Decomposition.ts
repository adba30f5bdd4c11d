import type { Attributes } from "../Attributes.ts";
import type { Emitter } from "./Emitter.ts";

/** A node to be decomposed. Inputs that are left out are empty strings. */
export interface DecomposedNode {
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  readonly opset: number;
}

/**
 * Writes a node out as simpler operations and returns the values of its outputs; undefined where this node, because of
 * its attributes or inputs, has to stay as it is.
 */
export type Decomposition = (emit: Emitter, node: DecomposedNode) => readonly string[] | undefined;
