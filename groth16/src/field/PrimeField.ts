/** The operations that the generic curve code needs of a field. */
export interface Field<T> {
  readonly zero: T;
  readonly one: T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  neg(a: T): T;
  mul(a: T, b: T): T;
  /** Of zero: zero. */
  inv(a: T): T;
  eq(a: T, b: T): boolean;
  isZero(a: T): boolean;
}

/** Integers modulo a prime, as bigints in 0 .. p - 1. */
export class PrimeField implements Field<bigint> {
  readonly zero = 0n;
  readonly one = 1n;
  readonly modulus: bigint;

  constructor(modulus: bigint) {
    this.modulus = modulus;
  }

  add(a: bigint, b: bigint): bigint {
    const sum = a + b;
    return sum >= this.modulus ? sum - this.modulus : sum;
  }

  sub(a: bigint, b: bigint): bigint {
    return a >= b ? a - b : a - b + this.modulus;
  }

  neg(a: bigint): bigint {
    return a === 0n ? 0n : this.modulus - a;
  }

  mul(a: bigint, b: bigint): bigint {
    return (a * b) % this.modulus;
  }

  pow(base: bigint, exponent: bigint): bigint {
    let result = 1n;
    for (let e = exponent; e > 0n; e >>= 1n) {
      if (e & 1n) result = this.mul(result, base);
      base = this.mul(base, base);
    }
    return result;
  }

  inv(a: bigint): bigint {
    let [r0, r1, s0, s1] = [this.modulus, a, 0n, 1n];
    while (r1 !== 0n) {
      const q = r0 / r1;
      [r0, r1] = [r1, r0 - q * r1];
      [s0, s1] = [s1, s0 - q * s1];
    }
    if (r0 !== 1n) return 0n;
    return s0 < 0n ? s0 + this.modulus : s0;
  }

  eq(a: bigint, b: bigint): boolean {
    return a === b;
  }

  isZero(a: bigint): boolean {
    return a === 0n;
  }
}
