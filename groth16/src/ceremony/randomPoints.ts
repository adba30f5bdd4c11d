import type { AffinePoint, Curve } from "../curve/Curve.ts";
import { G1, G2 } from "../curve/curves.ts";
import { Q, R } from "../field/constants.ts";
import { type Fp2, Fq, Fq2, Fr } from "../field/fields.ts";
import type { ChaChaRng } from "./ChaChaRng.ts";

const UNMONTGOMERY_Q = Fq.inv((1n << 256n) % Q);
const UNMONTGOMERY_R = Fr.inv((1n << 256n) % R);

/** Points of the twist times this lie in the subgroup of order r. */
const COFACTOR_G2 = 2n * Q - R;

/** snarkjs takes the random integer for the Montgomery form of the element, in all of these. */
export function randomFr(rng: ChaChaRng): bigint {
  return Fr.mul(rng.nextBelow(R), UNMONTGOMERY_R);
}

/** A point of G1 whose logarithm nobody knows. */
export function randomG1(rng: ChaChaRng): AffinePoint<bigint> {
  return randomPoint(rng, G1, randomFq, sqrtFq, (y) => y > Q / 2n);
}

/** A point of G2 whose logarithm nobody knows. */
export function randomG2(rng: ChaChaRng): AffinePoint<Fp2> {
  const point = randomPoint<Fp2>(
    rng,
    G2,
    (source) => [randomFq(source), randomFq(source)],
    sqrtFq2,
    ([c0, c1]) => (c1 === 0n ? c0 : c1) > Q / 2n,
  );
  return G2.multiply(point, COFACTOR_G2);
}

function randomPoint<T>(
  rng: ChaChaRng,
  curve: Curve<T>,
  random: (rng: ChaChaRng) => T,
  sqrt: (value: T) => T | null,
  isNegative: (value: T) => boolean,
): { x: T; y: T } {
  const { field } = curve;
  for (;;) {
    const x = random(rng);
    const greatest = rng.nextBit();
    const y = sqrt(field.add(field.mul(field.mul(x, x), x), curve.b));
    if (y !== null) return { x, y: isNegative(y) === greatest ? y : field.neg(y) };
  }
}

function randomFq(rng: ChaChaRng): bigint {
  return Fq.mul(rng.nextBelow(Q), UNMONTGOMERY_Q);
}

/** q = 3 mod 4. */
function sqrtFq(value: bigint): bigint | null {
  const root = Fq.pow(value, (Q + 1n) / 4n);
  return Fq.mul(root, root) === value ? root : null;
}

/** With norm n^2 = a0^2 + a1^2: the root's real part squared is (a0 +- n) / 2. */
function sqrtFq2(a: Fp2): Fp2 | null {
  if (a[1] === 0n) {
    const real = sqrtFq(a[0]);
    return real === null ? [0n, sqrtFq(Fq.neg(a[0]))!] : [real, 0n];
  }
  const norm = sqrtFq(Fq.add(Fq.mul(a[0], a[0]), Fq.mul(a[1], a[1])));
  if (norm === null) return null;
  const half = Fq.inv(2n);
  const real = sqrtFq(Fq.mul(Fq.add(a[0], norm), half)) ?? sqrtFq(Fq.mul(Fq.sub(a[0], norm), half));
  if (real === null) return null;
  const root: Fp2 = [real, Fq.mul(a[1], Fq.inv(Fq.add(real, real)))];
  return Fq2.eq(Fq2.mul(root, root), a) ? root : null;
}
