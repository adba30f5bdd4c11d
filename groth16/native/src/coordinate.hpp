// Coordinates of eight points at a time: Fq (G1, Degree 1) or Fq2 (G2, Degree 2), with the operations that curve
// formulas need. Bounds are per component; "settled" means below 5p (and a little).
#pragma once
#include "scalar_field.hpp"
#include "vector_field.hpp"

namespace opg {

using VecFq = VecField<FqModulus>;

template <int Degree>
struct Coordinate {
  /** 64-bit words of eight coordinates in memory. */
  static constexpr int WORDS = 40 * Degree;
  VecFq c[Degree];

  static OPG_INLINE Coordinate load(const u64* from) {
    Coordinate r;
    for (int i = 0; i < Degree; i++) r.c[i] = VecFq::load(from + 40 * i);
    return r;
  }
  OPG_INLINE void store(u64* to) const {
    for (int i = 0; i < Degree; i++) c[i].store(to + 40 * i);
  }
  static OPG_INLINE Coordinate zero() {
    Coordinate r;
    for (int i = 0; i < Degree; i++) r.c[i] = VecFq::zero();
    return r;
  }
  static OPG_INLINE Coordinate one() {
    Coordinate r = zero();
    r.c[0] = VecFq::one();
    return r;
  }
  OPG_INLINE Coordinate blend(__mmask8 mask, const Coordinate& other) const {
    Coordinate r;
    for (int i = 0; i < Degree; i++) r.c[i] = c[i].blend(mask, other.c[i]);
    return r;
  }
};

/** a b: below 4p when the operands' bounds multiply to at most 48 p^2. */
OPG_INLINE Coordinate<1> multiply(const Coordinate<1>& a, const Coordinate<1>& b) {
  return {{multiply(a.c[0], b.c[0])}};
}

OPG_INLINE Coordinate<1> square(const Coordinate<1>& a) { return {{square(a.c[0])}}; }

/** Karatsuba: three products, two reductions. */
OPG_INLINE Coordinate<2> multiply(const Coordinate<2>& a, const Coordinate<2>& b) {
  Columns low, high, mixed;
  clear(low);
  multiplyAdd(low, a.c[0], b.c[0]);
  clear(high);
  multiplyAdd(high, a.c[1], b.c[1]);
  Coordinate<2> r;
  r.c[0] = reduce<FqModulus, true, 1>(subtractColumns(low, high));
  for (int i = 0; i < 10; i++) low.t[i] = addLanes(low.t[i], high.t[i]);
  clear(mixed);
  multiplyAdd(mixed, add(a.c[0], a.c[1]), add(b.c[0], b.c[1]));
  r.c[1] = reduce<FqModulus, true>(subtractColumns(mixed, low));
  return r;
}

/** (c0 + c1)(c0 - c1) and 2 c0 c1; components below 6p. */
OPG_INLINE Coordinate<2> square(const Coordinate<2>& a) {
  Coordinate<2> r;
  r.c[0] = multiply(add(a.c[0], a.c[1]), subtract<6>(a.c[0], a.c[1]));
  r.c[1] = multiply(add(a.c[0], a.c[0]), a.c[1]);
  return r;
}

template <int D>
OPG_INLINE Coordinate<D> add(const Coordinate<D>& a, const Coordinate<D>& b) {
  Coordinate<D> r;
  for (int i = 0; i < D; i++) r.c[i] = add(a.c[i], b.c[i]);
  return r;
}

/** a - b + K p. */
template <int K, int D>
OPG_INLINE Coordinate<D> subtract(const Coordinate<D>& a, const Coordinate<D>& b) {
  Coordinate<D> r;
  for (int i = 0; i < D; i++) r.c[i] = subtract<K>(a.c[i], b.c[i]);
  return r;
}

/** a - b for settled b and a below 4p: settled. */
template <int D>
OPG_INLINE Coordinate<D> subtractSettled(const Coordinate<D>& a, const Coordinate<D>& b) {
  Coordinate<D> r;
  for (int i = 0; i < D; i++) r.c[i] = settle<5>(rawSubtract<6>(a.c[i], b.c[i]));
  return r;
}

template <int K, int D>
OPG_INLINE Coordinate<D> negateLanes(const Coordinate<D>& a, __mmask8 mask) {
  Coordinate<D> r;
  for (int i = 0; i < D; i++) r.c[i] = negateLanes<K>(a.c[i], mask);
  return r;
}

template <int D>
OPG_INLINE __mmask8 mayBeZero(const Coordinate<D>& a) {
  __mmask8 m = mayBeZero(a.c[0]);
  for (int i = 1; i < D; i++) m &= mayBeZero(a.c[i]);
  return m;
}

template <int D>
inline __mmask8 isZero(const Coordinate<D>& a) {
  __mmask8 m = isZero(a.c[0]);
  for (int i = 1; i < D; i++) m &= isZero(a.c[i]);
  return m;
}

template <int D>
OPG_INLINE Coordinate<D> canonical(const Coordinate<D>& a) {
  Coordinate<D> r;
  for (int i = 0; i < D; i++) r.c[i] = canonical(a.c[i]);
  return r;
}

/** The element in one lane as a scalar-field element: from factor 2^260 to factor 2^256. */
inline Fq laneOf(const VecFq& a, int lane) {
  alignas(64) u64 memory[40];
  canonical(a).store(memory);
  Limbs limbs{};
  for (int i = 0; i < 5; i++) limbs.l[i] = memory[8 * i + lane];
  constexpr Words down = powerOfTwo(252, FqModulus::value);
  return Fq{toWords(limbs)} * Fq{down};
}

/** The same element in all lanes, factor 2^256 to factor 2^260. */
inline VecFq broadcastElement(const Fq& a) {
  constexpr Words up = powerOfTwo(260, FqModulus::value);
  return VecFq::broadcastLimbs(toLimbs((a * Fq{up}).v));
}

/** 1 / a in every lane, for a whose lanes are all equal. */
inline Coordinate<1> invertEqualLanes(const Coordinate<1>& a) {
  return {{broadcastElement(laneOf(a.c[0], 0).inverse())}};
}

inline Coordinate<2> invertEqualLanes(const Coordinate<2>& a) {
  Fq2 inverse = Fq2{laneOf(a.c[0], 0), laneOf(a.c[1], 0)}.inverse();
  return {{broadcastElement(inverse.c0), broadcastElement(inverse.c1)}};
}

template <int D>
OPG_INLINE Coordinate<D> rotateLanes(const Coordinate<D>& a, int by) {
  Vec index = _mm512_and_si512(addLanes(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0), broadcast(u64(by))), broadcast(7));
  Coordinate<D> r;
  for (int i = 0; i < D; i++) {
    for (int j = 0; j < 5; j++) r.c[i].l[j] = _mm512_permutexvar_epi64(index, a.c[i].l[j]);
  }
  return r;
}

/** 1 / a lane by lane with one scalar inversion; no lane may be zero (else all lanes of the result are). */
template <int D>
inline Coordinate<D> invertLanes(const Coordinate<D>& a) {
  Coordinate<D> r1 = rotateLanes(a, 4), pairs = multiply(a, r1);
  Coordinate<D> r2 = rotateLanes(pairs, 2), fours = multiply(pairs, r2);
  Coordinate<D> r3 = rotateLanes(fours, 1);
  Coordinate<D> inverse = invertEqualLanes(multiply(fours, r3));
  return multiply(inverse, multiply(r3, multiply(r2, r1)));
}

}  // namespace opg
