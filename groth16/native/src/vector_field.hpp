// Eight field elements at a time: five 52-bit limbs in five 512-bit registers, Montgomery form with R = 2^260,
// multiplied with AVX-512-IFMA.
//
// Values are kept "lazy": every operation states the multiple of p its result stays below. A product of operands
// below a*p and b*p is below (a*b/84 + 2) p because p^2 / 2^260 < p / 84; limbs are always below 2^52.
#pragma once
#include <immintrin.h>

#include "modulus.hpp"

#define OPG_INLINE inline __attribute__((always_inline))

namespace opg {

using Vec = __m512i;

OPG_INLINE Vec broadcast(u64 x) { return _mm512_set1_epi64((long long)x); }
OPG_INLINE Vec madLow(Vec acc, Vec a, Vec b) { return _mm512_madd52lo_epu64(acc, a, b); }
OPG_INLINE Vec madHigh(Vec acc, Vec a, Vec b) { return _mm512_madd52hi_epu64(acc, a, b); }
OPG_INLINE Vec addLanes(Vec a, Vec b) { return _mm512_add_epi64(a, b); }
OPG_INLINE Vec subLanes(Vec a, Vec b) { return _mm512_sub_epi64(a, b); }
OPG_INLINE Vec maskLimb(Vec a) { return _mm512_and_si512(a, broadcast(MASK52)); }

/** Constants of a modulus as whole vectors: 0-4 the shift factor, 5-9 p, 10 -1/p modulo 2^52. */
template <class M>
struct alignas(64) ConstantVectors {
  u64 words[11][8];

  constexpr ConstantVectors() : words{} {
    using C = Constants<M>;
    for (int lane = 0; lane < 8; lane++) {
      for (int i = 0; i < 5; i++) {
        words[i][lane] = C::shift.l[i];
        words[5 + i][lane] = C::limbs.l[i];
      }
      words[10][lane] = C::negInverse52;
    }
  }
};

template <class M>
inline constexpr ConstantVectors<M> constantVectors{};

/**
 * The table behind a pointer that the compiler cannot see through: products then take the constants from memory,
 * which is free, instead of rebuilding them in registers, which is not.
 */
template <class M>
OPG_INLINE const u64 (*constantTable())[8] {
  const u64(*table)[8] = constantVectors<M>.words;
  __asm__("" : "+r"(table));
  return table;
}

/** Eight field elements modulo M. */
template <class M>
struct VecField {
  using C = Constants<M>;
  Vec l[5];

  static OPG_INLINE VecField broadcastLimbs(const Limbs& a) {
    VecField r;
    for (int i = 0; i < 5; i++) r.l[i] = broadcast(a.l[i]);
    return r;
  }

  static OPG_INLINE VecField one() { return broadcastLimbs(C::one260); }

  static OPG_INLINE VecField zero() { return broadcastLimbs(Limbs{}); }

  static OPG_INLINE VecField load(const u64* from) {
    VecField r;
    for (int i = 0; i < 5; i++) r.l[i] = _mm512_load_si512(from + 8 * i);
    return r;
  }

  OPG_INLINE void store(u64* to) const {
    for (int i = 0; i < 5; i++) _mm512_store_si512(to + 8 * i, l[i]);
  }

  /** Lanes of `other` where the mask is set, of this elsewhere. */
  OPG_INLINE VecField blend(__mmask8 mask, const VecField& other) const {
    VecField r;
    for (int i = 0; i < 5; i++) r.l[i] = _mm512_mask_mov_epi64(l[i], mask, other.l[i]);
    return r;
  }
};

/** An unreduced sum of products: ten columns of weight 2^(52 i), each below 2^64. */
struct Columns {
  Vec t[10];
};

/** Carries limbs (signed while they travel) so that each ends in [0, 2^52); the value must be in [0, 2^260). */
template <class M>
OPG_INLINE VecField<M> carry(VecField<M> a) {
  for (int i = 0; i < 4; i++) {
    a.l[i + 1] = addLanes(a.l[i + 1], _mm512_srai_epi64(a.l[i], 52));
    a.l[i] = maskLimb(a.l[i]);
  }
  return a;
}

OPG_INLINE void clear(Columns& c) {
  for (int i = 0; i < 10; i++) c.t[i] = _mm512_setzero_si512();
}

/** Signed columns. */
OPG_INLINE Columns subtractColumns(const Columns& a, const Columns& b) {
  Columns r;
  for (int i = 0; i < 10; i++) r.t[i] = subLanes(a.t[i], b.t[i]);
  return r;
}

/** c += a * b. At most 400 products fit before the columns overflow. */
template <class M>
OPG_INLINE void multiplyAdd(Columns& c, const VecField<M>& a, const VecField<M>& b) {
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++) {
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) c.t[i + j] = madLow(c.t[i + j], a.l[i], b.l[j]);
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) c.t[i + j + 1] = madHigh(c.t[i + j + 1], a.l[i], b.l[j]);
  }
}

/** a * a: the mixed products once, doubled as columns. */
template <class M>
OPG_INLINE Columns squareColumns(const VecField<M>& a) {
  Columns c;
  clear(c);
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++) {
#pragma GCC unroll 5
    for (int j = i + 1; j < 5; j++) {
      c.t[i + j] = madLow(c.t[i + j], a.l[i], a.l[j]);
      c.t[i + j + 1] = madHigh(c.t[i + j + 1], a.l[i], a.l[j]);
    }
  }
  for (int i = 1; i < 9; i++) c.t[i] = addLanes(c.t[i], c.t[i]);
#pragma GCC unroll 5
  for (int i = 0; i < 5; i++) {
    c.t[2 * i] = madLow(c.t[2 * i], a.l[i], a.l[i]);
    c.t[2 * i + 1] = madHigh(c.t[2 * i + 1], a.l[i], a.l[i]);
  }
  return c;
}

template <bool Signed>
OPG_INLINE Vec shiftLimb(Vec a) {
  return Signed ? _mm512_srai_epi64(a, 52) : _mm512_srli_epi64(a, 52);
}

/**
 * Montgomery reduction by 2^260: value / 2^260 + less than 2p + Offset p. With `Signed` the columns (and, down to
 * -Offset p 2^260, the value) may be negative.
 *
 * Four rounds add q * N for N = k p = -1 mod 2^52, so q is the low limb itself and costs no multiplication; N is 52
 * bits too long to end with, so the last round uses p.
 */
template <class M, bool Signed = false, int Offset = 0>
OPG_INLINE VecField<M> reduce(Columns c) {
  const u64(*table)[8] = constantTable<M>();
  auto constant = [&](int i) { return _mm512_load_si512(table[i]); };
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    Vec q = c.t[i];
    c.t[i + 1] = addLanes(c.t[i + 1], shiftLimb<Signed>(q));
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) c.t[i + 1 + j] = madLow(c.t[i + 1 + j], q, constant(j));
#pragma GCC unroll 5
    for (int j = 0; j < 5; j++) {
      c.t[i + 2 + j] = madHigh(c.t[i + 2 + j], q, constant(j));
    }
  }
  Vec q = madLow(_mm512_setzero_si512(), c.t[4], constant(10));
  // c.t[4] + low(q p0) is a multiple of 2^52, so its carry is c.t[4] / 2^52 rounded up: no product needed.
  c.t[5] = addLanes(c.t[5], shiftLimb<Signed>(addLanes(c.t[4], broadcast(MASK52))));
#pragma GCC unroll 4
  for (int j = 1; j < 5; j++) c.t[4 + j] = madLow(c.t[4 + j], q, constant(5 + j));
#pragma GCC unroll 5
  for (int j = 0; j < 5; j++) c.t[5 + j] = madHigh(c.t[5 + j], q, constant(5 + j));
  VecField<M> r;
  for (int i = 0; i < 5; i++) r.l[i] = c.t[5 + i];
  if (Offset > 0) {
    constexpr Limbs offset = multiple(Offset, M::value);
    for (int i = 0; i < 5; i++) r.l[i] = addLanes(r.l[i], broadcast(offset.l[i]));
  }
  for (int i = 0; i < 4; i++) {
    r.l[i + 1] = addLanes(r.l[i + 1], shiftLimb<Signed>(r.l[i]));
    r.l[i] = maskLimb(r.l[i]);
  }
  return r;
}

/** a b / 2^260, below (a b / 84 + 2) p. */
template <class M>
OPG_INLINE VecField<M> multiply(const VecField<M>& a, const VecField<M>& b) {
  Columns c;
  clear(c);
  multiplyAdd(c, a, b);
  return reduce<M>(c);
}

/** a^2 / 2^260. */
template <class M>
OPG_INLINE VecField<M> square(const VecField<M>& a) {
  return reduce<M>(squareColumns(a));
}

template <class M>
OPG_INLINE VecField<M> add(const VecField<M>& a, const VecField<M>& b) {
  VecField<M> r;
  for (int i = 0; i < 5; i++) r.l[i] = addLanes(a.l[i], b.l[i]);
  return carry(r);
}

/** a - b + K p without carrying: limbs are signed. b must be below K p. */
template <int K, class M>
OPG_INLINE VecField<M> rawSubtract(const VecField<M>& a, const VecField<M>& b) {
  constexpr Limbs offset = multiple(K, M::value);
  VecField<M> r;
  for (int i = 0; i < 5; i++) r.l[i] = addLanes(subLanes(a.l[i], b.l[i]), broadcast(offset.l[i]));
  return r;
}

/** a - b + K p. */
template <int K, class M>
OPG_INLINE VecField<M> subtract(const VecField<M>& a, const VecField<M>& b) {
  return carry(rawSubtract<K>(a, b));
}

/** K p - a in the lanes of the mask, a in the others. */
template <int K, class M>
OPG_INLINE VecField<M> negateLanes(const VecField<M>& a, __mmask8 mask) {
  constexpr Limbs offset = multiple(K, M::value);
  VecField<M> r;
  for (int i = 0; i < 5; i++) {
    r.l[i] = _mm512_mask_sub_epi64(a.l[i], mask, broadcast(offset.l[i]), a.l[i]);
  }
  return carry(r);
}

/**
 * Carries raw limbs and subtracts K p where the value is K p or more, judged by the top limb: a result is below
 * max(K p, value - K p) + 8 * 2^208, and never negative.
 */
template <int K, class M>
OPG_INLINE VecField<M> settle(VecField<M> raw) {
  constexpr Limbs bound = multiple(K, M::value);
  __mmask8 large = _mm512_cmpgt_epi64_mask(raw.l[4], broadcast(bound.l[4] + 4));
  for (int i = 0; i < 5; i++) {
    raw.l[i] = _mm512_mask_sub_epi64(raw.l[i], large, raw.l[i], broadcast(bound.l[i]));
  }
  return carry(raw);
}

/** Subtracts K p in the lanes where that does not go below zero. */
template <int K, class M>
OPG_INLINE VecField<M> subtractIfNotLess(const VecField<M>& a) {
  constexpr Limbs offset = multiple(K, M::value);
  VecField<M> d;
  for (int i = 0; i < 5; i++) d.l[i] = subLanes(a.l[i], broadcast(offset.l[i]));
  d = carry(d);
  __mmask8 negative = _mm512_movepi64_mask(d.l[4]);
  return d.blend(negative, a);
}

/** The representative in [0, p) of values below 16 p. */
template <class M>
OPG_INLINE VecField<M> canonical(const VecField<M>& a) {
  return subtractIfNotLess<1>(subtractIfNotLess<2>(subtractIfNotLess<4>(subtractIfNotLess<8>(a))));
}

/** A representative below 3p of values below 2^260: takes off about as many p as the top limb tells. */
template <class M>
OPG_INLINE VecField<M> weakReduce(VecField<M> a) {
  // 84 / 2^52 is just under 2^208 / p, so the quotient is never too large and at most one too small (value < 84p).
  constexpr Words zero{};
  constexpr Limbs p = toLimbs(subtract(zero, M::value));
  constexpr u64 top = MASK52 & ~(u64(15) << 48);
  Vec q = madHigh(_mm512_setzero_si512(), a.l[4], broadcast(84));
  // -p modulo 2^260: the two's complement of 256 bits, continued with ones.
  const Vec negated[5] = {broadcast(p.l[0]), broadcast(p.l[1]), broadcast(p.l[2]), broadcast(p.l[3]),
                          broadcast((p.l[4] & top) | (u64(15) << 48))};
  for (int i = 0; i < 5; i++) a.l[i] = madLow(a.l[i], q, negated[i]);
  for (int i = 0; i < 4; i++) a.l[i + 1] = madHigh(a.l[i + 1], q, negated[i]);
  a = carry(a);
  a.l[4] = maskLimb(a.l[4]);
  return a;
}

/** Lanes that may hold a multiple of p (values below 16 p): all that do, and one other in 2^48. */
template <class M>
OPG_INLINE __mmask8 mayBeZero(const VecField<M>& a) {
  Vec quotient = madLow(_mm512_setzero_si512(), a.l[0], broadcast(Constants<M>::inverse52));
  return _mm512_cmple_epu64_mask(quotient, broadcast(15));
}

/** Lanes that hold a multiple of p (values below 16 p). */
template <class M>
inline __mmask8 isZero(const VecField<M>& a) {
  VecField<M> c = canonical(a);
  Vec any = c.l[0];
  for (int i = 1; i < 5; i++) any = _mm512_or_si512(any, c.l[i]);
  return _mm512_testn_epi64_mask(any, any);
}

}  // namespace opg
