import type { AttributeValue } from "./Attributes.ts";
import type { Graph, GraphNode } from "./Graph.ts";
import type { PreparedNode } from "./PreparedGraph.ts";
import type { Scope } from "./Scope.ts";
import type { Tensor } from "./Tensor.ts";

/** What control flow and sequences need of the builder that writes a graph out. */
export interface GraphWriter {
  readonly nodes: readonly PreparedNode[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly examples: ReadonlyMap<string, Tensor>;
  readonly sequences: Map<string, readonly string[]>;
  addBody(graph: Graph, scope: Scope): string[];
  addConstant(name: string, value: Tensor): string;
  addOperation(
    type: string,
    name: string,
    inputs: readonly string[],
    attributes?: ReadonlyMap<string, AttributeValue>,
    outputCount?: number,
  ): string[];
  freshName(name: string): string;
}

/** A node that is written out as other nodes instead of being kept, with the values of its inputs. */
export interface StructuralNode {
  readonly node: GraphNode;
  readonly inputs: readonly string[];
  readonly scope: Scope;
}

/** Writes a structural node out and returns the values of its outputs. */
export type StructuralRule = (writer: GraphWriter, structural: StructuralNode) => readonly string[];
