// Fourier transforms over the scalar field. Arrays are groups of LANES elements, limb by limb (Fr::V).
//
// Tables: entry h + j (h a power of two, j < h) is w_(2h)^j, in lane order, so that each layer reads its
// twiddles in sequence. Forward transforms take natural order to bit-reversed order (decimation in frequency),
// backward ones the reverse (decimation in time).
#pragma once
#include "convert.h"

typedef Fr::V FrV;

static inline Limb *lane(FrV *a, u32 i) { return (Limb *)&a[i / LANES] + i % LANES; }

static inline void putLane(FrV *a, u32 i, const Elem &e) {
  for (int k = 0; k < LIMBS; k++) lane(a, i)[k * LANES] = e.l[k];
}

static inline Elem getLane(FrV *a, u32 i) {
  Elem e;
  for (int k = 0; k < LIMBS; k++) e.l[k] = lane(a, i)[k * LANES];
  return e;
}

// Lane 0 of `low` and of `high`, and the rest: splits neighbours for the last layer.
static inline void transpose(FrV &a, FrV &b) {
#if LANES == 2
  for (int k = 0; k < LIMBS; k++) {
    d2 t = (d2){a.l[k][0], b.l[k][0]};
    b.l[k] = (d2){a.l[k][1], b.l[k][1]};
    a.l[k] = t;
  }
#else
  (void)a, (void)b;
#endif
}

// Butterflies [from, to) (groups) of one layer on a block of 2 h elements.
static void difLayer(FrV *a, const FrV *table, u32 h, u32 from, u32 to) {
  u32 g = h / LANES;
  const FrV *w = table + g;
  for (u32 j = from; j < to; j++) {
    FrV u = a[j], v = a[j + g];
    a[j] = Fr::red(Fr::add(u, v));
    a[j + g] = Fr::mul(Fr::sub(u, v), w[j]);
  }
}

static void ditLayer(FrV *a, const FrV *table, u32 h, u32 from, u32 to) {
  u32 g = h / LANES;
  const FrV *w = table + g;
  for (u32 j = from; j < to; j++) {
    FrV u = a[j], t = Fr::mul(a[j + g], w[j]);
    a[j] = Fr::red(Fr::add(u, t));
    a[j + g] = Fr::red(Fr::sub(u, t));
  }
}

// The layer whose partners are neighbours: no twiddle but one.
static void unitLayer(FrV *a, u32 n) {
  if (LANES == 1) {
    for (u32 j = 0; j + 1 < n; j += 2) {
      FrV u = a[j], v = a[j + 1];
      a[j] = Fr::red(Fr::add(u, v));
      a[j + 1] = Fr::red(Fr::sub(u, v));
    }
    return;
  }
  for (u32 j = 0; j < n / LANES; j += 2) {
    FrV u = a[j], v = a[j + 1];
    transpose(u, v);
    FrV s = Fr::red(Fr::add(u, v)), d = Fr::red(Fr::sub(u, v));
    transpose(s, d);
    a[j] = s;
    a[j + 1] = d;
  }
}

// Blocks that fit the first-level caches go layer by layer, larger ones depth first. n >= 2 LANES.
static void difBlock(FrV *a, const FrV *table, u32 n) {
  if (n > 1024) {
    difLayer(a, table, n / 2, 0, n / 2 / LANES);
    difBlock(a, table, n / 2);
    difBlock(a + n / 2 / LANES, table, n / 2);
    return;
  }
  for (u32 h = n / 2; h >= LANES && h > 1; h /= 2)
    for (u32 b = 0; b < n; b += 2 * h) difLayer(a + b / LANES, table, h, 0, h / LANES);
  unitLayer(a, n);
}

static void ditBlock(FrV *a, const FrV *table, u32 n) {
  if (n > 1024) {
    ditBlock(a, table, n / 2);
    ditBlock(a + n / 2 / LANES, table, n / 2);
    ditLayer(a, table, n / 2, 0, n / 2 / LANES);
    return;
  }
  unitLayer(a, n);
  for (u32 h = LANES > 1 ? LANES : 2; h < n; h *= 2)
    for (u32 b = 0; b < n; b += 2 * h) ditLayer(a + b / LANES, table, h, 0, h / LANES);
}

// Tables for domains up to 2^power; `root` (standard form) generates the largest.
static void buildTwiddles(FrV *table, u32 n, const u64 *root) {
  Elem w, e = Fr::ONE;
  unpackScaled<ModR>(root, &w, 1, FROM_STANDARD_R);
  Fr::V step = Fr::splat(w), at = Fr::splat(e);
  const u32 half = n / 2;
  for (u32 j = 0; j < half; j++) {
    Elem *to[LANES];
    for (int i = 0; i < LANES; i++) to[i] = &e;
    Fr::scatter(at, to);
    putLane(table, half + j, e);
    at = Fr::red(Fr::mul(at, step));
  }
  for (u32 h = half / 2; h >= 1; h /= 2)
    for (u32 j = 0; j < h; j++) putLane(table, h + j, getLane(table, 2 * h + 2 * j));
}

static inline u32 reverseBits(u32 x, u32 bits) {
  u32 r = 0;
  for (u32 i = 0; i < bits; i++) r |= (x >> i & 1) << (bits - 1 - i);
  return r;
}

// out[bitreverse(j)] = first * ratio^j
static void buildPowers(FrV *out, u32 power, const u64 *first, const u64 *ratio) {
  Elem e[2];
  unpackScaled<ModR>(first, &e[0], 1, FROM_STANDARD_R);
  unpackScaled<ModR>(ratio, &e[1], 1, FROM_STANDARD_R);
  Fr::V at = Fr::splat(e[0]), step = Fr::splat(e[1]);
  for (u32 j = 0; j < 1u << power; j++) {
    Elem *to[LANES];
    for (int i = 0; i < LANES; i++) to[i] = &e[0];
    Fr::scatter(at, to);
    putLane(out, reverseBits(j, power), e[0]);
    at = Fr::red(Fr::mul(at, step));
  }
}
