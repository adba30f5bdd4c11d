import { buildCircuit, type Circuit } from "./integer/Circuit.ts";
import type { ShapeOptions } from "./onnx/fixShapes.ts";
import type { PreparedGraph } from "./onnx/PreparedGraph.ts";
import { prepare } from "./onnx/prepare.ts";
import { type QuantizedModel, type QuantizeOptions, quantizeModel } from "./quantize/quantizeModel.ts";
import type { Visibility } from "./statement/tensorSpec.ts";

export interface CompileOptions extends QuantizeOptions, ShapeOptions {
  /** Whether the statement shows the inputs or a commitment to them. Default "committed". */
  readonly inputVisibility?: Visibility;
}

/** A model at every stage of its way to a circuit. */
export interface CompiledModel {
  readonly float: PreparedGraph;
  readonly quantized: QuantizedModel;
  readonly circuit: Circuit;
}

/**
 * Compiles an ONNX file to a circuit. Deterministic: the same bytes and options give the same circuit, byte for byte.
 * @throws OnnxError for a model that cannot be read, CircuitError for one that cannot be brought to integers.
 */
export function compileModel(onnx: Uint8Array, options: CompileOptions): CompiledModel {
  const float = prepare(onnx, options);
  const quantized = quantizeModel(float, options);
  const circuit = buildCircuit(quantized.graph, quantized.outputLanes, {
    inputVisibility: options.inputVisibility ?? "committed",
    inputScales: quantized.inputs.scales,
    outputScales: quantized.outputScales,
  });
  return { float, quantized, circuit };
}
