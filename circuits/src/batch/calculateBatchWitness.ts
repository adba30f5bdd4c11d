import { calculateWitness, type Witness, type WitnessInput } from "../builder/calculateWitness.ts";
import { WitnessError } from "../errors.ts";
import { WORD_BITS } from "../statement/tensorSpec.ts";
import type { BatchCircuit } from "./buildBatchCircuit.ts";

/** One inference of a batch. */
export interface BatchEntry {
  /** One integer an input lane, in the order of the input tensor. */
  readonly inputs: readonly bigint[];
  /** Blinds the entry's commitment, below 2^248; ignored by circuits with public inputs. Default 0. */
  readonly salt?: bigint;
}

export interface BatchWitness extends Witness {
  /** The model's output integers of each inference. */
  readonly results: readonly (readonly bigint[])[];
}

/**
 * The witness of a batch. `entries`: as many as the circuit proves; a caller with fewer repeats one.
 * @throws WitnessError for another number of entries or inputs, LaneRangeError for a value out of range, its
 * index counted over all entries
 */
export function calculateBatchWitness(
  circuit: Pick<BatchCircuit, "program" | "input" | "output" | "size">,
  entries: readonly BatchEntry[],
  { context, drawChallenge }: Pick<WitnessInput, "context" | "drawChallenge">,
): BatchWitness {
  const { program, input, output, size } = circuit;
  if (entries.length !== size) {
    throw new WitnessError(
      `the circuit proves ${size} inferences, ${entries.length} were given: repeat one to fill it`,
    );
  }
  const inputs = entries.flatMap(({ inputs: values, salt = 0n }, entry) => {
    if (values.length !== input.count) {
      throw new WitnessError(
        `the model takes ${input.count} input values, inference ${entry} was given ${values.length}`,
      );
    }
    if (input.visibility === "public") return values;
    if (salt < 0n || salt >> BigInt(WORD_BITS) !== 0n) {
      throw new WitnessError(`the salt ${salt} of inference ${entry} is not in [0, 2^${WORD_BITS})`);
    }
    return [...values, salt];
  });
  const witness = calculateWitness(program, {
    inputs,
    drawChallenge,
    ...(context === undefined ? {} : { context }),
  });
  const results = entries.map((_, entry) => {
    return witness.outputs.slice(entry * output.count, (entry + 1) * output.count);
  });
  return { ...witness, results };
}
