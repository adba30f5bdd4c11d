import type { AttributeValue } from "./Attributes.ts";
import { OnnxGraphError } from "./errors.ts";
import type { GraphWriter, StructuralNode, StructuralRule } from "./StructuralNode.ts";
import { tensor } from "./Tensor.ts";

function nameOf({ node, scope }: StructuralNode): string {
  return scope.prefix + (node.outputs[0] || node.name);
}

function axisAttribute(axis: number): ReadonlyMap<string, AttributeValue> {
  return new Map([["axis", { kind: "int", value: axis }]]);
}

function sequenceInput(writer: GraphWriter, { node, inputs }: StructuralNode): readonly string[] {
  const found = writer.sequences.get(inputs[0]!);
  if (found === undefined) throw new OnnxGraphError(`"${node.name}" reads "${inputs[0]}" as a sequence.`);
  return found;
}

/** A constant position in a sequence, counted from the back where negative. */
function positionInput(
  writer: GraphWriter,
  { node, inputs }: StructuralNode,
  input: number,
  length: number,
): number {
  const given = writer.constants.get(inputs[input]!)?.data[0];
  if (typeof given !== "number") {
    throw new OnnxGraphError(`The position of "${node.name}" depends on the data; it must be constant.`);
  }
  const position = given < 0 ? given + length : given;
  if (position < 0 || position > length) {
    throw new OnnxGraphError(`Position ${given} of "${node.name}" is outside of a sequence of ${length}.`);
  }
  return position;
}

function makeSequence(writer: GraphWriter, structural: StructuralNode, values: readonly string[]): string[] {
  const name = writer.freshName(nameOf(structural));
  writer.sequences.set(name, values);
  return [name];
}

const addConstruct: StructuralRule = (writer, structural) =>
  makeSequence(writer, structural, structural.inputs);

const addEmpty: StructuralRule = (writer, structural) => makeSequence(writer, structural, []);

const addAt: StructuralRule = (writer, structural) => {
  const values = sequenceInput(writer, structural);
  const found = values[positionInput(writer, structural, 1, values.length)];
  if (found === undefined) throw new OnnxGraphError(`"${structural.node.name}" reads beyond its sequence.`);
  return [found];
};

const addInsert: StructuralRule = (writer, structural) => {
  const values = sequenceInput(writer, structural);
  const at = structural.inputs[2] ? positionInput(writer, structural, 2, values.length) : values.length;
  return makeSequence(writer, structural, values.toSpliced(at, 0, structural.inputs[1]!));
};

const addErase: StructuralRule = (writer, structural) => {
  const values = sequenceInput(writer, structural);
  const at = structural.inputs[1]
    ? positionInput(writer, structural, 1, values.length)
    : Math.max(0, values.length - 1);
  return makeSequence(writer, structural, values.toSpliced(at, 1));
};

const addLength: StructuralRule = (writer, structural) => {
  const { length } = sequenceInput(writer, structural);
  return [writer.addConstant(nameOf(structural), tensor("int64", [], [length]))];
};

/** Part sizes as an input, one for all or one each; without them, single slices, whose axis `keepdims` 0 drops. */
const addSplit: StructuralRule = (writer, structural) => {
  const { node, inputs } = structural;
  const name = nameOf(structural);
  const shape = writer.examples.get(inputs[0]!)?.shape ?? [];
  const axis = node.attributes.int("axis", 0);
  const size = shape.at(axis);
  if (size === undefined)
    throw new OnnxGraphError(`"${node.name}" splits along axis ${axis}, which does not exist.`);
  const given = inputs[1] ? writer.constants.get(inputs[1]) : tensor("int64", [], [1]);
  if (given === undefined || given.dtype === "string") {
    throw new OnnxGraphError(`The part sizes of "${node.name}" depend on the data; they must be constant.`);
  }
  const part = given.data[0]!;
  const sizes =
    given.shape.length > 0
      ? Array.from(given.data)
      : Array.from({ length: Math.ceil(size / part) }, (_, i) => Math.min(part, size - i * part));
  const split = writer.addConstant(`${name}:sizes`, tensor("int64", [sizes.length], sizes));
  const parts = writer.addOperation(
    "Split",
    `${name}:part`,
    [inputs[0]!, split],
    axisAttribute(axis),
    sizes.length,
  );
  if (inputs[1] || node.attributes.int("keepdims", 1) !== 0) return makeSequence(writer, structural, parts);
  const axes = writer.addConstant(`${name}:axis`, tensor("int64", [1], [axis]));
  return makeSequence(
    writer,
    structural,
    parts.map((value) => writer.addOperation("Squeeze", `${value}:squeezed`, [value, axes])[0]!),
  );
};

const addConcat: StructuralRule = (writer, structural) => {
  const values = sequenceInput(writer, structural);
  const name = nameOf(structural);
  const axis = structural.node.attributes.int("axis");
  if (structural.node.attributes.int("new_axis", 0) === 0) {
    return writer.addOperation("Concat", name, values, axisAttribute(axis));
  }
  const axes = writer.addConstant(`${name}:axis`, tensor("int64", [1], [axis]));
  const parts = values.map(
    (value, i) => writer.addOperation("Unsqueeze", `${name}:part${i}`, [value, axes])[0]!,
  );
  return writer.addOperation("Concat", name, parts, axisAttribute(axis));
};

/** How the operators on sequences are written out, by type: a sequence is known element by element. */
export const SEQUENCES: ReadonlyMap<string, StructuralRule> = new Map([
  ["ConcatFromSequence", addConcat],
  ["SequenceAt", addAt],
  ["SequenceConstruct", addConstruct],
  ["SequenceEmpty", addEmpty],
  ["SequenceErase", addErase],
  ["SequenceInsert", addInsert],
  ["SequenceLength", addLength],
  ["SplitToSequence", addSplit],
]);
