import { CircuitError } from "../errors.ts";

/** Base of every error that reading, preparing or running an ONNX graph can raise. `code` never changes. */
export class OnnxError extends CircuitError {
  constructor(code: string, message: string, cause?: unknown) {
    super(code, message);
    if (cause !== undefined) this.cause = cause;
  }
}

/** The bytes are no ONNX model: truncated, not protobuf, or internally inconsistent. */
export class OnnxMalformedError extends OnnxError {
  constructor(detail: string, cause?: unknown) {
    super("ONNX_MALFORMED", `Not a valid ONNX model: ${detail}. Export the model again.`, cause);
  }
}

/** A tensor's bytes are in another file, so the model file alone does not determine the weights. */
export class OnnxExternalDataError extends OnnxError {
  constructor(tensor: string) {
    super(
      "ONNX_EXTERNAL_DATA",
      `Tensor "${tensor}" keeps its data outside the model file. ` +
        "Save the model with its weights inside (onnx.save_model(..., save_as_external_data=False)).",
    );
  }
}

/** An element type or value kind that has no place in a static integer circuit (complex, float8, optional...). */
export class OnnxUnsupportedTypeError extends OnnxError {
  constructor(where: string, type: string) {
    super("ONNX_UNSUPPORTED_TYPE", `${where} has type ${type}, which is not supported. Cast it to float32.`);
  }
}

/** A node whose operator, or the node's version of it, has no implementation. */
export class OnnxUnsupportedOperatorError extends OnnxError {
  readonly node: string;
  readonly operator: string;

  constructor(node: string, operator: string, opset: number, supported: readonly string[]) {
    super(
      "ONNX_UNSUPPORTED_OPERATOR",
      `Node "${node}" is a ${operator} (opset ${opset}), which is not supported. ` +
        `Supported: ${supported.join(", ")}.`,
    );
    this.node = node;
    this.operator = operator;
  }
}

/** An input dimension is symbolic and neither the batch nor given. */
export class OnnxUnknownDimensionError extends OnnxError {
  constructor(input: string, axis: number, dimension: string) {
    super(
      "ONNX_UNKNOWN_DIMENSION",
      `Input "${input}" leaves dimension ${axis} (${dimension}) open. ` +
        `Give the shape of "${input}", or the size of the dimension by its name.`,
    );
  }
}

/** The graph's wiring is wrong: a value nobody makes, made twice, or a cycle. */
export class OnnxGraphError extends OnnxError {
  constructor(detail: string) {
    super("ONNX_GRAPH", detail);
  }
}

/** An operator's inputs or attributes break its specification. */
export class OnnxOperatorError extends OnnxError {
  constructor(detail: string) {
    super("ONNX_OPERATOR", detail);
  }
}

/** A node could not be evaluated; `cause` says why. */
export class OnnxNodeError extends OnnxError {
  readonly node: string;

  constructor(node: string, operator: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super("ONNX_NODE", `Node "${node}" (${operator}) cannot be evaluated: ${reason}`, cause);
    this.node = node;
  }
}

/** The tensors given to a run are not those the graph declares. */
export class OnnxInputError extends OnnxError {
  constructor(detail: string) {
    super("ONNX_INPUT", detail);
  }
}
