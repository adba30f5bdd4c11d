import { OnnxGraphError } from "./errors.ts";
import type { Graph, GraphNode } from "./Graph.ts";

/** The outer values that a subgraph reads, besides those it makes itself. */
function freeInputs(graph: Graph): Set<string> {
  const own = new Set([
    ...graph.inputs.map((input) => input.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  const read = [...graph.nodes.flatMap(inputsOf), ...graph.outputs.map((output) => output.name)];
  return new Set(read.filter((name) => !own.has(name)));
}

/** Everything a node reads: its inputs and what its subgraphs take from outside. */
function inputsOf(node: GraphNode): string[] {
  return [...node.inputs, ...[...node.subgraphs.values()].flatMap((graph) => [...freeInputs(graph)])];
}

/**
 * The nodes in an order in which every value is made before it is read, otherwise the model's own.
 * ONNX demands such an order of the file, but not every exporter keeps to it.
 *
 * @throws OnnxGraphError for a value made twice, and for a cycle.
 */
export function sortNodes(nodes: readonly GraphNode[]): GraphNode[] {
  const makers = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.outputs) {
      if (output === "") continue;
      if (makers.has(output)) throw new OnnxGraphError(`Value "${output}" is made by two nodes.`);
      makers.set(output, index);
    }
  });
  const sorted: GraphNode[] = [];
  const state = new Uint8Array(nodes.length);
  const [OPEN, DONE] = [1, 2];
  for (let root = 0; root < nodes.length; root++) {
    // An explicit stack: a chain of many thousand nodes in reverse order would exhaust the call stack.
    const stack = [root];
    while (stack.length > 0) {
      const index = stack.at(-1)!;
      const node = nodes[index]!;
      if (state[index] === DONE) {
        stack.pop();
        continue;
      }
      state[index] = OPEN;
      const pending = inputsOf(node)
        .map((name) => makers.get(name))
        .find((maker) => maker !== undefined && state[maker] !== DONE);
      if (pending === undefined) {
        state[index] = DONE;
        sorted.push(node);
        stack.pop();
        continue;
      }
      if (state[pending] === OPEN) throw new OnnxGraphError(`Node "${node.name}" is part of a cycle.`);
      stack.push(pending);
    }
  }
  return sorted;
}
