/** Order r of the BN254 scalar field: every wire, coefficient and public value is an element of it. */
export const FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

const HALF = FIELD_ORDER >> 1n;

/** The representative of `x` in [0, r). */
export function toField(x: bigint): bigint {
  const m = x % FIELD_ORDER;
  return m < 0n ? m + FIELD_ORDER : m;
}

/** The representative of `x` in (-r/2, r/2]: small negative coefficients stay small. */
export function toCentered(x: bigint): bigint {
  const m = toField(x);
  return m > HALF ? m - FIELD_ORDER : m;
}

/** The inverse of `x` modulo r. Throws a RangeError when `x` is 0 modulo r. */
export function inverse(x: bigint): bigint {
  let [a, b] = [toField(x), FIELD_ORDER];
  if (a === 0n) throw new RangeError("0 has no inverse in the scalar field");
  let [u, v] = [1n, 0n];
  while (b !== 0n) {
    const q = a / b;
    [a, b] = [b, a - q * b];
    [u, v] = [v, u - q * v];
  }
  return toField(u);
}
