import { FIELD_ORDER } from "../field/scalarField.ts";
import type { Constraint } from "./CircuitBuilder.ts";
import { evaluateLc } from "./linearCombination.ts";

/** Index of the first constraint that `wires` (values in [0, r)) violate, or undefined when all hold. */
export function findViolation(
  constraints: readonly Constraint[],
  wires: readonly bigint[],
): number | undefined {
  const index = constraints.findIndex(({ a, b, c }) => {
    return (evaluateLc(a, wires) * evaluateLc(b, wires) - evaluateLc(c, wires)) % FIELD_ORDER !== 0n;
  });
  return index === -1 ? undefined : index;
}
