import { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { PUBLIC_SIGNALS } from "../builder/toR1cs.ts";
import { GadgetError } from "../errors.ts";
import { type CircuitOptions, constrainInference, tensorSpecs } from "../integer/Circuit.ts";
import type { IntegerGraph } from "../integer/IntegerGraph.ts";
import type { Lane } from "../integer/IntegerOp.ts";
import { FULL_ROUNDS, poseidonParameters } from "../poseidon/parameters.ts";
import { SPONGE_RATE } from "../poseidon/sponge.ts";

/**
 * The largest number of inferences whose circuit fits a domain of 2^power rows: the prover pays for the
 * domain, so a batch should fill it.
 * @throws GadgetError when not even one inference fits
 */
export function largestBatch(
  graph: IntegerGraph,
  outputs: readonly Lane[],
  options: CircuitOptions,
  power: number,
): number {
  const builder = new CircuitBuilder();
  const { words } = constrainInference(builder, graph, outputs, tensorSpecs(graph, outputs, options));
  const each = builder.constraints.length;
  // Groth16 adds a row for the constant and each public signal.
  const room = 2 ** power - PUBLIC_SIGNALS - 1;
  const fits = (size: number) => size * each + statementConstraints(1 + size * words.length) <= room;
  if (!fits(1)) {
    throw new GadgetError(
      `one inference of ${each} constraints and its statement do not fit 2^${power} rows`,
    );
  }
  let [low, high] = [1, Math.floor(room / Math.max(1, each)) + 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Constraints of the statement over that many values: three an S-box, one for the digest, one for each value
 * but the first.
 */
function statementConstraints(length: number): number {
  let sboxes = -1; // the first S-box of a sponge is of a constant
  for (let left = length; left > 0; left -= SPONGE_RATE) {
    const width = Math.min(left, SPONGE_RATE) + 1;
    sboxes += FULL_ROUNDS * width + poseidonParameters(width).partialRounds;
  }
  return 3 * sboxes + length;
}
