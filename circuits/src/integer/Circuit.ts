import type { R1cs } from "@opg/groth16";
import { CircuitBuilder, type Constraint, type CostEntry } from "../builder/CircuitBuilder.ts";
import { type LinearCombination, wireLc } from "../builder/linearCombination.ts";
import { bitsFor } from "../builder/Signal.ts";
import { toR1cs } from "../builder/toR1cs.ts";
import type { WitnessProgram } from "../builder/witnessProgram.ts";
import { commitmentGadget, packSignals, statementGadget } from "../gadgets/statement.ts";
import type { TensorSpec, Visibility } from "../statement/tensorSpec.ts";
import type { IntegerGraph } from "./IntegerGraph.ts";
import type { InputRange, Lane } from "./IntegerOp.ts";
import { synthesize } from "./synthesize.ts";

/** A circuit that proves the statement of design 3.1 for one integer graph. */
export interface Circuit {
  readonly r1cs: R1cs;
  readonly constraints: readonly Constraint[];
  readonly program: WitnessProgram;
  readonly input: TensorSpec;
  readonly output: TensorSpec;
  readonly costs: readonly CostEntry[];
}

export interface CircuitOptions {
  readonly inputVisibility: Visibility;
  /** Scale of the input lanes: one for all, or one for each. */
  readonly inputScales: readonly number[];
  /** Scale of the output lanes. */
  readonly outputScales: readonly number[];
}

/** Builds the circuit of `graph` with `outputs` as the statement's outputs. The graph's first operation is its input. */
export function buildCircuit(
  graph: IntegerGraph,
  outputs: readonly Lane[],
  options: CircuitOptions,
): Circuit {
  const specs = tensorSpecs(graph, outputs, options);
  const builder = new CircuitBuilder();
  const contextWire = builder.newWire();
  const inference = constrainInference(builder, graph, outputs, specs);
  const circuit = closeCircuit(builder, contextWire, specs, [inference]);
  const { saltWire } = inference;
  return saltWire === undefined ? circuit : { ...circuit, program: { ...circuit.program, saltWire } };
}

/** Input and output tensor of a graph, as the statement writes them down. */
export interface TensorSpecs {
  readonly input: TensorSpec;
  readonly output: TensorSpec;
}

export function tensorSpecs(
  graph: IntegerGraph,
  outputs: readonly Lane[],
  options: CircuitOptions,
): TensorSpecs {
  const inputOp = graph.ops[0];
  if (inputOp?.kind !== "input") throw new TypeError("the first operation of an integer graph is its input");
  if (graph.ops.some((op, i) => i > 0 && op.kind === "input")) {
    throw new TypeError(
      "an integer graph has one input operation: the statement would not bind a second one",
    );
  }
  const input: TensorSpec = {
    count: inputOp.lanes.length,
    ...inputFormat(inputOp.lanes),
    ...scaleOf(options.inputScales),
    visibility: options.inputVisibility,
  };
  const output: TensorSpec = {
    count: outputs.length,
    ...laneFormat(graph, outputs),
    ...scaleOf(options.outputScales),
    visibility: "public",
  };
  return { input, output };
}

/** One run of a graph within a circuit. */
export interface Inference {
  /** Its part of the statement's vector: input words or the commitment to them, then output words. */
  readonly words: readonly LinearCombination[];
  readonly outputs: readonly LinearCombination[];
  /** Wire that blinds its commitment; absent when the input is public. */
  readonly saltWire?: number;
}

/** Constrains one run of `graph`, with inputs of its own. */
export function constrainInference(
  builder: CircuitBuilder,
  graph: IntegerGraph,
  outputs: readonly Lane[],
  { input, output }: TensorSpecs,
): Inference {
  const signals = synthesize(builder, graph);
  const outputSignals = outputs.map((lane) => signals[lane]!);
  const packedInputs = packSignals(signals.slice(0, input.count), input);
  const packedOutputs = packSignals(outputSignals, output);
  const results = outputSignals.map(({ lc }) => lc);
  if (input.visibility === "public") return { words: [...packedInputs, ...packedOutputs], outputs: results };
  const { commitment, saltWire } = builder.inLayer("input commitment", () =>
    commitmentGadget(builder, packedInputs),
  );
  return { words: [commitment, ...packedOutputs], outputs: results, saltWire };
}

/** Adds the statement over v = (context, words of each inference in turn) and collects the circuit. */
export function closeCircuit(
  builder: CircuitBuilder,
  contextWire: number,
  specs: TensorSpecs,
  inferences: readonly Inference[],
): Circuit {
  const statement = [wireLc(contextWire), ...inferences.flatMap(({ words }) => words)];
  builder.inLayer("statement", () => statementGadget(builder, statement));
  return {
    r1cs: toR1cs(builder.constraints, builder.wireCount),
    constraints: builder.constraints,
    program: {
      wireCount: builder.wireCount,
      lanes: builder.lanes,
      contextWire,
      statement,
      outputs: inferences.flatMap(({ outputs }) => outputs),
      steps: builder.steps,
    },
    ...specs,
    costs: builder.costs,
  };
}

/** The narrowest lane that holds every input's range: unsigned when none reaches below 0. */
function inputFormat(lanes: readonly InputRange[]): Pick<TensorSpec, "bits" | "isSigned"> {
  const isSigned = lanes.some(({ minimum }) => minimum < 0n);
  const widths = lanes.map(({ bits, minimum }) => {
    const [lo, hi] = [minimum, minimum + (1n << BigInt(bits)) - 1n];
    return signedWidth(lo, hi, isSigned);
  });
  return { bits: widths.reduce((x, y) => Math.max(x, y), 1), isSigned };
}

/** Bits of a lane that holds [lo, hi], sign included where there is one. */
function signedWidth(lo: bigint, hi: bigint, isSigned: boolean): number {
  const magnitude = lo < 0n && -lo - 1n > hi ? -lo - 1n : hi;
  return bitsFor(magnitude) + (isSigned ? 1 : 0);
}

/** The narrowest lane that holds every output's worst-case interval. */
function laneFormat(graph: IntegerGraph, outputs: readonly Lane[]): Pick<TensorSpec, "bits" | "isSigned"> {
  const isSigned = outputs.some((lane) => graph.lo(lane) < 0n);
  const widths = outputs.map((lane) => signedWidth(graph.lo(lane), graph.hi(lane), isSigned));
  return { bits: widths.reduce((x, y) => Math.max(x, y), 1), isSigned };
}

function scaleOf(scales: readonly number[]): Pick<TensorSpec, "scale" | "scales"> {
  const scale = Math.min(...scales);
  return scales.every((s) => s === scale) ? { scale } : { scale, scales };
}
