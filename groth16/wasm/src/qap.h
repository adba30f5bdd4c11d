// What a setup with a known tau needs of the scalar field.
#pragma once
#include "sparse.h"

static inline Fr::V splatScalar(const u64 *standard) {
  Elem e;
  unpackScaled<ModR>(standard, &e, 1, FROM_STANDARD_R);
  return Fr::splat(e);
}

static void storeScalars(const Fr::V &v, u64 *out) {
  Elem e[LANES];
  Elem *to[LANES];
  for (int k = 0; k < LANES; k++) to[k] = &e[k];
  Fr::scatter(Fr::red(Fr::mul(v, Fr::splat(toElem(TO_STANDARD_R)))), to);
  for (int k = 0; k < LANES; k++) Fr::pack(e[k], out + 4 * k);
}

// out[i] = scale * x_i / (tau - x_i), x_i = start * step^i, i = 0 .. n - 1; n a multiple of LANES.
// `scratch` holds n elements. tau must differ from every x_i.
static void lagrangeRange(Elem *out, u32 n, const u64 *tau, const u64 *start, const u64 *step, const u64 *scale,
                          Fr::V *scratch) {
  Fr::V t = splatScalar(tau), x = splatScalar(start), w = splatScalar(step), stride = w, product = Fr::splat(Fr::ONE);
  Fr::V factor = splatScalar(scale);
  for (int i = 1; i < LANES; i++) {
    x = Fr::select(x, Fr::red(Fr::mul(x, w)), ((1u << LANES) - 1) << i & ((1u << LANES) - 1));
    stride = Fr::red(Fr::mul(stride, w));
  }
  FrV *differences = (FrV *)out; // lane layout for now: the same size
  for (u32 k = 0; k < n / LANES; k++) {
    scratch[k] = product;
    differences[k] = Fr::red(Fr::sub(t, x));
    product = Fr::mul(product, differences[k]);
    x = Fr::red(Fr::mul(x, stride));
  }
  Fr::V running = invert<ModR>(Fr::red(product));
  for (u32 k = n / LANES; k-- > 0;) {
    Fr::V inv = Fr::red(Fr::mul(running, scratch[k]));
    running = Fr::red(Fr::mul(running, differences[k]));
    Fr::V point = Fr::red(Fr::sub(t, differences[k]));
    Fr::V value = Fr::red(Fr::mul(Fr::red(Fr::mul(point, inv)), factor));
    Elem *to[LANES];
    Elem e[LANES];
    for (int i = 0; i < LANES; i++) to[i] = &e[i];
    Fr::scatter(value, to);
    for (int i = 0; i < LANES; i++) out[k * LANES + i] = e[i];
  }
}

// out = (beta a + alpha b + c) * factor as standard-form scalars, groups [from, to)
static void combineRows(const FrV *a, const FrV *b, const FrV *c, const u64 *alpha, const u64 *beta, const u64 *factor,
                        u64 *out, u32 from, u32 to) {
  Fr::V va = splatScalar(alpha), vb = splatScalar(beta), vf = splatScalar(factor);
  for (u32 i = from; i < to; i++) {
    Fr::V sum = Fr::red(Fr::add(Fr::add(Fr::mul(vb, a[i]), Fr::mul(va, b[i])), c[i]));
    storeScalars(Fr::red(Fr::mul(sum, vf)), out + 4ull * i * LANES);
  }
}
