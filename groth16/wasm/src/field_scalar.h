// One field element at a time: nine balanced limbs of 29 bits, 64-bit column sums. For engines without relaxed SIMD
// or whose multiply-add is not fused. Elements are in Montgomery form with factor 2^261; the rules are those of
// field_simd.h: "normal" limbs lie in [-2^28, 2^28], mul takes normal elements or the sum or difference of two.
#pragma once
#include "modulus.h"

#define LANES 1
#define LIMBS 9
#define LIMB_BITS 29
#define MONTGOMERY_BITS 261

typedef i32 Limb;
struct Elem {
  Limb l[LIMBS];
};
static constexpr Limb INFINITY_LIMB = 0x7fffffff;

#include "limbs.h"

template <class M> struct Field {
  typedef ::Elem Elem;
  struct V {
    Limb l[LIMBS];
  };

  static constexpr Elem P = toElem(M::p);
  static constexpr Elem ONE = toElem(powerOfTwo(MONTGOMERY_BITS, M::p));
  static constexpr u32 NEG_INVERSE = (u32)(0 - inverse64(M::p.w[0]));

  struct Columns {
    i64 c[2 * LIMBS];
  };

  template <int PRODUCTS> static inline void begin(Columns &t) {
    for (int k = 0; k < 2 * LIMBS; k++) t.c[k] = 0;
  }

  static inline void accumulate(Columns &t, const V &a, const V &b) {
    for (int i = 0; i < LIMBS; i++)
      for (int j = 0; j < LIMBS; j++) t.c[i + j] += (i64)a.l[i] * b.l[j];
  }

  static inline V finish(Columns &t) {
    for (int i = 0; i < LIMBS; i++) {
      // the low 29 bits of the product, sign-extended
      i32 q = (i32)((u32)t.c[i] * NEG_INVERSE << 3) >> 3;
      for (int j = 0; j < LIMBS; j++) t.c[i + j] += (i64)q * P.l[j];
      t.c[i + 1] += t.c[i] >> LIMB_BITS;
    }
    V r;
    for (int i = 0; i < LIMBS - 1; i++) {
      i64 carry = (t.c[i + LIMBS] + (1 << 28)) >> LIMB_BITS;
      r.l[i] = (i32)(t.c[i + LIMBS] - (carry << LIMB_BITS));
      t.c[i + LIMBS + 1] += carry;
    }
    r.l[LIMBS - 1] = (i32)t.c[2 * LIMBS - 1];
    return r;
  }

  static __attribute__((noinline)) V mul(const V &a, const V &b) {
    Columns t;
    begin<1>(t);
    accumulate(t, a, b);
    return finish(t);
  }

  static inline V sqr(const V &a) { return mul(a, a); }

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

  // normal, |value| <= p / 2 (and a hair)
  static inline V red(const V &a) {
    constexpr double scale = 0x1p232 / ((double)M::p.w[3] * 0x1p192);
    i64 q = (i64)__builtin_rint(a.l[LIMBS - 1] * scale);
    V r;
    i64 carry = 0;
    for (int i = 0; i < LIMBS; i++) {
      i64 limb = a.l[i] - q * P.l[i] + carry;
      carry = i < LIMBS - 1 ? (limb + (1 << 28)) >> LIMB_BITS : 0;
      r.l[i] = (i32)(limb - (carry << LIMB_BITS));
    }
    return r;
  }

  static inline V tame(const V &a) { return a; }

  static inline u32 zeroMask(const V &a) {
    V r = red(a);
    i32 any = 0;
    for (int i = 0; i < LIMBS; i++) any |= r.l[i];
    return any == 0;
  }

  static inline V splat(const Elem &e) {
    V r;
    for (int i = 0; i < LIMBS; i++) r.l[i] = e.l[i];
    return r;
  }

  static inline V gather(const Elem *const p[LANES]) { return splat(*p[0]); }

  static inline void scatter(const V &a, Elem *const p[LANES]) {
    for (int i = 0; i < LIMBS; i++) p[0]->l[i] = a.l[i];
  }

  static inline V negIf(const V &a, u32 mask) { return mask & 1 ? neg(a) : a; }

  static inline V select(const V &a, const V &b, u32 mask) { return mask & 1 ? b : a; }

  static inline Elem unpack(const u64 w[4]) {
    Elem e;
    i64 carry = 0;
    for (int i = 0; i < LIMBS; i++) {
      int bit = i * LIMB_BITS, word = bit / 64, shift = bit % 64;
      u64 x = w[word] >> shift;
      if (shift > 64 - LIMB_BITS && word < 3) x |= w[word + 1] << (64 - shift);
      i64 limb = (i64)(x & ((1u << LIMB_BITS) - 1)) + carry;
      carry = i < LIMBS - 1 ? (limb + (1 << 28)) >> LIMB_BITS : 0;
      e.l[i] = (i32)(limb - (carry << LIMB_BITS));
    }
    return e;
  }

  // the representative in [0, p) of a reduced element (the output of red)
  static inline void pack(const Elem &e, u64 w[4]) {
    bool negative = false;
    for (int i = LIMBS - 1; i >= 0; i--) {
      if (e.l[i] != 0) {
        negative = e.l[i] < 0;
        break;
      }
    }
    for (int i = 0; i < 4; i++) w[i] = 0;
    i64 carry = 0;
    for (int i = 0; i < LIMBS; i++) {
      i64 limb = e.l[i] + carry + (negative ? P.l[i] : 0);
      carry = limb >> LIMB_BITS;
      u64 x = (u64)(limb - (carry << LIMB_BITS));
      int bit = i * LIMB_BITS, word = bit / 64, shift = bit % 64;
      w[word] |= x << shift;
      if (shift > 64 - LIMB_BITS && word < 3) w[word + 1] |= x >> (64 - shift);
    }
  }
};
