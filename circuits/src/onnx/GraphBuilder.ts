import { operatorOf } from "../operators/registry.ts";
import { Attributes } from "./Attributes.ts";
import { OnnxGraphError } from "./errors.ts";
import { evaluateNode } from "./evaluateNode.ts";
import type { Graph, GraphFunction, GraphNode } from "./Graph.ts";
import type { PreparedNode } from "./PreparedGraph.ts";
import { sortNodes } from "./sortNodes.ts";
import type { Tensor } from "./Tensor.ts";

/** What names mean inside one graph or function body: the builder's value names; outer graphs shine through. */
interface Scope {
  readonly prefix: string;
  readonly values: Map<string, string>;
  readonly parent: Scope | undefined;
  readonly opsets: ReadonlyMap<string, number>;
}

// Operators that hand their first input on unchanged.
const PASSING = new Set(["Identity", "Dropout", "ai.onnx.ml.ZipMap"]);

/**
 * Walks a graph in order and writes it out as straight-line nodes. Each value is evaluated on example inputs on the
 * way: that gives its shape, and where all inputs are constants, the constant it folds to.
 */
export class GraphBuilder {
  readonly nodes: PreparedNode[] = [];
  /** Values that are the same for every input. */
  readonly constants = new Map<string, Tensor>();
  /** Every value on the example inputs, constants included. */
  readonly examples = new Map<string, Tensor>();
  readonly #functions: ReadonlyMap<string, GraphFunction>;

  constructor(functions: ReadonlyMap<string, GraphFunction>) {
    this.#functions = functions;
  }

  /**
   * Adds a whole model graph, whose inputs have been set in `examples` by their own names.
   * @returns for each graph output, the value that it shows.
   */
  addModel(graph: Graph): string[] {
    const scope: Scope = { prefix: "", values: new Map(), parent: undefined, opsets: graph.opsets };
    for (const { name } of graph.inputs) scope.values.set(name, name);
    return this.#addBody(graph, scope);
  }

  #addBody(graph: Graph, scope: Scope): string[] {
    for (const [name, value] of graph.initializers) this.#setConstant(this.#define(scope, name), value);
    for (const node of sortNodes(graph.nodes)) this.#addNode(node, scope);
    return graph.outputs.map(({ name }) => this.#lookUp(scope, name, "The graph's outputs"));
  }

  #addNode(node: GraphNode, scope: Scope): void {
    const reader = `Node "${node.name}"`;
    const inputs = node.inputs.map((name) => (name === "" ? "" : this.#lookUp(scope, name, reader)));
    const body = this.#functions.get(`${node.domain}:${node.type}`);
    if (body !== undefined) {
      this.#bind(scope, node.outputs, this.#addCall(body, node, inputs, scope));
      return;
    }
    // A model that declares no version of a domain predates the declaration, and with it version 2.
    const opset = scope.opsets.get(node.domain) ?? 1;
    const prepared = {
      name: scope.prefix + node.name,
      domain: node.domain,
      type: node.type,
      opset,
      attributes: node.attributes,
      inputs,
      outputs: node.outputs,
      operator: operatorOf(node, opset),
    };
    const results = evaluateNode(
      prepared,
      inputs.map((name) => this.examples.get(name)),
    );
    this.#record(prepared, results, scope);
  }

  #record(node: PreparedNode, results: readonly Tensor[], scope: Scope): void {
    const isConstant =
      node.operator.readsOnlyShapes === true ||
      node.inputs.every((name) => name === "" || this.constants.has(name));
    if (isConstant) {
      node.outputs.forEach((name, i) => {
        if (name !== "") this.#setConstant(this.#define(scope, name), this.#resultOf(node, results, i));
      });
      return;
    }
    if (this.#isPassing(node, results)) {
      const [first = "", ...others] = node.outputs;
      if (first !== "") scope.values.set(first, node.inputs[0]!);
      // Dropout's mask is all ones.
      others.forEach((name, i) => {
        if (name !== "") this.#setConstant(this.#define(scope, name), this.#resultOf(node, results, i + 1));
      });
      return;
    }
    const outputs = node.outputs.map((name, i) => {
      if (name === "") return "";
      const value = this.#define(scope, name);
      this.examples.set(value, this.#resultOf(node, results, i));
      return value;
    });
    this.nodes.push({ ...node, outputs });
  }

  #isPassing(node: PreparedNode, results: readonly Tensor[]): boolean {
    if (PASSING.has(node.domain === "" ? node.type : `${node.domain}.${node.type}`)) return true;
    const isCast = node.domain === "" && (node.type === "Cast" || node.type === "CastLike");
    return isCast && results[0]?.dtype === this.examples.get(node.inputs[0]!)?.dtype;
  }

  #addCall(body: GraphFunction, node: GraphNode, inputs: readonly string[], caller: Scope): string[] {
    const scope: Scope = {
      prefix: `${caller.prefix}${node.name}/`,
      values: new Map(),
      parent: undefined,
      opsets: body.opsets,
    };
    body.inputs.forEach((name, i) => {
      if (inputs[i]) scope.values.set(name, inputs[i]);
    });
    for (const inner of sortNodes(body.nodes)) {
      this.#addNode(withArguments(inner, node, body), scope);
    }
    return body.outputs.map((name) => this.#lookUp(scope, name, `Function ${body.type}`));
  }

  #resultOf(node: PreparedNode, results: readonly Tensor[], position: number): Tensor {
    const result = results[position];
    if (result === undefined) {
      throw new OnnxGraphError(`Node "${node.name}" (${node.type}) has no output ${position}.`);
    }
    return result;
  }

  #bind(scope: Scope, names: readonly string[], values: readonly string[]): void {
    names.forEach((name, i) => {
      if (name !== "") scope.values.set(name, values[i]!);
    });
  }

  #define(scope: Scope, name: string): string {
    let value = scope.prefix + name;
    while (this.examples.has(value)) value += "'";
    scope.values.set(name, value);
    return value;
  }

  #setConstant(name: string, value: Tensor): void {
    this.constants.set(name, value);
    this.examples.set(name, value);
  }

  #lookUp(scope: Scope, name: string, reader: string): string {
    for (let each: Scope | undefined = scope; each !== undefined; each = each.parent) {
      const value = each.values.get(name);
      if (value !== undefined) return value;
    }
    throw new OnnxGraphError(`${reader} reads the value "${name}", which nothing makes.`);
  }
}

/** A node of a function body with references to the function's attributes replaced by the call's. */
function withArguments(node: GraphNode, call: GraphNode, body: GraphFunction): GraphNode {
  const entries = [...node.attributes.entries].flatMap(([name, value]) => {
    if (value.kind !== "reference") return [[name, value] as const];
    const given = call.attributes.entries.get(value.value);
    if (given !== undefined) return [[name, given] as const];
    // The protobuf description at hand predates defaults of function attributes: absent ones cannot be filled in.
    if (body.declaredAttributes.has(value.value)) return [];
    throw new OnnxGraphError(
      `Node "${call.name}" calls ${body.type} without its attribute "${value.value}"; write it out in the model.`,
    );
  });
  return { ...node, attributes: new Attributes(new Map(entries)) };
}
