// Modular inversion by division steps, for all lanes at once through one product.
// D. J. Bernstein, B.-Y. Yang: "Fast constant-time gcd computation and modular inversion" (2019), in the variable-time
// form with 30 steps a round that libsecp256k1's notes describe ("The safegcd implementation explained").
#pragma once
#include "field.h"

namespace divsteps {

static constexpr i32 LOW30 = (1 << 30) - 1;

// sum of v[i] * 2^(30 i); all but the top limb non-negative
struct Signed30 {
  i32 v[9];
};

constexpr Signed30 toSigned30(const U256 &x) {
  Signed30 r{};
  for (int i = 0; i < 9; i++) {
    int bit = 30 * i, word = bit / 64, shift = bit % 64;
    u64 w = x.w[word] >> shift;
    if (shift > 34 && word < 3) w |= x.w[word + 1] << (64 - shift);
    r.v[i] = (i32)(w & LOW30);
  }
  return r;
}

struct Matrix {
  i32 u, v, q, r;
};

// Thirty steps on the low words of f and g; eta is minus Bernstein and Yang's delta.
static inline i32 thirtySteps(i32 eta, u32 f, u32 g, Matrix &t) {
  u32 u = 1, v = 0, q = 0, r = 1;
  for (i32 left = 30;;) {
    i32 zeros = __builtin_ctz(g | (0xffffffffu << left));
    g >>= zeros;
    u <<= zeros;
    v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) break;
    u32 w;
    if (eta < 0) {
      eta = -eta;
      u32 old = f;
      f = g, g = 0 - old;
      old = u, u = q, q = 0 - old;
      old = v, v = r, r = 0 - old;
      // cancels up to six low bits of g at once
      i32 limit = eta + 1 > left ? left : eta + 1;
      w = (f * g * (f * f - 2)) & (0xffffffffu >> (32 - limit)) & 63;
    } else {
      i32 limit = eta + 1 > left ? left : eta + 1;
      w = f + (((f + 1) & 4) << 1);
      w = (0 - w * g) & (0xffffffffu >> (32 - limit)) & 15;
    }
    g += f * w;
    q += u * w;
    r += v * w;
  }
  t = {(i32)u, (i32)v, (i32)q, (i32)r};
  return eta;
}

// (d, e) = t (d, e) / 2^30 modulo p, both kept in (-2p, p)
template <class M> static inline void updateCofactors(Signed30 &d, Signed30 &e, const Matrix &t) {
  constexpr Signed30 p = toSigned30(M::p);
  constexpr u32 inverse = (u32)inverse64(M::p.w[0]) & LOW30;
  i32 signD = d.v[8] >> 31, signE = e.v[8] >> 31;
  i32 md = (t.u & signD) + (t.v & signE), me = (t.q & signD) + (t.r & signE);
  i64 cd = (i64)t.u * d.v[0] + (i64)t.v * e.v[0], ce = (i64)t.q * d.v[0] + (i64)t.r * e.v[0];
  md -= (inverse * (u32)cd + (u32)md) & LOW30;
  me -= (inverse * (u32)ce + (u32)me) & LOW30;
  cd = (cd + (i64)p.v[0] * md) >> 30;
  ce = (ce + (i64)p.v[0] * me) >> 30;
  for (int i = 1; i < 9; i++) {
    cd += (i64)t.u * d.v[i] + (i64)t.v * e.v[i] + (i64)p.v[i] * md;
    ce += (i64)t.q * d.v[i] + (i64)t.r * e.v[i] + (i64)p.v[i] * me;
    d.v[i - 1] = (i32)cd & LOW30, cd >>= 30;
    e.v[i - 1] = (i32)ce & LOW30, ce >>= 30;
  }
  d.v[8] = (i32)cd;
  e.v[8] = (i32)ce;
}

// (f, g) = t (f, g) / 2^30, exact
static inline void updateNumbers(Signed30 &f, Signed30 &g, const Matrix &t) {
  i64 cf = (i64)t.u * f.v[0] + (i64)t.v * g.v[0], cg = (i64)t.q * f.v[0] + (i64)t.r * g.v[0];
  cf >>= 30, cg >>= 30;
  for (int i = 1; i < 9; i++) {
    cf += (i64)t.u * f.v[i] + (i64)t.v * g.v[i];
    cg += (i64)t.q * f.v[i] + (i64)t.r * g.v[i];
    f.v[i - 1] = (i32)cf & LOW30, cf >>= 30;
    g.v[i - 1] = (i32)cg & LOW30, cg >>= 30;
  }
  f.v[8] = (i32)cf;
  g.v[8] = (i32)cg;
}

// x^-1 mod p for 0 <= x < p; zero for zero
template <class M> static U256 inverseOf(const U256 &x) {
  Signed30 d{}, e{{1}}, f = toSigned30(M::p), g = toSigned30(x);
  i32 eta = -1;
  for (;;) {
    i32 any = 0;
    for (int i = 0; i < 9; i++) any |= g.v[i];
    if (any == 0) break;
    Matrix t;
    eta = thirtySteps(eta, (u32)f.v[0] | (u32)f.v[1] << 30, (u32)g.v[0] | (u32)g.v[1] << 30, t);
    updateCofactors<M>(d, e, t);
    updateNumbers(f, g, t);
  }
  // f is 1 or -1 (p for x = 0, with d = 0): the inverse is d times its sign, brought into [0, p)
  constexpr Signed30 p = toSigned30(M::p);
  bool negate = f.v[8] < 0;
  i64 limb[9], top = 0;
  for (int i = 0; i < 9; i++) limb[i] = negate ? -(i64)d.v[i] : d.v[i];
  for (int round = 0; round < 4; round++) {
    i64 carry = 0;
    for (int i = 0; i < 8; i++) {
      limb[i] += carry;
      carry = limb[i] >> 30;
      limb[i] &= LOW30;
    }
    limb[8] += carry;
    top = limb[8];
    if (round == 3) break;
    // first lift out of the negatives (above -2p: twice at most), then below p
    if (top < 0) {
      for (int i = 0; i < 9; i++) limb[i] += p.v[i];
    }
  }
  U256 r{};
  for (int i = 0; i < 9; i++) {
    int bit = 30 * i, word = bit / 64, shift = bit % 64;
    r.w[word] |= (u64)limb[i] << shift;
    if (shift > 34 && word < 3) r.w[word + 1] |= (u64)limb[i] >> (64 - shift);
  }
  while (geq(r, M::p)) r = subtract(r, M::p);
  return r;
}

} // namespace divsteps

// 1 / a in each lane; zero gives zero
template <class M> static __attribute__((noinline)) typename Field<M>::V invert(const typename Field<M>::V &value) {
  typedef Field<M> F;
  u32 zero = F::zeroMask(value);
  typename F::V a = F::select(F::red(value), F::splat(F::ONE), zero);
  Elem lanes[LANES], others[LANES];
  Elem *to[LANES];
  const Elem *from[LANES];
  for (int i = 0; i < LANES; i++) to[i] = &lanes[i], from[i] = &others[i];
  F::scatter(a, to);
  // each lane's inverse is the product of the other lanes over the product of all
  typename F::V rest = F::splat(F::ONE), all = F::splat(lanes[0]);
  if (LANES == 2) {
    others[0] = lanes[LANES - 1], others[LANES - 1] = lanes[0];
    rest = F::gather(from);
    all = F::mul(a, rest);
  }
  Elem product;
  for (int i = 0; i < LANES; i++) to[i] = i ? &lanes[i] : &product;
  F::scatter(F::red(all), to);
  U256 x;
  F::pack(product, x.w);
  U256 inverse = divsteps::inverseOf<M>(x);
  // from (x M)^-1 to x^-1 M, M the Montgomery factor: a product with M^3
  constexpr Elem cube = toElem(powerOfTwo(3 * MONTGOMERY_BITS, M::p));
  typename F::V r = F::mul(F::splat(F::unpack(inverse.w)), F::splat(cube));
  return F::select(F::mul(F::red(r), rest), value, zero);
}
