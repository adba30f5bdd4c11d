import { operatorOf } from "../operators/registry.ts";
import { Attributes, type AttributeValue } from "./Attributes.ts";
import { CONTROL_FLOW } from "./controlFlow.ts";
import type { Decomposition } from "./decompose/Decomposition.ts";
import { DECOMPOSITIONS, FOREIGN_OPERATORS } from "./decompose/decompositions.ts";
import { Emitter } from "./decompose/Emitter.ts";
import { OnnxGraphError, OnnxNodeError } from "./errors.ts";
import { evaluateNode } from "./evaluateNode.ts";
import type { Graph, GraphFunction, GraphNode } from "./Graph.ts";
import type { PreparedNode } from "./PreparedGraph.ts";
import { Scope } from "./Scope.ts";
import { SEQUENCES } from "./sequences.ts";
import { sortNodes } from "./sortNodes.ts";
import type { Tensor } from "./Tensor.ts";

// Operators that hand their first input on unchanged.
const PASSING = new Set(["Identity", "Dropout", "ai.onnx.ml.ZipMap"]);

// The operator set of the nodes that the builder itself makes.
const OWN_OPSET = 21;

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
  /** The values in each value that is a sequence: known while the graph is written out, gone afterwards. */
  readonly sequences = new Map<string, readonly string[]>();
  readonly #functions: ReadonlyMap<string, GraphFunction>;
  readonly #decomposed: ReadonlySet<string>;
  readonly #depth: string[] = [];

  /** @param decomposed operators of the default domain to be written out as simpler ones where that is possible. */
  constructor(functions: ReadonlyMap<string, GraphFunction>, decomposed: ReadonlySet<string>) {
    this.#functions = functions;
    this.#decomposed = decomposed;
  }

  /**
   * Adds a whole model graph, whose inputs have been set in `examples` by their own names.
   * @returns for each graph output, the value that it shows.
   */
  addModel(graph: Graph): string[] {
    const scope = new Scope("", graph.opsets);
    for (const { name } of graph.inputs) scope.bind(name, name);
    const outputs = this.addBody(graph, scope);
    const sequence = outputs.findIndex((value) => this.sequences.has(value));
    if (sequence >= 0) throw new OnnxGraphError(`Output "${graph.outputs[sequence]!.name}" is a sequence.`);
    return outputs;
  }

  /** Adds the nodes of a graph whose inputs the scope has bound; returns the values of its outputs. */
  addBody(graph: Graph, scope: Scope): string[] {
    for (const [name, value] of graph.initializers)
      scope.bind(name, this.addConstant(scope.prefix + name, value));
    for (const node of sortNodes(graph.nodes)) this.#addNode(node, scope);
    return graph.outputs.map(({ name }) => scope.valueOf(name, "The graph's outputs"));
  }

  /** Adds a constant under the given name or a fresh variation of it, which is returned. */
  addConstant(name: string, value: Tensor): string {
    const fresh = this.freshName(name);
    this.constants.set(fresh, value);
    this.examples.set(fresh, value);
    return fresh;
  }

  /** Adds an operation of the default domain that the model does not spell out; returns the values of its outputs. */
  addOperation(
    type: string,
    name: string,
    inputs: readonly string[],
    attributes: ReadonlyMap<string, AttributeValue> = new Map(),
    outputCount = 1,
  ): string[] {
    const outputs = Array.from({ length: outputCount }, (_, i) => (i === 0 ? name : `${name}:${i}`));
    const node = {
      name,
      domain: "",
      type,
      opset: OWN_OPSET,
      attributes: new Attributes(attributes),
      inputs,
      outputs,
    };
    return this.#addPrepared({ ...node, operator: operatorOf(node, OWN_OPSET) });
  }

  /** The name itself, or with marks behind it where it is taken. */
  freshName(name: string): string {
    let fresh = name;
    while (this.examples.has(fresh) || this.sequences.has(fresh)) fresh += "'";
    return fresh;
  }

  #addNode(node: GraphNode, scope: Scope): void {
    const inputs = node.inputs.map((name) => scope.valueOf(name, `Node "${node.name}"`));
    const results = this.#write(node, inputs, scope);
    node.outputs.forEach((name, i) => {
      if (name === "") return;
      const value = results[i];
      if (value === undefined)
        throw new OnnxGraphError(`Node "${node.name}" (${node.type}) has no output ${i}.`);
      scope.bind(name, value);
    });
  }

  /** Writes one node out, by whatever it takes; returns the values of its outputs. */
  #write(node: GraphNode, inputs: readonly string[], scope: Scope): readonly string[] {
    const body = this.#functions.get(`${node.domain}:${node.type}`);
    if (body !== undefined) return this.#addCall(body, node, inputs, scope);
    const isStandard = node.domain === "";
    const structural = isStandard ? (CONTROL_FLOW.get(node.type) ?? SEQUENCES.get(node.type)) : undefined;
    if (structural !== undefined) return structural(this, { node, inputs, scope });
    const sequence = inputs.find((value) => this.sequences.has(value));
    if (sequence !== undefined) {
      if (isStandard && node.type === "Identity") return inputs;
      throw new OnnxGraphError(
        `Node "${node.name}" (${node.type}) reads "${sequence}", which is a sequence.`,
      );
    }
    // A model that declares no version of a domain predates the declaration, and with it version 2.
    const opset = scope.opsets.get(node.domain) ?? 1;
    const decomposed = this.#decompose(node, inputs, opset, scope);
    if (decomposed !== undefined) return decomposed;
    return this.#addPrepared({
      name: scope.prefix + node.name,
      domain: node.domain,
      type: node.type,
      opset,
      attributes: node.attributes,
      inputs,
      outputs: node.outputs.map((name) => (name === "" ? "" : scope.prefix + name)),
      operator: operatorOf(node, opset),
    });
  }

  /** Writes a node out as simpler ones: always, where it has no other meaning, else if that is wanted and possible. */
  #decompose(
    node: GraphNode,
    inputs: readonly string[],
    opset: number,
    scope: Scope,
  ): readonly string[] | undefined {
    const rule = this.#ruleFor(node, inputs, opset);
    if (rule === undefined) return undefined;
    const emitter = new Emitter(this, scope.prefix + node.name);
    try {
      return rule(emitter, { inputs, attributes: node.attributes, opset });
    } catch (error) {
      throw error instanceof OnnxNodeError ? error : new OnnxNodeError(node.name, node.type, error);
    }
  }

  #ruleFor(node: GraphNode, inputs: readonly string[], opset: number): Decomposition | undefined {
    if (node.domain !== "") return FOREIGN_OPERATORS.get(`${node.domain}.${node.type}`);
    // Constants fold as they are.
    const isConstant = inputs.every((name) => name === "" || this.constants.has(name));
    if (isConstant || !this.#decomposed.has(node.type)) return undefined;
    // Refuses versions that are older than the operator.
    operatorOf(node, opset);
    return DECOMPOSITIONS.get(node.type);
  }

  /** Evaluates a node on the examples and keeps it, unless it is constant or hands its input on. */
  #addPrepared(node: PreparedNode): string[] {
    const inputs = node.inputs.map((name) => this.examples.get(name));
    const results = evaluateNode(node, inputs);
    const resultOf = (position: number): Tensor => {
      const result = results[position];
      if (result === undefined) {
        throw new OnnxGraphError(`Node "${node.name}" (${node.type}) has no output ${position}.`);
      }
      return result;
    };
    const isConstant =
      node.operator.readsOnlyShapes === true ||
      node.inputs.every((name) => name === "" || this.constants.has(name));
    const isPassing = !isConstant && isPassedOn(node, inputs[0], results[0]);
    const outputs = node.outputs.map((name, i) => {
      if (name === "") return "";
      if (isPassing && i === 0) return node.inputs[0]!;
      // What a passing node makes besides is Dropout's mask, all ones.
      if (isConstant || isPassing) return this.addConstant(name, resultOf(i));
      const fresh = this.freshName(name);
      this.examples.set(fresh, resultOf(i));
      return fresh;
    });
    if (!isConstant && !isPassing) this.nodes.push({ ...node, outputs });
    return outputs;
  }

  #addCall(body: GraphFunction, node: GraphNode, inputs: readonly string[], caller: Scope): string[] {
    const key = `${body.domain}:${body.type}`;
    if (this.#depth.includes(key)) throw new OnnxGraphError(`Function ${body.type} calls itself.`);
    this.#depth.push(key);
    const scope = new Scope(`${caller.prefix}${node.name}/`, body.opsets);
    // An argument left out is an input left out of the nodes that read it.
    body.inputs.forEach((name, i) => {
      scope.bind(name, inputs[i] ?? "");
    });
    for (const inner of sortNodes(body.nodes)) this.#addNode(withArguments(inner, node, body), scope);
    this.#depth.pop();
    return body.outputs.map((name) => scope.valueOf(name, `Function ${body.type}`));
  }
}

function isPassedOn(node: PreparedNode, input: Tensor | undefined, result: Tensor | undefined): boolean {
  if (PASSING.has(node.domain === "" ? node.type : `${node.domain}.${node.type}`)) return true;
  const isCast = node.domain === "" && (node.type === "Cast" || node.type === "CastLike");
  return isCast && result?.dtype === input?.dtype;
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
