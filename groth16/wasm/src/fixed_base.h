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

// out[i] = scalars[i] * points[i]: double and add, in step over a batch
template <class F>
static void multiplyEach(const Affine<F> *points, const u64 *scalars, u32 n, Affine<F> *out, BatchScratch<F> *s) {
  s->init();
  for (u32 from = 0; from < n; from += BATCH) {
    u32 to = n - from < BATCH ? n : from + BATCH;
    for (u32 i = from; i < to; i++) setInfinity(out[i]);
    for (i32 bit = 253; bit >= 0; bit--) {
      for (u32 i = from; i < to; i++) queueAdd(*s, &out[i], &out[i], &out[i], 0);
      flush(*s);
      for (u32 i = from; i < to; i++) {
        if (scalars[4 * i + bit / 64] >> (bit % 64) & 1) queueAdd(*s, &out[i], &points[i], &out[i], 0);
      }
      flush(*s);
    }
  }
}
