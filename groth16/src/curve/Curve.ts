import { batchInvert } from "../field/batchInvert.ts";
import type { Field } from "../field/PrimeField.ts";

/** An affine point, or null for infinity. */
export type AffinePoint<T> = { x: T; y: T } | null;

/** Jacobian coordinates: (x / z^2, y / z^3); z = 0 is infinity. */
interface Jacobian<T> {
  x: T;
  y: T;
  z: T;
}

/** y^2 = x^3 + b over any field, in bigints: the reference that fast code is compared with. */
export class Curve<T> {
  readonly field: Field<T>;
  readonly b: T;
  readonly generator: AffinePoint<T>;

  constructor(field: Field<T>, b: T, generator: AffinePoint<T>) {
    this.field = field;
    this.b = b;
    this.generator = generator;
  }

  isOnCurve(point: AffinePoint<T>): boolean {
    if (point === null) return true;
    const { field: f } = this;
    const rhs = f.add(f.mul(f.mul(point.x, point.x), point.x), this.b);
    return f.eq(f.mul(point.y, point.y), rhs);
  }

  neg(point: AffinePoint<T>): AffinePoint<T> {
    return point === null ? null : { x: point.x, y: this.field.neg(point.y) };
  }

  add(p: AffinePoint<T>, q: AffinePoint<T>): AffinePoint<T> {
    return this.addEach([p], [q])[0]!;
  }

  /** scalar * point, scalar >= 0 of any size. */
  multiply(point: AffinePoint<T>, scalar: bigint): AffinePoint<T> {
    return this.#toAffine(this.#multiply(point, scalar));
  }

  /** sum of scalars[i] * points[i] by the bucket method, scalars below 2^256. */
  msm(points: readonly AffinePoint<T>[], scalars: readonly bigint[]): AffinePoint<T> {
    const window = points.length > 256 ? 8 : 4;
    let sum = this.#infinity();
    for (let shift = 256 - window; shift >= 0; shift -= window) {
      for (let i = 0; i < window; i++) sum = this.#double(sum);
      const buckets = Array.from({ length: 1 << window }, () => this.#infinity());
      scalars.forEach((scalar, i) => {
        const digit = Number((scalar >> BigInt(shift)) & BigInt(buckets.length - 1));
        if (digit > 0) buckets[digit] = this.#addMixed(buckets[digit]!, points[i]!);
      });
      // sum of d * bucket[d] as the sum of all suffix sums
      let suffix: AffinePoint<T> = null;
      for (let digit = buckets.length - 1; digit > 0; digit--) {
        if (!this.field.isZero(buckets[digit]!.z)) suffix = this.add(suffix, this.#toAffine(buckets[digit]!));
        sum = this.#addMixed(sum, suffix);
      }
    }
    return this.#toAffine(sum);
  }

  /** p[i] + q[i] for each i with one inversion; equal, opposite and infinite points included. */
  addEach(p: readonly AffinePoint<T>[], q: readonly AffinePoint<T>[]): AffinePoint<T>[] {
    const f = this.field;
    const denominators = p.map((a, i) => {
      const b = q[i]!;
      if (a === null || b === null) return f.zero;
      return f.eq(a.x, b.x) ? f.add(a.y, b.y) : f.sub(b.x, a.x);
    });
    batchInvert(f, denominators);
    return p.map((a, i) => {
      const b = q[i]!;
      if (a === null) return b;
      if (b === null) return a;
      let numerator = f.sub(b.y, a.y);
      if (f.eq(a.x, b.x)) {
        if (!f.eq(a.y, b.y) || f.isZero(a.y)) return null;
        const xx = f.mul(a.x, a.x);
        numerator = f.add(f.add(xx, xx), xx);
      }
      const slope = f.mul(numerator, denominators[i]!);
      const x = f.sub(f.sub(f.mul(slope, slope), a.x), b.x);
      return { x, y: f.sub(f.mul(slope, f.sub(a.x, x)), a.y) };
    });
  }

  /** scalars[i] * base for each i: window tables of the base, one batch of additions a window. */
  multiplyBase(base: AffinePoint<T>, scalars: readonly bigint[]): AffinePoint<T>[] {
    const window = scalars.length > 4096 ? 11 : scalars.length > 64 ? 7 : 4;
    const size = 1 << window;
    let sums: AffinePoint<T>[] = scalars.map(() => null);
    let unit = base;
    for (let shift = 0n; shift < 254n; shift += BigInt(window)) {
      const table: AffinePoint<T>[] = [null, unit];
      for (let step = 1; step < size; step *= 2) {
        const top = this.multiply(unit, BigInt(step));
        const low = table.slice(0, step);
        table.length = step;
        table.push(
          ...this.addEach(
            low,
            low.map(() => top),
          ),
        );
      }
      sums = this.addEach(
        sums,
        scalars.map((scalar) => table[Number((scalar >> shift) & BigInt(size - 1))]!),
      );
      unit = this.multiply(unit, BigInt(size));
    }
    return sums;
  }

  #infinity(): Jacobian<T> {
    return { x: this.field.one, y: this.field.one, z: this.field.zero };
  }

  #multiply(point: AffinePoint<T>, scalar: bigint): Jacobian<T> {
    let sum = this.#infinity();
    for (const bit of scalar.toString(2)) {
      sum = this.#double(sum);
      if (bit === "1") sum = this.#addMixed(sum, point);
    }
    return sum;
  }

  /** dbl-2009-l of the Explicit-Formulas Database. */
  #double({ x, y, z }: Jacobian<T>): Jacobian<T> {
    const f = this.field;
    const a = f.mul(x, x);
    const b = f.mul(y, y);
    const c = f.mul(b, b);
    const xb = f.add(x, b);
    const half = f.sub(f.sub(f.mul(xb, xb), a), c);
    const d = f.add(half, half);
    const e = f.add(f.add(a, a), a);
    const x3 = f.sub(f.mul(e, e), f.add(d, d));
    const c2 = f.add(c, c);
    const c4 = f.add(c2, c2);
    const y3 = f.sub(f.mul(e, f.sub(d, x3)), f.add(c4, c4));
    const yz = f.mul(y, z);
    return { x: x3, y: y3, z: f.add(yz, yz) };
  }

  /** Textbook mixed addition, all special cases handled. */
  #addMixed(p: Jacobian<T>, q: AffinePoint<T>): Jacobian<T> {
    const f = this.field;
    if (q === null) return p;
    if (f.isZero(p.z)) return { x: q.x, y: q.y, z: f.one };
    const zz = f.mul(p.z, p.z);
    const h = f.sub(f.mul(q.x, zz), p.x);
    const r = f.sub(f.mul(f.mul(q.y, p.z), zz), p.y);
    if (f.isZero(h)) return f.isZero(r) ? this.#double(p) : this.#infinity();
    const hh = f.mul(h, h);
    const hhh = f.mul(h, hh);
    const v = f.mul(p.x, hh);
    const x = f.sub(f.sub(f.mul(r, r), hhh), f.add(v, v));
    return { x, y: f.sub(f.mul(r, f.sub(v, x)), f.mul(p.y, hhh)), z: f.mul(p.z, h) };
  }

  #toAffine({ x, y, z }: Jacobian<T>): AffinePoint<T> {
    const f = this.field;
    if (f.isZero(z)) return null;
    const inverse = f.inv(z);
    const square = f.mul(inverse, inverse);
    return { x: f.mul(x, square), y: f.mul(y, f.mul(square, inverse)) };
  }
}
