import { expect } from "chai";
import { findViolation } from "../../../circuits/src/builder/findViolation.ts";
import {
  type CompiledModel,
  calculateWitness,
  compileModel,
  decodeTensor,
  encodeInput,
  interpret,
  outputsOf,
  run,
  sampleTensors,
} from "../../../circuits/src/index.ts";

export interface FaithfulOptions {
  /** Real inputs that calibrate the model and on which it is compared. */
  readonly samples: readonly (readonly number[])[];
  /** Range of every input value. */
  readonly range: readonly [number, number];
  /** Largest absolute difference from the float model. */
  readonly tolerance: number;
  readonly inputBits?: number;
}

/**
 * Compiles a model and checks on every sample that its integers agree with the float model to within the tolerance, that
 * the witness has the same integers, and that it satisfies the constraints.
 */
export function expectFaithful(
  onnx: Uint8Array,
  { samples, range, tolerance, inputBits = 16 }: FaithfulOptions,
): CompiledModel {
  const model = compileModel(onnx, {
    calibration: samples,
    input: { bits: inputBits, ranges: { min: range[0], max: range[1] } },
  });
  const { circuit, quantized, float } = model;
  for (const sample of samples) {
    const inputs = encodeInput(sample, circuit.input);
    const integers = interpret(quantized.graph, inputs);
    const outputs = quantized.outputLanes.map((lane) => integers[lane]!);
    const witness = calculateWitness(circuit.program, { inputs, drawChallenge: () => 77n });
    expect(witness.outputs).to.deep.equal(outputs);
    expect(findViolation(circuit.constraints, witness.wires)).to.equal(undefined);
    const real = decodeTensor(outputs, circuit.output);
    const expected = [...outputsOf(float, run(float, sampleTensors(float, sample))).values()];
    for (const [i, x] of expected.flatMap(({ data }) => Array.from(data as Float64Array)).entries()) {
      expect(Math.abs(real[i]! - x), `output ${i} of [${sample}]: ${real[i]} for ${x}`).to.be.at.most(
        tolerance,
      );
    }
  }
  return model;
}
