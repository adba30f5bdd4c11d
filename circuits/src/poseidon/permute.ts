import { FIELD_ORDER } from "../field/scalarField.ts";
import { FULL_ROUNDS, poseidonParameters } from "./parameters.ts";

/** The Poseidon permutation of a state of 2..17 field elements in [0, r); the input is left as it is. */
export function permute(state: readonly bigint[]): bigint[] {
  const { width, partialRounds, roundConstants, mds } = poseidonParameters(state.length);
  let current = [...state];
  for (const [round, constants] of roundConstants.entries()) {
    const isFull = round < FULL_ROUNDS / 2 || round >= FULL_ROUNDS / 2 + partialRounds;
    const boxed = current.map((x, i) => {
      const y = (x + constants[i]!) % FIELD_ORDER;
      return isFull || i === 0 ? fifthPower(y) : y;
    });
    current = Array.from({ length: width }, (_, i) => {
      let sum = 0n;
      for (let j = 0; j < width; j++) sum += mds[i]![j]! * boxed[j]!;
      return sum % FIELD_ORDER;
    });
  }
  return current;
}

function fifthPower(x: bigint): bigint {
  const square = (x * x) % FIELD_ORDER;
  return (((square * square) % FIELD_ORDER) * x) % FIELD_ORDER;
}
