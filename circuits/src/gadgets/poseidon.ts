import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { addConstant, combine, constantLc, type LinearCombination } from "../builder/linearCombination.ts";
import { FULL_ROUNDS, poseidonParameters } from "../poseidon/parameters.ts";
import { SPONGE_RATE, spongeDomain } from "../poseidon/sponge.ts";

/**
 * The sponge of `poseidonSponge` over `values`, in three constraints an S-box (x^2, x^4, x^5).
 *
 * Unique: every S-box output is a product of determined values, everything between is linear.
 */
export function poseidonSpongeGadget(
  builder: CircuitBuilder,
  values: readonly LinearCombination[],
): LinearCombination {
  let capacity = constantLc(spongeDomain(values.length));
  let digest = capacity;
  for (let start = 0; start < values.length; start += SPONGE_RATE) {
    const state = permuteGadget(builder, [capacity, ...values.slice(start, start + SPONGE_RATE)]);
    capacity = state[0]!;
    digest = state[1]!;
  }
  return digest;
}

function permuteGadget(builder: CircuitBuilder, state: readonly LinearCombination[]): LinearCombination[] {
  const { partialRounds, roundConstants, mds } = poseidonParameters(state.length);
  let current = [...state];
  for (const [round, constants] of roundConstants.entries()) {
    const isFull = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + partialRounds;
    const boxed = current.map((x, i) => {
      const y = addConstant(x, constants[i]!);
      return isFull || i === 0 ? fifthPower(builder, y) : y;
    });
    current = mds.map((row) =>
      combine(row.map((factor, j): [bigint, LinearCombination] => [factor, boxed[j]!])),
    );
  }
  return current;
}

function fifthPower(builder: CircuitBuilder, x: LinearCombination): LinearCombination {
  const square = builder.product("hash", x, x);
  return builder.product("hash", builder.product("hash", square, square), x);
}
