// Complete projective formulas for the few places that are not worth a batch: they have no special cases.
// J. Renes, C. Costello, L. Batina: "Complete addition formulas for prime order elliptic curves", algorithms 7
// and 9 (a = 0). They are complete on BN254's groups, whose orders are odd.
#pragma once
#include "convert.h"

template <class F> struct TripleB;
template <> struct TripleB<Fq> {
  // 3 b = 9
  static constexpr Elem value = toElem(mulMod(U256{{9, 0, 0, 0}}, powerOfTwo(MONTGOMERY_BITS, ModQ::p), ModQ::p));
};
template <> struct TripleB<Fq2> {
  // 9 / (9 + u) = 9 (9 - u) / 82: 81 / 82 and -9 / 82
  static constexpr U256 c0{{0x1ef69c66bce9b021, 0xf21b7c8d3cb039cf, 0x1499be5e509e8f8f, 0x20753adca9c6bfb8}};
  static constexpr U256 c1{{0xade8371391494176, 0xf5eee18eaf8748f8, 0x67860f09cc8af9dd, 0x01c53b10b0d2fc7e}};
  static constexpr Elem2 value{
      toElem(mulMod(c0, powerOfTwo(MONTGOMERY_BITS, ModQ::p), ModQ::p)),
      toElem(mulMod(c1, powerOfTwo(MONTGOMERY_BITS, ModQ::p), ModQ::p)),
  };
};

template <class F> struct Projective {
  typedef typename F::V V;
  V x, y, z;

  static Projective zero() {
    V one = F::splat(F::ONE), none = F::sub(one, one);
    return {none, one, none};
  }

  static V times(const V &a, const V &b) { return F::red(F::mul(a, b)); }
  static V plus(const V &a, const V &b) { return F::red(F::add(a, b)); }
  static V minus(const V &a, const V &b) { return F::red(F::sub(a, b)); }

  static __attribute__((noinline)) Projective add(const Projective &p, const Projective &q) {
    V b3 = F::splat(TripleB<F>::value);
    V t0 = times(p.x, q.x), t1 = times(p.y, q.y), t2 = times(p.z, q.z);
    V t3 = minus(times(plus(p.x, p.y), plus(q.x, q.y)), plus(t0, t1));
    V t4 = minus(times(plus(p.y, p.z), plus(q.y, q.z)), plus(t1, t2));
    V y3 = minus(times(plus(p.x, p.z), plus(q.x, q.z)), plus(t0, t2));
    t0 = plus(plus(t0, t0), t0);
    t2 = times(b3, t2);
    V z3 = plus(t1, t2);
    t1 = minus(t1, t2);
    y3 = times(b3, y3);
    V x3 = minus(times(t3, t1), times(t4, y3));
    y3 = plus(times(t1, z3), times(y3, t0));
    z3 = plus(times(z3, t4), times(t0, t3));
    return {x3, y3, z3};
  }

  static __attribute__((noinline)) Projective twice(const Projective &p) {
    V b3 = F::splat(TripleB<F>::value);
    V t0 = times(p.y, p.y);
    V z3 = plus(t0, t0);
    z3 = plus(z3, z3);
    z3 = plus(z3, z3);
    V t1 = times(p.y, p.z);
    V t2 = times(b3, times(p.z, p.z));
    V x3 = times(t2, z3);
    V y3 = plus(t0, t2);
    z3 = times(t1, z3);
    t2 = plus(plus(t2, t2), t2);
    t0 = minus(t0, t2);
    y3 = plus(times(t0, y3), x3);
    x3 = times(t0, times(p.x, p.y));
    return {plus(x3, x3), y3, z3};
  }

  static Projective select(const Projective &p, const Projective &q, u32 mask) {
    return {F::select(p.x, q.x, mask), F::select(p.y, q.y, mask), F::select(p.z, q.z, mask)};
  }

  static Projective load(const Affine<F> *const p[LANES]) {
    const typename F::Elem *x[LANES], *y[LANES];
    u32 infinite = 0;
    for (int i = 0; i < LANES; i++) x[i] = &p[i]->x, y[i] = &p[i]->y, infinite |= (u32)isInfinity(*p[i]) << i;
    return select({F::gather(x), F::gather(y), F::splat(F::ONE)}, zero(), infinite);
  }

  void store(Affine<F> *const out[LANES]) const {
    V inv = inverse(F::red(z));
    typename F::Elem *xo[LANES], *yo[LANES];
    u32 infinite = F::zeroMask(z);
    for (int i = 0; i < LANES; i++) xo[i] = &out[i]->x, yo[i] = &out[i]->y;
    F::scatter(times(x, F::red(inv)), xo);
    F::scatter(times(y, F::red(inv)), yo);
    for (int i = 0; i < LANES; i++)
      if (infinite >> i & 1) setInfinity(*out[i]);
  }
};

// The sum of the lanes, in every lane.
template <class F> static Projective<F> foldLanes(const Projective<F> &p) {
  Affine<F> lane[LANES];
  Affine<F> *to[LANES];
  for (int i = 0; i < LANES; i++) to[i] = &lane[i];
  p.store(to);
  Projective<F> sum = Projective<F>::zero();
  for (int i = 0; i < LANES; i++) {
    const Affine<F> *from[LANES];
    for (int k = 0; k < LANES; k++) from[k] = &lane[i];
    sum = Projective<F>::add(sum, Projective<F>::load(from));
  }
  return sum;
}

template <class F> static void storeFirst(const Projective<F> &p, Affine<F> *out) {
  Affine<F> spare[LANES];
  Affine<F> *to[LANES];
  for (int i = 0; i < LANES; i++) to[i] = i ? &spare[i] : out;
  p.store(to);
}

// sum of 2^(c w) * sums[w]
template <class F> static void combineWindows(const Affine<F> *sums, u32 windows, u32 c, Affine<F> *out) {
  Projective<F> total = Projective<F>::zero();
  for (u32 w = windows; w-- > 0;) {
    for (u32 i = 0; i < c; i++) total = Projective<F>::twice(total);
    const Affine<F> *from[LANES];
    for (int i = 0; i < LANES; i++) from[i] = &sums[w];
    total = Projective<F>::add(total, Projective<F>::load(from));
  }
  storeFirst(total, out);
}

// A few points: four bits at a time, points spread over the lanes. `table` holds 16 entries a group of lanes.
template <class F>
static void smallMsm(const Affine<F> *points, const u64 *scalars, u32 n, Projective<F> *table, Affine<F> *out) {
  Affine<F> none;
  setInfinity(none);
  u32 groups = (n + LANES - 1) / LANES;
  for (u32 g = 0; g < groups; g++) {
    const Affine<F> *from[LANES];
    for (int i = 0; i < LANES; i++) from[i] = g * LANES + i < n ? &points[g * LANES + i] : &none;
    Projective<F> *t = table + 16 * g;
    t[0] = Projective<F>::zero();
    t[1] = Projective<F>::load(from);
    for (u32 d = 2; d < 16; d++) t[d] = Projective<F>::add(t[d - 1], t[1]);
  }
  Projective<F> total = Projective<F>::zero();
  for (i32 bit = 252; bit >= 0; bit -= 4) {
    for (u32 i = 0; i < 4; i++) total = Projective<F>::twice(total);
    for (u32 g = 0; g < groups; g++) {
      Projective<F> entry = table[16 * g];
      for (int i = 0; i < LANES; i++) {
        u32 at = g * LANES + i;
        u32 digit = at < n ? scalars[4 * at + bit / 64] >> (bit % 64) & 15 : 0;
        entry = Projective<F>::select(entry, table[16 * g + digit], 1u << i);
      }
      total = Projective<F>::add(total, entry);
    }
  }
  storeFirst(foldLanes(total), out);
}
