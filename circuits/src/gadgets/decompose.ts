import type { CircuitBuilder } from "../builder/CircuitBuilder.ts";
import { combine, isConstantLc, type LinearCombination, wireLc } from "../builder/linearCombination.ts";
import { GadgetError } from "../errors.ts";

/** Widest split with one decomposition only: 2^253 < r < 2^254. */
export const MAX_BITS = 253;

/**
 * Enforces `lc` in [0, 2^width) and returns its bits, little end first. Costs `width` constraints and
 * `width - 1` wires, nothing where the same combination was split before: bit 0 is not a wire but what the others leave, `lc - sum_{i>0} 2^i bit_i`.
 *
 * Unique: every bit is boolean and they sum to `lc` by the definition of bit 0, so two assignments would be two
 * binary expansions, below 2^253 < r, of the same field element.
 */
export function decompose(
  builder: CircuitBuilder,
  lc: LinearCombination,
  width: number,
): LinearCombination[] {
  if (width < 1 || width > MAX_BITS) {
    throw new GadgetError(`cannot split into ${width} bits: 1 to ${MAX_BITS} have one decomposition only`);
  }
  if (isConstantLc(lc)) return constantBits(lc.constant, width);
  const known = builder.knownBits(lc, width);
  if (known) return known;
  const first = builder.newWires(width - 1);
  if (width > 1) builder.step({ op: "bits", source: lc, width, drop: 1, first });
  const upper = Array.from({ length: width - 1 }, (_, i) => wireLc(first + i));
  for (const bit of upper) builder.assertBoolean(bit);
  const lowest = combine([
    [1n, lc],
    ...upper.map((bit, i): [bigint, LinearCombination] => [-(1n << BigInt(i + 1)), bit]),
  ]);
  builder.assertBoolean(lowest);
  return builder.rememberBits(lc, [lowest, ...upper]);
}

function constantBits(value: bigint, width: number): LinearCombination[] {
  if (value < 0n || value >> BigInt(width) !== 0n)
    throw new GadgetError(`constant ${value} does not fit ${width} bits`);
  return Array.from({ length: width }, (_, i) => ({
    wires: [],
    coefs: [],
    constant: (value >> BigInt(i)) & 1n,
  }));
}

/** `sum 2^i * bits[i]`. */
export function recompose(bits: readonly LinearCombination[]): LinearCombination {
  return combine(bits.map((bit, i): [bigint, LinearCombination] => [1n << BigInt(i), bit]));
}
