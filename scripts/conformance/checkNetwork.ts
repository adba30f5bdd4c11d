import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createProver, devSetup, verify } from "@opg/groth16";
import {
  type CompiledModel,
  calculateWitness,
  compileModel,
  encodeInput,
  findViolation,
  interpret,
  type Witness,
  witnessBytes,
} from "../../circuits/src/index.ts";
import { runOnnxRuntime } from "../../test/circuits/support/onnxRuntime.ts";
import type { NetworkReport } from "./NetworkReport.ts";
import { networkInputs } from "./networkInputs.ts";

export interface CheckOptions {
  /** Relative error up to which outputs agree. */
  readonly tolerance: number;
  /** Whether to prove and verify, for domains of at most 2^maxPower rows. */
  readonly proves: boolean;
  readonly maxPower: number;
}

/** Receives each part of the report as soon as it is known, so that a crash later loses nothing. */
export type Tell = (
  part: Partial<Omit<NetworkReport, "seconds">> & { readonly seconds?: Partial<NetworkReport["seconds"]> },
) => void;

/** Compiles the network in `folder`, checks its witness, compares it with ONNX Runtime and, on demand, proves it. */
export async function checkNetwork(folder: string, options: CheckOptions, tell: Tell): Promise<void> {
  tell({ reason: "failed while compiling" });
  const onnx = readFileSync(join(folder, "network.onnx"));
  const inputs = networkInputs(onnx, readFileSync(join(folder, "input.json"), "utf8"));
  const model = timed("compile", tell, () =>
    compileModel(onnx, {
      calibration: inputs.samples,
      input: { ranges: inputs.ranges },
      examples: inputs.tensors,
    }),
  );
  tell({ ...shapeOf(model), reason: "failed while calculating the witness" });
  const integers = encodeInput(inputs.samples[0]!, model.circuit.input);
  const witness = timed("witness", tell, () =>
    calculateWitness(model.circuit.program, { inputs: integers, drawChallenge: () => 0x6f7067n }),
  );
  const lanes = interpret(model.quantized.graph, integers);
  const isSame = model.quantized.outputLanes.every((lane, i) => lanes[lane] === witness.outputs[i]);
  const violated = findViolation(model.circuit.constraints, witness.wires);
  const satisfied = violated === undefined && isSame;
  tell({ satisfied, reason: "failed while running ONNX Runtime" });
  if (violated !== undefined) return tell({ reason: `constraint ${violated} is violated` });
  if (!isSame) return tell({ reason: "the circuit and the interpreter give different outputs" });
  const reference = await runOnnxRuntime(onnx, inputs.tensors);
  const errors = compare(model, witness, reference);
  tell(errors);
  const isClose = errors.maxRelError <= options.tolerance;
  const distance = `outputs differ from ONNX Runtime by ${errors.maxRelError.toExponential(2)} of their magnitude`;
  if (!isClose) return tell({ reason: distance });
  tell({ status: "ok", reason: "" });
  if (options.proves) await prove(model, witness, options, tell);
}

function timed<T>(phase: "compile" | "witness", tell: Tell, body: () => T): T {
  const start = performance.now();
  const result = body();
  tell({ seconds: { [phase]: secondsSince(start) } });
  return result;
}

function secondsSince(start: number): number {
  return Math.round(performance.now() - start) / 1000;
}

function shapeOf({
  float,
  circuit,
}: CompiledModel): Pick<NetworkReport, "operators" | "constraints" | "domain"> {
  const operators: Record<string, number> = {};
  for (const { type } of float.nodes) operators[type] = (operators[type] ?? 0) + 1;
  // Groth16 adds a row for each public signal and for the constant, and works on a power of two.
  const rows = circuit.r1cs.nConstraints + circuit.r1cs.nPubInputs + 1;
  return {
    operators,
    constraints: circuit.r1cs.nConstraints,
    domain: 2 ** Math.ceil(Math.log2(rows)),
  };
}

function compare(
  { quantized }: CompiledModel,
  witness: Witness,
  reference: Awaited<ReturnType<typeof runOnnxRuntime>>,
): { maxAbsError: number; maxRelError: number } {
  let [maxAbsError, maxRelError] = [0, 0];
  for (const { name, offset } of quantized.outputs) {
    const expected = reference.get(name);
    if (!expected || expected.dtype === "string") continue;
    let [error, magnitude] = [0, 0];
    for (const [i, value] of expected.data.entries()) {
      // NaN and infinity have no integer; the operators' documentation says what is given instead.
      if (!Number.isFinite(value)) continue;
      const real = Number(witness.outputs[offset + i]!) * 2 ** -quantized.outputScales[offset + i]!;
      error = Math.max(error, Math.abs(real - value));
      magnitude = Math.max(magnitude, Math.abs(value));
    }
    maxAbsError = Math.max(maxAbsError, error);
    maxRelError = Math.max(maxRelError, error === 0 ? 0 : error / (magnitude || 1));
  }
  return { maxAbsError, maxRelError };
}

async function prove({ circuit }: CompiledModel, witness: Witness, options: CheckOptions, tell: Tell) {
  const rows = circuit.r1cs.nConstraints + circuit.r1cs.nPubInputs + 1;
  if (rows > 2 ** options.maxPower) {
    tell({ reason: `proof skipped: more than 2^${options.maxPower} rows` });
    return;
  }
  let start = performance.now();
  const { zkey, vkey } = await devSetup(circuit.r1cs);
  tell({ seconds: { setup: secondsSince(start) } });
  const prover = await createProver(zkey, { r1cs: circuit.r1cs });
  try {
    start = performance.now();
    const { proof, publicSignals } = await prover.prove(witnessBytes(witness.wires));
    tell({ proved: true, seconds: { prove: secondsSince(start) } });
    tell({ verified: await verify(vkey, publicSignals, proof) });
  } finally {
    await prover.close();
  }
}
