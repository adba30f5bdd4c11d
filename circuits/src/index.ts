export { describeModel, type ModelArtifact } from "./artifact/describeModel.ts";
export { decodeTensor, encodeInput } from "./artifact/encodeInput.ts";
export type { ModelManifest } from "./artifact/ModelManifest.ts";
export { MODEL_FILES } from "./artifact/modelFiles.ts";
export { readWitnessProgram, writeWitnessProgram } from "./artifact/witnessProgramFile.ts";
export { type BatchCircuit, buildBatchCircuit } from "./batch/buildBatchCircuit.ts";
export { type BatchEntry, type BatchWitness, calculateBatchWitness } from "./batch/calculateBatchWitness.ts";
export { largestBatch } from "./batch/largestBatch.ts";
export type { CostEntry } from "./builder/CircuitBuilder.ts";
export { calculateWitness, type Witness, type WitnessInput } from "./builder/calculateWitness.ts";
export { findViolation } from "./builder/findViolation.ts";
export { witnessBytes } from "./builder/witnessBytes.ts";
export type { WitnessProgram } from "./builder/witnessProgram.ts";
export { type CompiledModel, type CompileOptions, compileModel } from "./compileModel.ts";
export {
  ArtifactError,
  CircuitError,
  GadgetError,
  LaneRangeError,
  QuantizationError,
  UnsupportedNodeError,
  WitnessError,
} from "./errors.ts";
export { FIELD_ORDER } from "./field/scalarField.ts";
export { buildCircuit, type Circuit, type CircuitOptions } from "./integer/Circuit.ts";
export { IntegerGraph } from "./integer/IntegerGraph.ts";
export { interpret } from "./integer/interpret.ts";
export { OnnxError } from "./onnx/errors.ts";
export type { PreparedGraph } from "./onnx/PreparedGraph.ts";
export { prepare } from "./onnx/prepare.ts";
export { outputsOf, run } from "./onnx/run.ts";
export { poseidonSponge } from "./poseidon/sponge.ts";
export type { CalibratedExtremes } from "./quantize/CalibrationRecord.ts";
export { type Sample, sampleTensors, type ValueRange } from "./quantize/calibrate.ts";
export { loweredOperators } from "./quantize/lower/rules.ts";
export { DEFAULT_QUANTIZATION, type QuantizationOptions } from "./quantize/QuantizationOptions.ts";
export { buildReport } from "./report/buildReport.ts";
export type { Fidelity, FidelityReport } from "./report/FidelityReport.ts";
export { type FidelityMeasurement, measureFidelity } from "./report/measureFidelity.ts";
export { renderReport } from "./report/renderReport.ts";
export { checkDeterminism, type DeterminismOptions } from "./soundness/checkDeterminism.ts";
export type { DeterminismReport, DeterminismRule } from "./soundness/DeterminismReport.ts";
export { declaredInputs, givenWiresOf } from "./soundness/givenWires.ts";
export { STATEMENT_DOMAIN, statementChallenge, statementEvaluation } from "./statement/challenge.ts";
export { inputCommitment } from "./statement/commitment.ts";
export { packTensor, unpackTensor } from "./statement/packing.ts";
export { packedWords, type TensorSpec, type Visibility } from "./statement/tensorSpec.ts";
