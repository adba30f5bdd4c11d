// Two field elements at once: five limbs of 51 bits held in doubles, multiplied by fused multiply-add.
//
// A product of two limbs of at most 51 bits is split by rounding: hi = fma(a, b, 3 * 2^102) carries
// round(ab / 2^51) in its low mantissa bits, and lo = fma(a, b, 3 * 2^102 + 3 * 2^51 - hi) the signed rest. Both
// are summed as 64-bit integers; what the exponent fields add up to is a constant known at compile time
// (N. Emmart, "Faster modular exponentiation using double precision floating point arithmetic on the GPU",
// ARITH 2018; here with signed limbs, so that differences need no correction).
//
// Elements are in Montgomery form with factor 2^255. "Normal": lower limbs in [-2^50, 2^50], |value| < 2p.
// mul takes normal elements or the sum or difference of two; sqr takes normal ones.
#pragma once
#include "modulus.h"
#include <wasm_simd128.h>

typedef double d2 __attribute__((vector_size(16)));
typedef u64 u2 __attribute__((vector_size(16)));
typedef i64 i2 __attribute__((vector_size(16)));

#define LANES 2
#define LIMBS 5
#define LIMB_BITS 51
#define MONTGOMERY_BITS 255

typedef double Limb;
struct Elem {
  Limb l[LIMBS];
};
static constexpr Limb INFINITY_LIMB = 0x1p1000;

static inline d2 fma2(d2 a, d2 b, d2 c) { return (d2)wasm_f64x2_relaxed_madd((v128_t)a, (v128_t)b, (v128_t)c); }
static inline d2 both(double x) { return (d2){x, x}; }
static inline u2 bothBits(u64 x) { return (u2){x, x}; }

#include "limbs.h"

template <class M> struct Field {
  typedef ::Elem Elem;
  struct V {
    d2 l[LIMBS];
  };

  static constexpr Elem P = toElem(M::p);
  static constexpr Elem ONE = toElem(powerOfTwo(MONTGOMERY_BITS, M::p));
  static constexpr double TWO51 = 0x1p51;
  static constexpr double HI = 3 * 0x1p102, LO = 3 * 0x1p51;
  static constexpr u64 HI_BITS = 0x4668000000000000ull, LO_BITS = 0x4338000000000000ull;
  static constexpr u64 MASK = (1ull << 51) - 1;
  // -p^-1 mod 2^51, balanced
  static constexpr i64 negInverse() {
    i64 v = (i64)((0 - inverse64(M::p.w[0])) & MASK);
    return v >= (1ll << 50) ? v - (1ll << 51) : v;
  }
  // q p_0 must cancel a low limb s: their sum is a multiple of 2^51, and zero, because both lie in [-2^50, 2^50],
  // unless both are -2^50. For s = -2^50 rounding to even decides: this computes what the multiplier gives.
  static constexpr i64 evenHalf(i64 odd) { return ((odd - 1) / 2) % 2 == 0 ? (odd - 1) / 2 : (odd + 1) / 2; }
  static constexpr i64 tie() {
    i64 q = -negInverse() - 2 * evenHalf(-negInverse()); // in units of 2^50: 1 or -1
    i64 product = q * limbOf(M::p, 0);
    return product - 2 * evenHalf(product);
  }
  static_assert(tie() == 1, "the low limb would not cancel");
  // makes a column non-negative, so that an unsigned shift carries; 2^50 rounds to nearest
  static constexpr u64 BIAS = (1ull << 58) + (1ull << 50), BIAS_CARRY = 1ull << 7;
  static constexpr u64 loCount(int k) { return k < 0 || k > 8 ? 0 : (k < 5 ? k + 1 : 9 - k); }

  // start value of column k for `products` operand products: cancels every exponent field to come
  static constexpr u64 start(int k, int products) {
    u64 lo = loCount(k) * products, hi = loCount(k - 1) * products;
    u64 qLo = loCount(k), qHi = loCount(k - 1);
    if (k < 5) qLo -= 1; // the low half of q_k * p_0 is never computed
    u64 v = 0 - (lo + qLo) * LO_BITS - (hi + qHi) * HI_BITS;
    if (k < 9) v += BIAS;
    if (k > 0) v -= BIAS_CARRY;
    if (k == 9) v += LO_BITS;
    return v;
  }

  struct Columns {
    u2 c[10];
  };

  template <int PRODUCTS> static inline __attribute__((always_inline)) void begin(Columns &t) {
    for (int k = 0; k < 10; k++) t.c[k] = bothBits(start(k, PRODUCTS));
  }

  static inline __attribute__((always_inline)) void product(d2 a, d2 b, u2 &lo, u2 &hi) {
    d2 h = fma2(a, b, both(HI));
    d2 l = fma2(a, b, both(HI + LO) - h);
    hi += (u2)h;
    lo += (u2)l;
  }

  static inline __attribute__((always_inline)) void accumulate(Columns &t, const V &a, const V &b) {
    for (int i = 0; i < LIMBS; i++)
      for (int j = 0; j < LIMBS; j++) product(a.l[i], b.l[j], t.c[i + j], t.c[i + j + 1]);
  }

  static inline __attribute__((always_inline)) V finish(Columns &t) {
    for (int i = 0; i < LIMBS; i++) {
      d2 s = (d2)((t.c[i] & bothBits(MASK)) | bothBits(0x4330000000000000ull)) - both(0x1p52 + 0x1p50);
      d2 n = both((double)negInverse());
      d2 h = fma2(s, n, both(HI));
      d2 q = fma2(s, n, both(HI + LO) - h) - both(LO);
      // q p_0 cancels the low limb exactly, so that only its upper half is needed
      t.c[i + 1] += (u2)fma2(q, both(P.l[0]), both(HI)) + (t.c[i] >> 51);
      for (int j = 1; j < LIMBS; j++) product(q, both(P.l[j]), t.c[i + j], t.c[i + j + 1]);
    }
    V r;
    for (int i = 0; i < 4; i++) {
      r.l[i] = (d2)((t.c[i + 5] & bothBits(MASK)) | bothBits(0x4330000000000000ull)) - both(0x1p52 + 0x1p50);
      t.c[i + 6] += t.c[i + 5] >> 51;
    }
    r.l[4] = (d2)t.c[9] - both(LO);
    return r;
  }

  static inline __attribute__((always_inline)) V mul(const V &a, const V &b) {
    Columns t;
    begin<1>(t);
    accumulate(t, a, b);
    return finish(t);
  }

  // start values differ from mul's only in the number of products
  static constexpr u64 sqrLo(int k) {
    u64 n = 0;
    for (int i = 0; i < 5; i++)
      for (int j = i; j < 5; j++) n += i + j == k;
    return n;
  }

  static inline __attribute__((always_inline)) V sqr(const V &a) {
    Columns t;
    for (int k = 0; k < 10; k++) {
      t.c[k] = bothBits(start(k, 0) - sqrLo(k) * LO_BITS - (k ? sqrLo(k - 1) : 0) * HI_BITS);
    }
    for (int i = 0; i < LIMBS; i++) {
      product(a.l[i], a.l[i], t.c[2 * i], t.c[2 * i + 1]);
      d2 twice = a.l[i] + a.l[i];
      for (int j = i + 1; j < LIMBS; j++) product(twice, a.l[j], t.c[i + j], t.c[i + j + 1]);
    }
    return finish(t);
  }

  static inline V add(const V &a, const V &b) {
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = a.l[i] + b.l[i];
    return r;
  }

  static inline V sub(const V &a, const V &b) {
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = a.l[i] - b.l[i];
    return r;
  }

  static inline V neg(const V &a) {
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = -a.l[i];
    return r;
  }

  // normal, |value| <= p / 2 (and a hair): takes limbs below 2^53
  static inline __attribute__((always_inline)) V red(const V &a) {
    constexpr double scale = 0x1p204 / ((double)M::p.w[3] * 0x1p192);
    d2 q = fma2(a.l[4], both(scale), both(LO)) - both(LO);
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = fma2(-q, both(P.l[i]), a.l[i]);
    for (int i = 0; i < LIMBS - 1; i++) {
      d2 c = (r.l[i] + both(HI)) - both(HI);
      r.l[i] -= c;
      r.l[i + 1] = fma2(c, both(0x1p-51), r.l[i + 1]);
    }
    return r;
  }

  // bounds the output of mul further where formulas multiply several unreduced values: not needed here
  static inline V tame(const V &a) { return a; }

  // bit i: lane i is zero mod p
  static inline u32 zeroMask(const V &a) {
    V r = red(a);
    u2 bits = (u2)r.l[0] | (u2)r.l[1] | (u2)r.l[2] | (u2)r.l[3] | (u2)r.l[4];
    bits <<= 1; // the sign of zero
    return (bits[0] == 0) | ((bits[1] == 0) << 1);
  }

  static inline V splat(const Elem &e) {
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = both(e.l[i]);
    return r;
  }

  static inline __attribute__((always_inline)) V gather(const Elem *const p[LANES]) {
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = (d2){p[0]->l[i], p[1]->l[i]};
    return r;
  }

  static inline __attribute__((always_inline)) void scatter(const V &a, Elem *const p[LANES]) {
    for (int i = 0; i < LIMBS; i++) {
      p[0]->l[i] = a.l[i][0];
      p[1]->l[i] = a.l[i][1];
    }
  }

  // lanes whose bit is set are negated
  static inline __attribute__((always_inline)) V negIf(const V &a, u32 mask) {
    u2 sign = (u2){(u64)(mask & 1) << 63, (u64)(mask & 2) << 62};
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = (d2)((u2)a.l[i] ^ sign);
    return r;
  }

  // lanes whose bit is set come from b
  static inline V select(const V &a, const V &b, u32 mask) {
    u2 m = (u2){(u64)0 - (mask & 1), (u64)0 - (mask >> 1 & 1)};
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = (d2)(((u2)a.l[i] & ~m) | ((u2)b.l[i] & m));
    return r;
  }

  // 32 little-endian bytes, any value below 2^256 (limbs of 51 bits, top one of 52): not normal, fit for mul
  static inline Elem unpack(const u64 w[4]) {
    Elem e;
    i64 carry = 0;
    for (int i = 0; i < LIMBS; i++) {
      int bit = i * 51, word = bit / 64, shift = bit % 64;
      u64 x = w[word] >> shift;
      if (shift > 13 && word < 3) x |= w[word + 1] << (64 - shift);
      if (i < 4) x &= MASK;
      i64 limb = (i64)x + carry;
      carry = i < 4 ? (limb + (1ll << 50)) >> 51 : 0;
      e.l[i] = (double)(limb - (carry << 51));
    }
    return e;
  }

  // the representative in [0, p) of a reduced element (the output of red)
  static inline void pack(const Elem &e, u64 w[4]) {
    i64 limb[LIMBS];
    bool negative = false;
    for (int i = LIMBS - 1, decided = 0; i >= 0; i--) {
      limb[i] = (i64)e.l[i];
      if (!decided && limb[i] != 0) negative = limb[i] < 0, decided = 1;
    }
    i64 carry = 0;
    for (int i = 0; i < LIMBS; i++) {
      limb[i] += carry + (negative ? (i64)P.l[i] : 0);
      carry = i < 4 ? limb[i] >> 51 : 0;
      limb[i] -= carry << 51;
    }
    w[0] = (u64)limb[0] | (u64)limb[1] << 51;
    w[1] = (u64)limb[1] >> 13 | (u64)limb[2] << 38;
    w[2] = (u64)limb[2] >> 26 | (u64)limb[3] << 25;
    w[3] = (u64)limb[3] >> 39 | (u64)limb[4] << 12;
  }
};
