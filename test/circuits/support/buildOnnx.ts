import onnxProto from "onnx-proto";

import { elementCodeOf } from "../../../circuits/src/onnx/elementType.ts";
import type { DataType, Tensor } from "../../../circuits/src/onnx/Tensor.ts";

const { onnx } = onnxProto;

/** Attribute values as tests write them; a whole number is an int unless wrapped by `float`. */
export type AttributeInput =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | Tensor
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly graph: GraphInput };

export interface NodeInput {
  readonly type: string;
  readonly domain?: string;
  readonly name?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** An undefined attribute is left out. */
  readonly attributes?: Readonly<Record<string, AttributeInput | undefined>> | undefined;
}

export interface ValueInput {
  readonly name: string;
  readonly dtype?: DataType;
  readonly shape?: readonly (number | string)[];
}

export interface GraphInput {
  readonly nodes: readonly NodeInput[];
  readonly inputs: readonly ValueInput[];
  readonly outputs: readonly ValueInput[];
  readonly initializers?: Readonly<Record<string, Tensor>>;
}

export interface FunctionInput {
  readonly domain: string;
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly string[];
  readonly nodes: readonly NodeInput[];
}

export interface ModelInput extends GraphInput {
  readonly opset?: number;
  readonly mlOpset?: number;
  readonly functions?: readonly FunctionInput[];
}

// AttributeProto.AttributeType
const KIND = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8 };

const utf8 = new TextEncoder();

/** A TensorProto with the elements in the typed field that onnx.proto assigns to them. */
export function tensorProto(name: string, value: Tensor): InstanceType<typeof onnx.TensorProto> {
  const base = { name, dims: [...value.shape], dataType: elementCodeOf(value.dtype) };
  if (value.dtype === "string") {
    return onnx.TensorProto.create({ ...base, stringData: value.data.map((text) => utf8.encode(text)) });
  }
  const numbers = Array.from(value.data);
  switch (value.dtype) {
    case "float32":
      return onnx.TensorProto.create({ ...base, floatData: numbers });
    case "float64":
      return onnx.TensorProto.create({ ...base, doubleData: numbers });
    case "int64":
      return onnx.TensorProto.create({ ...base, rawData: new Uint8Array(bigInts(numbers).buffer) });
    case "uint32":
    case "uint64":
      return onnx.TensorProto.create({ ...base, uint64Data: numbers });
    default:
      return onnx.TensorProto.create({ ...base, int32Data: numbers });
  }
}

function bigInts(numbers: readonly number[]): BigInt64Array<ArrayBuffer> {
  return BigInt64Array.from(numbers, BigInt);
}

function attributeProto(name: string, value: AttributeInput): object {
  if (typeof value === "number") {
    return Number.isInteger(value)
      ? { name, type: KIND.int, i: value }
      : { name, type: KIND.float, f: value };
  }
  if (typeof value === "string") return { name, type: KIND.string, s: utf8.encode(value) };
  if ("float" in value) return { name, type: KIND.float, f: value.float };
  if ("floats" in value) return { name, type: KIND.floats, floats: [...value.floats] };
  if ("graph" in value) return { name, type: KIND.graph, g: graphProto(value.graph, name) };
  if ("dtype" in value) return { name, type: KIND.tensor, t: tensorProto(name, value) };
  if (typeof value[0] === "string") {
    return {
      name,
      type: KIND.strings,
      strings: (value as readonly string[]).map((text) => utf8.encode(text)),
    };
  }
  return { name, type: KIND.ints, ints: [...value] };
}

function nodeProto(node: NodeInput): object {
  return {
    name: node.name ?? "",
    domain: node.domain ?? "",
    opType: node.type,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [attributeProto(name, value)],
    ),
  };
}

function valueProto({ name, dtype, shape }: ValueInput): object {
  if (dtype === undefined) return { name };
  const dim = shape?.map((size) => (typeof size === "number" ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: elementCodeOf(dtype), shape: dim && { dim } } } };
}

function graphProto(graph: GraphInput, name: string): object {
  return {
    name,
    node: graph.nodes.map(nodeProto),
    input: graph.inputs.map(valueProto),
    output: graph.outputs.map(valueProto),
    initializer: Object.entries(graph.initializers ?? {}).map(([key, value]) => tensorProto(key, value)),
  };
}

/** The bytes of an ONNX file for a small graph written out in a test. */
export function buildOnnx(model: ModelInput): Uint8Array {
  const opsets = [
    { domain: "", version: model.opset ?? 17 },
    { domain: "ai.onnx.ml", version: model.mlOpset ?? 3 },
    { domain: "com.microsoft", version: 1 },
    ...(model.functions ?? []).map(({ domain }) => ({ domain, version: 1 })),
  ];
  return onnx.ModelProto.encode(
    onnx.ModelProto.create({
      irVersion: 8,
      opsetImport: opsets,
      graph: graphProto(model, "test"),
      functions: (model.functions ?? []).map((item) => ({
        name: item.type,
        domain: item.domain,
        input: [...item.inputs],
        output: [...item.outputs],
        attribute: [...(item.attributes ?? [])],
        node: item.nodes.map(nodeProto),
        opsetImport: opsets,
      })),
    }),
  ).finish();
}
