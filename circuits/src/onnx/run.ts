import { OnnxInputError } from "./errors.ts";
import { evaluateNode } from "./evaluateNode.ts";
import type { PreparedGraph, ValueType } from "./PreparedGraph.ts";
import type { Tensor } from "./Tensor.ts";

/** Every value of a run by name: inputs, constants and what the nodes made. */
export type RunValues = ReadonlyMap<string, Tensor>;

function isOfType(value: Tensor, { dtype, shape }: ValueType): boolean {
  return (
    value.dtype === dtype &&
    value.shape.length === shape.length &&
    shape.every((size, axis) => size === value.shape[axis])
  );
}

function describe({ dtype, shape }: ValueType): string {
  return `${dtype} [${shape.join(", ")}]`;
}

/**
 * Evaluates a prepared graph in float: the reference that quantised outputs are compared with, and the source of the
 * ranges that calibration measures.
 *
 * @param inputs a tensor for every input of the graph, of exactly its type and shape.
 * @throws OnnxInputError for an input that is missing or does not fit, and where the inputs give a value another shape
 *   than it was prepared with; OnnxNodeError when an operator refuses its inputs.
 */
export function run(graph: PreparedGraph, inputs: ReadonlyMap<string, Tensor>): RunValues {
  const values = new Map<string, Tensor>(graph.constants);
  for (const input of graph.inputs) {
    const given = inputs.get(input.name);
    if (given === undefined)
      throw new OnnxInputError(`Input "${input.name}" (${describe(input)}) is missing.`);
    if (!isOfType(given, input)) {
      throw new OnnxInputError(`Input "${input.name}" is ${describe(input)}, got ${describe(given)}.`);
    }
    values.set(input.name, given);
  }
  for (const node of graph.nodes) {
    const results = evaluateNode(
      node,
      node.inputs.map((name) => values.get(name)),
    );
    node.outputs.forEach((name, i) => {
      if (name === "") return;
      const result = results[i]!;
      const type = graph.values.get(name);
      if (type !== undefined && !isOfType(result, type)) {
        throw new OnnxInputError(
          `Value "${name}" of node "${node.name}" (${node.type}) is ${describe(result)} for these inputs but was prepared as ` +
            `${describe(type)}: its shape depends on the data. Prepare the graph with such inputs as examples.`,
        );
      }
      values.set(name, result);
    });
  }
  return values;
}

/** The graph's outputs of a run, by output name and in the model's order. */
export function outputsOf(graph: PreparedGraph, values: RunValues): Map<string, Tensor> {
  return new Map(graph.outputs.map(({ name, value }) => [name, values.get(value)!]));
}
