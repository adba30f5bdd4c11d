import { OnnxGraphError } from "./errors.ts";
import type { Graph } from "./Graph.ts";
import { Scope } from "./Scope.ts";
import type { GraphWriter, StructuralNode, StructuralRule } from "./StructuralNode.ts";
import { tensor } from "./Tensor.ts";

/** A circuit is one straight line: a loop of more steps is refused rather than written out. */
const MAX_ITERATIONS = 4096;

/** Adds a subgraph with values for its inputs; returns the values of its outputs. */
function addSubgraph(
  writer: GraphWriter,
  { node, scope }: StructuralNode,
  graph: Graph,
  label: string,
  values: readonly string[],
): string[] {
  const inner = new Scope(`${scope.prefix}${node.name}/${label}/`, scope.opsets, scope);
  if (graph.inputs.length < values.length) {
    throw new OnnxGraphError(
      `The body of "${node.name}" takes ${graph.inputs.length} of ${values.length} values.`,
    );
  }
  graph.inputs.forEach(({ name }, i) => {
    inner.bind(name, values[i] ?? "");
  });
  return writer.addBody(graph, inner);
}

function isTrue(writer: GraphWriter, value: string): boolean | undefined {
  const constant = writer.constants.get(value);
  return constant === undefined ? undefined : constant.data[0] === 1;
}

/** A constant condition leaves one branch; otherwise both are computed and the condition selects. */
const addIf: StructuralRule = (writer, structural) => {
  const { node, inputs, scope } = structural;
  const condition = inputs[0]!;
  const branch = (name: "then_branch" | "else_branch") =>
    addSubgraph(writer, structural, node.attributes.graph(name), name, []);
  const known = isTrue(writer, condition);
  if (known !== undefined) return branch(known ? "then_branch" : "else_branch");
  const [yes, no] = [branch("then_branch"), branch("else_branch")];
  return yes.map((value, i) => {
    const [first, second] = [writer.examples.get(value), writer.examples.get(no[i]!)];
    if (first === undefined || second === undefined || first.shape.join() !== second.shape.join()) {
      throw new OnnxGraphError(
        `The branches of "${node.name}" give output ${i} different shapes, and its condition depends on the data.`,
      );
    }
    const name = scope.prefix + (node.outputs[i] || `${node.name}:${i}`);
    return writer.addOperation("Where", name, [condition, value, no[i]!])[0]!;
  });
};

/** Stacks values along a new axis. */
function stack(writer: GraphWriter, name: string, values: readonly string[], axis: number): string {
  const axes = writer.addConstant(`${name}:axis`, tensor("int64", [1], [axis]));
  const parts = values.map(
    (value, i) => writer.addOperation("Unsqueeze", `${name}:part${i}`, [value, axes])[0]!,
  );
  return writer.addOperation("Concat", name, parts, new Map([["axis", { kind: "int", value: axis }]]))[0]!;
}

/** The collected outputs of all steps, stacked. */
function collected(
  writer: GraphWriter,
  { node, scope }: StructuralNode,
  steps: readonly (readonly string[])[],
  first: number,
  axes: readonly number[],
): string[] {
  return axes.map((axis, i) => {
    const name = scope.prefix + (node.outputs[first + i] || `${node.name}:${first + i}`);
    if (steps.length === 0) {
      throw new OnnxGraphError(`"${node.name}" makes no step, so the shape of "${name}" is unknown.`);
    }
    return stack(
      writer,
      name,
      steps.map((step) => step[i]!),
      axis,
    );
  });
}

/** Writes the steps out one after the other. How many there are must not depend on the data. */
const addLoop: StructuralRule = (writer, structural) => {
  const { node, inputs, scope } = structural;
  const body = node.attributes.graph("body");
  const [limitValue = "", conditionValue = "", ...initial] = inputs;
  const limit = limitValue === "" ? MAX_ITERATIONS + 1 : writer.constants.get(limitValue)?.data[0];
  if (typeof limit !== "number") {
    throw new OnnxGraphError(`The trip count of "${node.name}" depends on the data; it must be constant.`);
  }
  const yes = writer.addConstant(`${scope.prefix}${node.name}/true`, tensor("bool", [], [1]));
  let condition = conditionValue === "" ? yes : conditionValue;
  let carried: readonly string[] = initial;
  const steps: string[][] = [];
  for (let step = 0; step < limit; step++) {
    const goesOn = isTrue(writer, condition);
    if (goesOn === undefined) {
      throw new OnnxGraphError(`The condition of "${node.name}" depends on the data; it must be constant.`);
    }
    if (!goesOn) break;
    if (step >= MAX_ITERATIONS)
      throw new OnnxGraphError(`"${node.name}" makes over ${MAX_ITERATIONS} steps.`);
    const counter = writer.addConstant(
      `${scope.prefix}${node.name}/step${step}`,
      tensor("int64", [], [step]),
    );
    const [next, ...results] = addSubgraph(writer, structural, body, `${step}`, [
      counter,
      condition,
      ...carried,
    ]);
    condition = next!;
    steps.push(results.slice(initial.length));
    carried = results.slice(0, initial.length);
  }
  const scans = Math.max(0, body.outputs.length - 1 - initial.length);
  return [
    ...carried,
    ...collected(writer, structural, steps, initial.length, new Array<number>(scans).fill(0)),
  ];
};

/** Runs over slices of its last inputs, from opset 9 on (opset 8 had a batch axis and sequence lengths besides). */
const addScan: StructuralRule = (writer, structural) => {
  const { node, inputs, scope } = structural;
  if ((scope.opsets.get("") ?? 1) < 9) {
    throw new OnnxGraphError(`"${node.name}" is a Scan of opset 8; export the model with opset 9 or later.`);
  }
  const { attributes } = node;
  const body = attributes.graph("body");
  const scanned = attributes.int("num_scan_inputs");
  const states = inputs.length - scanned;
  const outputs = body.outputs.length - states;
  const zeros = (count: number) => new Array<number>(Math.max(0, count)).fill(0);
  const inputAxes = attributes.ints("scan_input_axes", zeros(scanned));
  const inputDirections = attributes.ints("scan_input_directions", zeros(scanned));
  const outputAxes = attributes.ints("scan_output_axes", zeros(outputs));
  const outputDirections = attributes.ints("scan_output_directions", zeros(outputs));
  const shapes = inputs.slice(states).map((value) => writer.examples.get(value)?.shape ?? []);
  const lengths = shapes.map((shape, i) => shape.at(inputAxes[i]!));
  const length = lengths[0];
  if (length === undefined || lengths.some((each) => each !== length)) {
    throw new OnnxGraphError(`The inputs of "${node.name}" have different lengths to scan.`);
  }
  if (length > MAX_ITERATIONS) throw new OnnxGraphError(`"${node.name}" makes over ${MAX_ITERATIONS} steps.`);
  let carried = inputs.slice(0, states);
  const steps: string[][] = [];
  for (let step = 0; step < length; step++) {
    const slices = inputs.slice(states).map((value, i) => {
      const at = inputDirections[i] === 1 ? length - 1 - step : step;
      const name = `${scope.prefix}${node.name}/${step}/input${i}`;
      const index = writer.addConstant(`${name}:index`, tensor("int64", [], [at]));
      return writer.addOperation(
        "Gather",
        name,
        [value, index],
        new Map([["axis", { kind: "int", value: inputAxes[i]! }]]),
      )[0]!;
    });
    const results = addSubgraph(writer, structural, body, `${step}`, [...carried, ...slices]);
    carried = results.slice(0, states);
    steps.push(results.slice(states));
  }
  const ordered = steps.map((_, step) =>
    outputAxes.map((_axis, i) => steps[outputDirections[i] === 1 ? length - 1 - step : step]![i]!),
  );
  return [...carried, ...collected(writer, structural, ordered, states, outputAxes)];
};

/** How the operators with subgraphs are written out, by type. */
export const CONTROL_FLOW: ReadonlyMap<string, StructuralRule> = new Map([
  ["If", addIf],
  ["Loop", addLoop],
  ["Scan", addScan],
]);
