import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { writeR1cs } from "@opg/groth16";
import type { CompiledModel } from "../compileModel.ts";
import type { ModelManifest } from "./ModelManifest.ts";
import { writeWitnessProgram } from "./witnessProgramFile.ts";

/** What compiling leaves behind for setup and proving. */
export interface ModelArtifact {
  readonly manifest: ModelManifest;
  /** Bytes of the `.r1cs` file. */
  readonly circuit: Uint8Array;
  readonly witnessProgram: Uint8Array;
}

/** The files and hashes of a compiled model. `labels` name the classes, where there are any. */
export function describeModel(
  name: string,
  onnx: Uint8Array,
  { circuit, quantized }: CompiledModel,
  labels?: readonly string[],
): ModelArtifact {
  const r1cs = writeR1cs(circuit.r1cs);
  // Groth16 adds a row for each public signal and for the constant, and works on a power of two.
  const rows = circuit.r1cs.nConstraints + circuit.r1cs.nPubInputs + 1;
  return {
    manifest: {
      format: "opg-model/1",
      name,
      modelHash: hash(onnx),
      circuitHash: hash(r1cs),
      input: circuit.input,
      output: circuit.output,
      outputs: quantized.outputs,
      ...(labels && labels.length > 0 ? { labels } : {}),
      constraints: circuit.r1cs.nConstraints,
      domain: 2 ** Math.ceil(Math.log2(rows)),
    },
    circuit: r1cs,
    witnessProgram: writeWitnessProgram(circuit.program),
  };
}

function hash(bytes: Uint8Array): `0x${string}` {
  return `0x${bytesToHex(sha256(bytes))}`;
}
