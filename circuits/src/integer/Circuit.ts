import type { R1cs } from "@opg/groth16";
import { CircuitBuilder, type Constraint, type CostEntry } from "../builder/CircuitBuilder.ts";
import { wireLc } from "../builder/linearCombination.ts";
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
  const inputOp = graph.ops[0];
  if (inputOp?.kind !== "input") throw new TypeError("the first operation of an integer graph is its input");
  const input: TensorSpec = {
    count: inputOp.lanes.length,
    ...inputFormat(inputOp.lanes),
    ...scaleOf(options.inputScales),
    visibility: options.inputVisibility,
  };
  const builder = new CircuitBuilder();
  const contextWire = builder.newWire();
  const signals = synthesize(builder, graph);
  const outputSignals = outputs.map((lane) => signals[lane]!);
  const output: TensorSpec = {
    count: outputs.length,
    ...laneFormat(graph, outputs),
    ...scaleOf(options.outputScales),
    visibility: "public",
  };
  const packedInputs = packSignals(signals.slice(0, input.count), input);
  const committed =
    options.inputVisibility === "committed"
      ? builder.inLayer("input commitment", () => commitmentGadget(builder, packedInputs))
      : undefined;
  const inputWords = committed ? [committed.commitment] : packedInputs;
  const statement = [wireLc(contextWire), ...inputWords, ...packSignals(outputSignals, output)];
  builder.inLayer("statement", () => statementGadget(builder, statement));
  return {
    r1cs: toR1cs(builder.constraints, builder.wireCount),
    constraints: builder.constraints,
    program: {
      wireCount: builder.wireCount,
      lanes: builder.lanes,
      contextWire,
      ...(committed ? { saltWire: committed.saltWire } : {}),
      statement,
      outputs: outputSignals.map(({ lc }) => lc),
      steps: builder.steps,
    },
    input,
    output,
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
