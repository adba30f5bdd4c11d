import { FIELD_ORDER, inverse, toCentered, toField } from "../field/scalarField.ts";

/** Most multiples of r that a sum may reach: a sum that wraps more often is not a binary expansion. */
const MAX_WRAPS = 64n;

/**
 * All t in {0, 1}^n with `sum coefs[i] * t[i] = target` modulo r. Undefined when the sum wraps around the
 * field too often for the search; otherwise a generator, so that a caller who wants two solutions pays for
 * two.
 */
export function binarySolutions(coefs: readonly bigint[], target: bigint): Generator<number[]> | undefined {
  const scaled = smallest(coefs);
  const sizes = scaled.coefs.map((c) => (c < 0n ? -c : c));
  const total = sizes.reduce((sum, size) => sum + size, 0n);
  if (total / FIELD_ORDER > MAX_WRAPS) return undefined;
  return search(scaled.coefs, sizes, total, toField(target * scaled.factor));
}

function* search(
  coefs: readonly bigint[],
  sizes: readonly bigint[],
  total: bigint,
  target: bigint,
): Generator<number[]> {
  const order = sizes
    .map((_, i) => i)
    .sort((i, j) => (sizes[i]! > sizes[j]! ? -1 : sizes[i]! < sizes[j]! ? 1 : 0));
  // A negative coefficient is a positive one of 1 - t.
  const shift = coefs.reduce((sum, c) => (c < 0n ? sum - c : sum), 0n);
  const chosen = new Array<number>(coefs.length).fill(0);
  const rests = suffixSums(order.map((i) => sizes[i]!));
  function* extend(depth: number, left: bigint): Generator<number[]> {
    if (left < 0n || left > rests[depth]!) return;
    if (depth === order.length) {
      yield chosen.map((t, i) => (coefs[i]! < 0n ? 1 - t : t));
      return;
    }
    const i = order[depth]!;
    for (const t of [1, 0]) {
      chosen[i] = t;
      yield* extend(depth + 1, t === 1 ? left - sizes[i]! : left);
    }
  }
  for (let left = toField(target + shift); left <= total; left += FIELD_ORDER) yield* extend(0, left);
}

function suffixSums(values: readonly bigint[]): bigint[] {
  const sums = [0n];
  for (const value of [...values].reverse()) sums.push(sums.at(-1)! + value);
  return sums.reverse();
}

/** The coefficients times the factor, out of a few, that makes their absolute sum smallest. */
function smallest(coefs: readonly bigint[]): { coefs: bigint[]; factor: bigint } {
  const factors = [1n, ...[coefs[0]!, coefs.at(-1)!].filter((c) => toField(c) !== 0n).map(inverse)];
  const options = factors.map((factor) => ({ factor, coefs: coefs.map((c) => toCentered(c * factor)) }));
  const size = (option: { coefs: bigint[] }) => option.coefs.reduce((sum, c) => sum + (c < 0n ? -c : c), 0n);
  return options.reduce((best, option) => (size(option) < size(best) ? option : best));
}
