import type { QuantizedOutput } from "../quantize/quantizeModel.ts";
import type { TensorSpec } from "../statement/tensorSpec.ts";

/** `manifest.json` of a compiled model: what one must know to encode its inputs and read its outputs. */
export interface ModelManifest {
  readonly format: "opg-model/1";
  readonly name: string;
  /** sha-256 of the ONNX file, hex with 0x. */
  readonly modelHash: `0x${string}`;
  /** sha-256 of the `.r1cs` file, hex with 0x. */
  readonly circuitHash: `0x${string}`;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  /** The tensors that the output lanes belong to, in order. */
  readonly outputs: readonly QuantizedOutput[];
  /** Names of the classes, where the model has them. */
  readonly labels?: readonly string[];
  readonly constraints: number;
  /** Rows of the evaluation domain: the power of two that the prover pays for. */
  readonly domain: number;
}
