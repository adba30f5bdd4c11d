import onnxProto, { type onnx } from "onnx-proto";

import { Attributes, type AttributeValue } from "./Attributes.ts";
import { decodeTensor, toNumber } from "./decodeTensor.ts";
import { elementTypeOf } from "./elementType.ts";
import { OnnxError, OnnxMalformedError, OnnxUnsupportedTypeError } from "./errors.ts";
import type { Dimension, Graph, GraphFunction, GraphNode, ValueInfo } from "./Graph.ts";
import { sizeOf, type Tensor, tensor } from "./Tensor.ts";

type Opsets = ReadonlyMap<string, number>;

// AttributeProto.AttributeType
const KIND = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  sparseTensor: 11,
} as const;

const utf8 = new TextDecoder();

/** `ai.onnx` is another name of the default domain. */
function domainOf(name: string | null | undefined): string {
  return name === "ai.onnx" || !name ? "" : name;
}

function decodeOpsets(protos: readonly onnx.IOperatorSetIdProto[]): Opsets {
  return new Map(protos.map((proto) => [domainOf(proto.domain), toNumber(proto.version ?? 0)]));
}

function present(list: { readonly length: number } | null | undefined): boolean {
  return (list?.length ?? 0) > 0;
}

/** The kind of an attribute; models before IR version 2 do not say it, so it is read off the field in use. */
function kindOf(proto: onnx.IAttributeProto): number {
  if (proto.type) return proto.type;
  if (present(proto.floats)) return KIND.floats;
  if (present(proto.ints)) return KIND.ints;
  if (present(proto.strings)) return KIND.strings;
  if (present(proto.tensors)) return KIND.tensors;
  if (proto.t) return KIND.tensor;
  if (proto.g) return KIND.graph;
  if (present(proto.s)) return KIND.string;
  if (proto.f) return KIND.float;
  return KIND.int;
}

function decodeAttribute(proto: onnx.IAttributeProto, opsets: Opsets): AttributeValue {
  if (proto.refAttrName) return { kind: "reference", value: proto.refAttrName };
  const kind = kindOf(proto);
  switch (kind) {
    case KIND.float:
      return { kind: "float", value: proto.f ?? 0 };
    case KIND.int:
      return { kind: "int", value: toNumber(proto.i ?? 0) };
    case KIND.string:
      return { kind: "string", value: utf8.decode(proto.s ?? new Uint8Array()) };
    case KIND.tensor:
      if (!proto.t) throw new OnnxMalformedError(`attribute "${proto.name}" lacks its tensor`);
      return { kind: "tensor", value: decodeTensor(proto.t) };
    case KIND.sparseTensor:
      if (!proto.sparseTensor) throw new OnnxMalformedError(`attribute "${proto.name}" lacks its tensor`);
      return { kind: "tensor", value: decodeSparse(proto.sparseTensor)[1] };
    case KIND.graph:
      if (!proto.g) throw new OnnxMalformedError(`attribute "${proto.name}" lacks its graph`);
      return { kind: "graph", value: decodeGraph(proto.g, opsets, new Map()) };
    case KIND.floats:
      return { kind: "floats", value: proto.floats ?? [] };
    case KIND.ints:
      return { kind: "ints", value: (proto.ints ?? []).map(toNumber) };
    case KIND.strings:
      return { kind: "strings", value: (proto.strings ?? []).map((bytes) => utf8.decode(bytes)) };
    case KIND.tensors:
      return { kind: "tensors", value: (proto.tensors ?? []).map(decodeTensor) };
    default:
      throw new OnnxUnsupportedTypeError(`Attribute "${proto.name}"`, `attribute kind ${kind}`);
  }
}

function decodeNode(proto: onnx.INodeProto, index: number, opsets: Opsets): GraphNode {
  const type = proto.opType ?? "";
  if (type === "") throw new OnnxMalformedError(`node ${index} has no operator type`);
  const entries = new Map<string, AttributeValue>();
  const subgraphs = new Map<string, Graph>();
  for (const attribute of proto.attribute ?? []) {
    const name = attribute.name ?? "";
    const value = decodeAttribute(attribute, opsets);
    entries.set(name, value);
    if (value.kind === "graph") subgraphs.set(name, value.value);
  }
  return {
    name: proto.name || `${type}_${index}`,
    domain: domainOf(proto.domain),
    type,
    attributes: new Attributes(entries),
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    subgraphs,
  };
}

function decodeDimension(proto: onnx.TensorShapeProto.IDimension): Dimension {
  if (proto.dimParam) return proto.dimParam;
  const size = toNumber(proto.dimValue ?? 0);
  // Exporters write 0 or -1 for "any size".
  return size > 0 ? size : undefined;
}

function decodeValueInfo(proto: onnx.IValueInfoProto): ValueInfo {
  const name = proto.name ?? "";
  const type = proto.type?.tensorType;
  if (!type) return { name, dtype: undefined, shape: undefined };
  const code = type.elemType ?? 0;
  return {
    name,
    // Subgraphs and some exporters declare outputs without a type: it follows from the graph.
    dtype: code === 0 ? undefined : elementTypeOf(code, `Value "${name}"`),
    shape: type.shape?.dim?.map(decodeDimension),
  };
}

/** A sparse initializer written out in full: ONNX gives flat positions (rank 1) or coordinates (rank 2). */
function decodeSparse(proto: onnx.ISparseTensorProto): [string, Tensor] {
  if (!proto.values || !proto.indices)
    throw new OnnxMalformedError("a sparse tensor lacks values or indices");
  const name = proto.values.name ?? "";
  const values = decodeTensor(proto.values);
  const indices = decodeTensor(proto.indices);
  const shape = (proto.dims ?? []).map(toNumber);
  if (values.dtype === "string" || indices.dtype === "string") {
    throw new OnnxUnsupportedTypeError(`Sparse tensor "${name}"`, "string");
  }
  const rank = indices.shape.length === 2 ? shape.length : 1;
  const data = new Float64Array(sizeOf(shape));
  values.data.forEach((value, i) => {
    let position = 0;
    for (let axis = 0; axis < rank; axis++) {
      position = (rank === 1 ? 0 : position * shape[axis]!) + indices.data[i * rank + axis]!;
    }
    if (!(position >= 0 && position < data.length)) {
      throw new OnnxMalformedError(`sparse tensor "${name}" has an index outside its shape`);
    }
    data[position] = value;
  });
  return [name, tensor(values.dtype, shape, data)];
}

function decodeGraph(
  proto: onnx.IGraphProto,
  opsets: Opsets,
  functions: ReadonlyMap<string, GraphFunction>,
): Graph {
  const initializers = new Map<string, Tensor>([
    ...(proto.initializer ?? []).map((item): [string, Tensor] => [item.name ?? "", decodeTensor(item)]),
    ...(proto.sparseInitializer ?? []).map(decodeSparse),
  ]);
  return {
    name: proto.name ?? "",
    opsets,
    inputs: (proto.input ?? []).filter((item) => !initializers.has(item.name ?? "")).map(decodeValueInfo),
    outputs: (proto.output ?? []).map(decodeValueInfo),
    nodes: (proto.node ?? []).map((node, index) => decodeNode(node, index, opsets)),
    initializers,
    functions,
  };
}

function decodeFunction(proto: onnx.IFunctionProto): GraphFunction {
  const opsets = decodeOpsets(proto.opsetImport ?? []);
  return {
    domain: domainOf(proto.domain),
    type: proto.name ?? "",
    opsets,
    inputs: proto.input ?? [],
    outputs: proto.output ?? [],
    nodes: (proto.node ?? []).map((node, index) => decodeNode(node, index, opsets)),
    declaredAttributes: new Set(proto.attribute ?? []),
  };
}

/**
 * Decodes an ONNX file.
 *
 * @param bytes the whole file; may come from anyone. Whatever they are, the outcome is a graph or an OnnxError.
 * @throws OnnxMalformedError for bytes that are no ONNX model, OnnxExternalDataError, OnnxUnsupportedTypeError.
 */
export function decode(bytes: Uint8Array): Graph {
  try {
    const model = onnxProto.onnx.ModelProto.decode(bytes);
    if (!model.graph) throw new OnnxMalformedError("the file holds no graph");
    const functions = (model.functions ?? []).map(decodeFunction);
    return decodeGraph(
      model.graph,
      decodeOpsets(model.opsetImport ?? []),
      new Map(functions.map((item) => [`${item.domain}:${item.type}`, item])),
    );
  } catch (error) {
    if (error instanceof OnnxError) throw error;
    // protobufjs raises plain errors for truncation, and graphs nested too deep exhaust the stack.
    throw new OnnxMalformedError(error instanceof Error ? error.message : String(error), error);
  }
}
