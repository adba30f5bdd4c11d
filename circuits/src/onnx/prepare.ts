import { decode } from "./decode.ts";
import { DECOMPOSITIONS } from "./decompose/decompositions.ts";
import { OnnxInputError } from "./errors.ts";
import { fixShapes, type ShapeOptions } from "./fixShapes.ts";
import type { Graph } from "./Graph.ts";
import { GraphBuilder } from "./GraphBuilder.ts";
import type { PreparedGraph, PreparedNode, ValueType } from "./PreparedGraph.ts";
import { sizeOf, stringTensor, type Tensor, tensor } from "./Tensor.ts";

export interface PrepareOptions extends ShapeOptions {
  /**
   * Operators of the default domain to be written out as simpler ones: "all" that can be, or some of
   * `decomposableOperators`. None by default. Results differ from the whole operator's only by float rounding.
   */
  readonly decompose?: "all" | readonly string[];
}

/** The operators that `decompose` can write out. */
export function decomposableOperators(): string[] {
  return [...DECOMPOSITIONS.keys()].sort();
}

function exampleOf({ dtype, shape }: ValueType): Tensor {
  const size = sizeOf(shape);
  return dtype === "string"
    ? stringTensor(shape, new Array<string>(size).fill(""))
    : tensor(dtype, shape, new Float64Array(size));
}

/** The nodes that some output depends on. */
function reachable(nodes: readonly PreparedNode[], outputs: readonly string[]): PreparedNode[] {
  const needed = new Set(outputs);
  const kept: PreparedNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => name !== "" && needed.has(name))) continue;
    for (const name of node.inputs) if (name !== "") needed.add(name);
    kept.push(node);
  }
  return kept.reverse();
}

/**
 * Brings a model into the form that a static circuit needs: shapes fixed (an open batch is 1), constants folded,
 * identities and dead nodes removed, functions and control flow written out, nodes in topological order.
 *
 * Shapes are inferred by evaluating the graph on example inputs: those given, else zeros. `run` refuses inputs for
 * which some shape would differ.
 *
 * @param model the bytes of an ONNX file, or a decoded graph.
 * @throws OnnxError: see errors.ts for what can be wrong with a model.
 */
export function prepare(model: Uint8Array | Graph, options: PrepareOptions = {}): PreparedGraph {
  const graph = model instanceof Uint8Array ? decode(model) : model;
  const types = fixShapes(graph.inputs, options);
  const decomposed = options.decompose === "all" ? decomposableOperators() : (options.decompose ?? []);
  const builder = new GraphBuilder(graph.functions, new Set(decomposed));
  for (const [name, type] of types) {
    const example = options.examples?.get(name) ?? exampleOf(type);
    if (example.dtype !== type.dtype) {
      throw new OnnxInputError(
        `Input "${name}" holds ${type.dtype}, the example given for it ${example.dtype}.`,
      );
    }
    builder.examples.set(name, example);
  }
  const results = builder.addModel(graph);
  const nodes = reachable(builder.nodes, results);
  const used = new Set([
    ...types.keys(),
    ...results,
    ...nodes.flatMap((node) => [...node.inputs, ...node.outputs]),
  ]);
  used.delete("");
  const values = [...used].map((name): [string, ValueType] => {
    const { dtype, shape } = builder.examples.get(name)!;
    return [name, { dtype, shape }];
  });
  return {
    name: graph.name,
    inputs: [...types].map(([name, type]) => ({ name, ...type })),
    outputs: graph.outputs.map(({ name }, i) => ({ name, value: results[i]! })),
    nodes,
    constants: new Map([...builder.constants].filter(([name]) => used.has(name))),
    values: new Map(values),
  };
}
