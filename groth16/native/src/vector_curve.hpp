// Eight points at a time in homogeneous coordinates (x = X / Z, y = Y / Z) with complete formulas: no case is special,
// so lanes never disagree. Renes, Costello, Batina, "Complete addition formulas for prime order elliptic curves"
// (2016), algorithms 7 and 9 (a = 0); the order of both BN254 curves is odd, which is what completeness needs.
#pragma once
#include "memory.hpp"

namespace opg {

template <int D>
OPG_INLINE Coordinate<D> weakReduce(const Coordinate<D>& a) {
  Coordinate<D> r;
  for (int i = 0; i < D; i++) r.c[i] = weakReduce(a.c[i]);
  return r;
}

/** 3 b for the curve equation y^2 = x^3 + b: 9 on G1. Operands below 9p, results below 4p. */
OPG_INLINE Coordinate<1> timesB3(const Coordinate<1>& a) {
  Coordinate<1> two = add(a, a), four = add(two, two);
  return weakReduce(add(add(four, four), a));
}

/** 9 / (9 + u) on the twist. */
struct TwistB3 {
  Coordinate<2> value;
  TwistB3() {
    Fq2 xi{Fq::fromInteger({{9, 0, 0, 0}}), Fq::one()};
    Fq2 b3 = xi.inverse() * Fq::fromInteger({{9, 0, 0, 0}});
    value = {{broadcastElement(b3.c0), broadcastElement(b3.c1)}};
  }
};

inline Coordinate<2> timesB3(const Coordinate<2>& a) {
  static const TwistB3 b3;
  return multiply(a, b3.value);
}

/** Coordinates below 4p. */
template <int D>
struct VecPoint {
  using C = Coordinate<D>;
  static constexpr int WORDS = 3 * C::WORDS;
  C x, y, z;

  static VecPoint infinity() { return {C::zero(), C::one(), C::zero()}; }

  static VecPoint load(const u64* from) {
    return {C::load(from), C::load(from + C::WORDS), C::load(from + 2 * C::WORDS)};
  }
  void store(u64* to) const {
    x.store(to);
    y.store(to + C::WORDS);
    z.store(to + 2 * C::WORDS);
  }
};

/** a - b + 8p, below 3p again. */
template <int D>
OPG_INLINE Coordinate<D> reducedDifference(const Coordinate<D>& a, const Coordinate<D>& b) {
  return weakReduce(subtract<8>(a, b));
}

template <int D>
__attribute__((noinline)) VecPoint<D> twice(const VecPoint<D>& p) {
  using C = Coordinate<D>;
  C t0 = multiply(p.y, p.y);
  C z8 = add(t0, t0);
  z8 = add(z8, z8);
  z8 = weakReduce(add(z8, z8));
  C t1 = multiply(p.y, p.z);
  C t2 = timesB3(multiply(p.z, p.z));
  C x3 = multiply(t2, z8), y3 = add(t0, t2);
  C z3 = multiply(t1, z8);
  t0 = weakReduce(subtract<12>(t0, add(add(t2, t2), t2)));
  y3 = weakReduce(add(x3, multiply(t0, y3)));
  x3 = multiply(t0, multiply(p.x, p.y));
  return {weakReduce(add(x3, x3)), y3, z3};
}

template <int D>
__attribute__((noinline)) VecPoint<D> add(const VecPoint<D>& p, const VecPoint<D>& q) {
  using C = Coordinate<D>;
  C t0 = multiply(p.x, q.x), t1 = multiply(p.y, q.y), t2 = multiply(p.z, q.z);
  C t3 = reducedDifference(multiply(add(p.x, p.y), add(q.x, q.y)), add(t0, t1));
  C t4 = reducedDifference(multiply(add(p.y, p.z), add(q.y, q.z)), add(t1, t2));
  C y3 = reducedDifference(multiply(add(p.x, p.z), add(q.x, q.z)), add(t0, t2));
  t0 = weakReduce(add(add(t0, t0), t0));
  t2 = timesB3(t2);
  C z3 = add(t1, t2);
  t1 = reducedDifference(t1, t2);
  y3 = timesB3(y3);
  C x3 = reducedDifference(multiply(t3, t1), multiply(t4, y3));
  y3 = weakReduce(add(multiply(t1, z3), multiply(y3, t0)));
  z3 = weakReduce(add(multiply(z3, t4), multiply(t0, t3)));
  return {x3, y3, z3};
}

/** -p in the lanes of the mask. */
template <int D>
OPG_INLINE VecPoint<D> negateLanes(const VecPoint<D>& p, __mmask8 mask) {
  return {p.x, negateLanes<4>(p.y, mask), p.z};
}

/** Affine coordinates, canonical; zero where a point is infinity. */
template <int D>
void toAffine(const VecPoint<D>& p, Coordinate<D>& x, Coordinate<D>& y) {
  __mmask8 infinite = isZero(p.z);
  Coordinate<D> inverse = invertLanes(p.z.blend(infinite, Coordinate<D>::one()));
  x = canonical(multiply(p.x, inverse)).blend(infinite, Coordinate<D>::zero());
  y = canonical(multiply(p.y, inverse)).blend(infinite, Coordinate<D>::zero());
}

}  // namespace opg
