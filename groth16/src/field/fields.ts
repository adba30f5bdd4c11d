import { Q, R } from "./constants.ts";
import { type Field, PrimeField } from "./PrimeField.ts";

/** The scalar field of BN254. */
export const Fr = new PrimeField(R);

/** The base field of BN254. */
export const Fq = new PrimeField(Q);

/** c0 + c1 u with u^2 = -1. */
export type Fp2 = readonly [c0: bigint, c1: bigint];

/** The quadratic extension of the base field. */
export const Fq2: Field<Fp2> = {
  zero: [0n, 0n],
  one: [1n, 0n],
  add: (a, b) => [Fq.add(a[0], b[0]), Fq.add(a[1], b[1])],
  sub: (a, b) => [Fq.sub(a[0], b[0]), Fq.sub(a[1], b[1])],
  neg: (a) => [Fq.neg(a[0]), Fq.neg(a[1])],
  mul(a, b) {
    const [t0, t1] = [a[0] * b[0], a[1] * b[1]];
    const cross = (a[0] + a[1]) * (b[0] + b[1]) - t0 - t1;
    return [(t0 - t1 + Q * Q) % Q, cross % Q];
  },
  inv(a) {
    const norm = Fq.inv((a[0] * a[0] + a[1] * a[1]) % Q);
    return [Fq.mul(a[0], norm), Fq.mul(Fq.neg(a[1]), norm)];
  },
  eq: (a, b) => a[0] === b[0] && a[1] === b[1],
  isZero: (a) => a[0] === 0n && a[1] === 0n,
};
