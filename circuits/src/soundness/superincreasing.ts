import { FIELD_ORDER, inverse, toCentered } from "../field/scalarField.ts";

/** Longest sum that can have one solution only: more terms than bits of r must collide modulo r. */
export const MAX_TERMS = 254;

/**
 * Whether `sum coefs[i] * d[i] = 0` modulo r, every d[i] in {-1, 0, 1}, has the zero solution only.
 * Sufficient test: up to a common factor the coefficients sum, in absolute value, to less than r (so that the
 * sum is 0 over the integers) and each is greater than the sum of all smaller ones (so that the largest
 * non-zero d cannot be outweighed).
 */
export function hasOnlyZeroSolution(coefs: readonly bigint[]): boolean {
  if (coefs.length > MAX_TERMS) return false;
  return scales(coefs).some((scale) => isSuperincreasing(coefs.map((c) => toCentered(c * scale))));
}

/** Factors that may make a scaled list of powers of two small again. */
function scales(coefs: readonly bigint[]): bigint[] {
  const divisors = new Set([coefs[0]!, coefs[1] ?? 1n, coefs.at(-1)!]);
  return [1n, ...[...divisors].filter((c) => c !== 1n).map(inverse)];
}

function isSuperincreasing(coefs: readonly bigint[]): boolean {
  const sizes = coefs.map((c) => (c < 0n ? -c : c)).sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  let sum = 0n;
  for (const size of sizes) {
    if (size <= sum) return false;
    sum += size;
  }
  return sum < FIELD_ORDER;
}
