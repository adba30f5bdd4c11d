// Many multiples of one point: tables of signed digits, window by window; all additions batched.
#pragma once
#include "msm.h"
#include "projective.h"

// table[w * m + d - 1] = d * 2^(c w) * base, d = 1 .. m = 2^(c - 1)
template <class F> static void buildTable(const Affine<F> *base, u32 c, u32 windows, Affine<F> *table, BatchScratch<F> *s) {
  u32 m = 1u << (c - 1);
  s->init();
  const Affine<F> *from[LANES];
  for (int i = 0; i < LANES; i++) from[i] = base;
  Projective<F> unit = Projective<F>::load(from);
  for (u32 w = 0; w < windows; w++) {
    storeFirst(unit, table + (u64)w * m);
    for (u32 i = 0; i < c; i++) unit = Projective<F>::twice(unit);
  }
  for (u32 step = 1; step < m; step *= 2) {
    for (u32 w = 0; w < windows; w++) {
      Affine<F> *t = table + (u64)w * m;
      queueAdd(*s, t + step - 1, t + step - 1, t + 2 * step - 1, 0);
    }
    flush(*s);
    for (u32 w = 0; w < windows; w++) {
      Affine<F> *t = table + (u64)w * m;
      for (u32 k = 1; k < step; k++) queueAdd(*s, t + step - 1, t + k - 1, t + step + k - 1, 0);
    }
    flush(*s);
  }
}

// out[i] = scalars[i] * base; digits is scratch for windows * BATCH, kinds for BATCH
template <class F>
static void multiplyTable(const Affine<F> *table, u32 c, u32 windows, const u64 *scalars, u32 n, Affine<F> *out,
                          BatchScratch<F> *s, i16 *digits, u8 *kinds) {
  u32 m = 1u << (c - 1);
  s->init();
  for (u32 from = 0; from < n; from += BATCH) {
    u32 count = n - from < BATCH ? n - from : BATCH;
    recode(scalars + 4ull * from, count, c, windows, digits, kinds, 0, count);
    for (u32 i = 0; i < count; i++) setInfinity(out[from + i]);
    for (u32 w = 0; w < windows; w++) {
      for (u32 i = 0; i < count; i++) {
        i32 d = w == 0 || kinds[i] == 2 ? digits[w * count + i] : 0;
        if (d == 0) continue;
        const Affine<F> *entry = table + (u64)w * m + (d < 0 ? -d : d) - 1;
        queueAdd(*s, &out[from + i], entry, &out[from + i], d < 0);
      }
      flush(*s);
    }
  }
}

// Doubles points in place with one inversion; infinite points stay.
template <class F> static __attribute__((noinline)) void doubleBatch(Affine<F> *points, u32 n, BatchScratch<F> &s) {
  typedef typename F::V V;
  V product = F::splat(F::ONE);
  u32 groups = (n + LANES - 1) / LANES;
  for (u32 k = 0; k < groups; k++) {
    const typename F::Elem *y[LANES];
    u32 infinite = 0;
    for (int i = 0; i < LANES; i++) {
      const Affine<F> &p = points[k * LANES + i < n ? k * LANES + i : n - 1];
      y[i] = &p.y;
      infinite |= (u32)isInfinity(p) << i;
    }
    V a = F::gather(y), d = F::red(F::add(a, a));
    // no finite point of these groups has y = 0; one of a hostile key may, and must not spoil the others
    u32 zero = F::zeroMask(d);
    for (int i = 0; i < LANES; i++) {
      if (zero >> i & 1 && k * LANES + i < n) setInfinity(points[k * LANES + i]);
    }
    d = F::select(d, F::splat(F::ONE), infinite | zero);
    s.difference[k] = d;
    s.prefix[k] = product;
    product = F::tame(F::mul(product, d));
  }
  V running = inverse(product);
  for (u32 k = groups; k-- > 0;) {
    const typename F::Elem *xp[LANES], *yp[LANES];
    typename F::Elem *xo[LANES], *yo[LANES];
    Affine<F> spare;
    for (int i = 0; i < LANES; i++) {
      u32 at = k * LANES + i < n ? k * LANES + i : n - 1;
      Affine<F> &p = points[at];
      xp[i] = &p.x, yp[i] = &p.y;
      bool skip = k * LANES + i >= n || isInfinity(p);
      xo[i] = skip ? &spare.x : &p.x, yo[i] = skip ? &spare.y : &p.y;
    }
    V inv = F::tame(F::mul(running, s.prefix[k]));
    running = F::tame(F::mul(running, s.difference[k]));
    V x = F::gather(xp), y = F::gather(yp), xx = F::sqr(x);
    V slope = F::mul(F::red(F::add(F::add(xx, xx), xx)), inv);
    V x3 = F::red(F::sub(F::sub(F::sqr(slope), x), x));
    V y3 = F::red(F::sub(F::mul(slope, F::sub(x, x3)), y));
    F::scatter(x3, xo);
    F::scatter(y3, yo);
  }
}

static inline u32 topBit(const u64 *s) {
  for (i32 i = 3; i >= 0; i--)
    if (s[i]) return 64 * i + 63 - __builtin_clzll(s[i]);
  return 0;
}

// out[i] = scalars[i] * points[i]: double and add, in step over a batch. Overwrites the scalars: those above r / 2
// become r - s, so that small negative ones are cheap.
template <class F>
static void multiplyEach(const Affine<F> *points, u64 *scalars, u32 n, Affine<F> *out, BatchScratch<F> *s) {
  s->init();
  u8 negative[BATCH];
  for (u32 from = 0; from < n; from += BATCH) {
    u32 count = n - from < BATCH ? n - from : BATCH;
    i32 top = 0;
    for (u32 i = 0; i < count; i++) {
      u64 *w = scalars + 4ull * (from + i);
      U256 v{{w[0], w[1], w[2], w[3]}};
      negative[i] = w[3] > ModR::p.w[3] >> 1;
      if (negative[i]) v = subtract(ModR::p, v);
      for (u32 k = 0; k < 4; k++) w[k] = v.w[k];
      i32 bit = topBit(w);
      if (bit > top) top = bit;
      setInfinity(out[from + i]);
    }
    for (i32 bit = top; bit >= 0; bit--) {
      if (bit < top) doubleBatch(out + from, count, *s);
      for (u32 i = 0; i < count; i++) {
        if (scalars[4ull * (from + i) + bit / 64] >> (bit % 64) & 1) {
          queueAdd(*s, &out[from + i], &points[from + i], &out[from + i], negative[i]);
        }
      }
      flush(*s);
    }
  }
}
