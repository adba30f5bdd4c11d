import { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { GadgetError } from "../errors.ts";
import {
  type Circuit,
  type CircuitOptions,
  closeCircuit,
  constrainInference,
  tensorSpecs,
} from "../integer/Circuit.ts";
import type { IntegerGraph } from "../integer/IntegerGraph.ts";
import type { Lane } from "../integer/IntegerOp.ts";
import { WORD_BITS } from "../statement/tensorSpec.ts";

/** A circuit that proves several inferences of one model at once. */
export interface BatchCircuit extends Circuit {
  /** Inferences under one proof. */
  readonly size: number;
}

/**
 * Builds the circuit of `size` inferences of `graph` under one proof, with the three public signals of every
 * circuit and v = (context, inputs_1, outputs_1, ..., inputs_K, outputs_K). `input` and `output` describe one
 * inference. Committed inputs have a commitment and a salt (below 2^248) each, so that every one opens apart.
 * @throws GadgetError for a size that is no whole number from 1
 */
export function buildBatchCircuit(
  graph: IntegerGraph,
  outputs: readonly Lane[],
  size: number,
  options: CircuitOptions,
): BatchCircuit {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new GadgetError(`a batch of ${size} inferences: give a whole number from 1`);
  }
  const specs = tensorSpecs(graph, outputs, options);
  const builder = new CircuitBuilder();
  const contextWire = builder.newWire();
  const inferences = Array.from({ length: size }, () => {
    const inference = constrainInference(builder, graph, outputs, specs);
    // A salt enters as one more lane of the witness program. Its width is the program's business: the circuit
    // takes any.
    if (inference.saltWire !== undefined) {
      builder.lanes.push({ wire: inference.saltWire, minimum: 0n, bits: WORD_BITS });
    }
    return inference;
  });
  return { ...closeCircuit(builder, contextWire, specs, inferences), size };
}
