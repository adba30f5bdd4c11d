// One point at a time, in Jacobian coordinates (x = X / Z^2, y = Y / Z^3): what remains after the bucket sums.
// Formulas: https://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-0.html (dbl-2009-l, add-2007-bl).
#pragma once
#include <cstring>

#include "scalar_field.hpp"

namespace opg {

/** A point of y^2 = x^3 + b over S; Z = 0 is infinity. b never enters. */
template <class S>
struct Jacobian {
  S x, y, z;

  static Jacobian infinity() { return {S::one(), S::one(), S::zero()}; }
  static Jacobian fromAffine(const S& x, const S& y) {
    if (x.isZero() && y.isZero()) return infinity();
    return {x, y, S::one()};
  }
  bool isInfinity() const { return z.isZero(); }

  Jacobian twice() const {
    S a = x.square(), b = y.square(), c = b.square();
    S d = ((x + b).square() - a - c).twice();
    S e = a.twice() + a;
    S x3 = e.square() - d.twice();
    return {x3, e * (d - x3) - c.twice().twice().twice(), (y * z).twice()};
  }

  Jacobian operator-() const { return {x, -y, z}; }

  Jacobian operator+(const Jacobian& o) const {
    if (isInfinity()) return o;
    if (o.isInfinity()) return *this;
    S z1z1 = z.square(), z2z2 = o.z.square();
    S u1 = x * z2z2, u2 = o.x * z1z1;
    S s1 = y * o.z * z2z2, s2 = o.y * z * z1z1;
    if (u1 == u2) return s1 == s2 ? twice() : infinity();
    S h = u2 - u1, i = h.twice().square(), j = h * i, r = (s2 - s1).twice(), v = u1 * i;
    S x3 = r.square() - j - v.twice();
    return {x3, r * (v - x3) - (s1 * j).twice(), ((z + o.z).square() - z1z1 - z2z2) * h};
  }

  /** Affine coordinates; (0, 0) for infinity. */
  void toAffine(S& ax, S& ay) const {
    if (isInfinity()) {
      ax = ay = S::zero();
      return;
    }
    S inverse = z.inverse(), squared = inverse.square();
    ax = x * squared;
    ay = y * squared * inverse;
  }

  /** scalar * this, windows of four bits. */
  Jacobian times(const Words& scalar) const {
    Jacobian table[16];
    table[0] = infinity();
    for (int i = 1; i < 16; i++) table[i] = table[i - 1] + *this;
    Jacobian r = infinity();
    for (int i = 63; i >= 0; i--) {
      for (int j = 0; j < 4; j++) r = r.twice();
      r = r + table[(scalar.w[i >> 4] >> (4 * (i & 15))) & 15];
    }
    return r;
  }
};

/** What distinguishes G1 from G2: the extension degree of the coordinates. */
template <int Degree>
struct ScalarCoordinate;
template <>
struct ScalarCoordinate<1> {
  using Type = Fq;
};
template <>
struct ScalarCoordinate<2> {
  using Type = Fq2;
};

inline void readCoordinate(const u64* from, Fq& to) { std::memcpy(to.v.w, from, 32); }
inline void readCoordinate(const u64* from, Fq2& to) {
  readCoordinate(from, to.c0);
  readCoordinate(from + 4, to.c1);
}
inline void writeCoordinate(u64* to, const Fq& a) { std::memcpy(to, a.v.w, 32); }
inline void writeCoordinate(u64* to, const Fq2& a) {
  writeCoordinate(to, a.c0);
  writeCoordinate(to + 4, a.c1);
}

/** a * 2^-4 and a * 2^4: between the vector form (factor 2^260) and the file form (factor 2^256). */
inline Fq fromVectorForm(const Fq& a) { return a * Fq{powerOfTwo(252, FqModulus::value)}; }
inline Fq2 fromVectorForm(const Fq2& a) { return {fromVectorForm(a.c0), fromVectorForm(a.c1)}; }

/** A point as files have it (`u64` words, any alignment through memcpy). */
template <int D>
Jacobian<typename ScalarCoordinate<D>::Type> readPoint(const u64* from) {
  typename ScalarCoordinate<D>::Type x, y;
  readCoordinate(from, x);
  readCoordinate(from + 4 * D, y);
  return Jacobian<typename ScalarCoordinate<D>::Type>::fromAffine(x, y);
}

/** A point as the vector kernels keep it in memory: canonical words, factor 2^260. */
template <int D>
Jacobian<typename ScalarCoordinate<D>::Type> readVectorPoint(const u64* from) {
  typename ScalarCoordinate<D>::Type x, y;
  readCoordinate(from, x);
  readCoordinate(from + 4 * D, y);
  return Jacobian<typename ScalarCoordinate<D>::Type>::fromAffine(fromVectorForm(x), fromVectorForm(y));
}

template <int D>
void writePoint(u64* to, const Jacobian<typename ScalarCoordinate<D>::Type>& p) {
  typename ScalarCoordinate<D>::Type x, y;
  p.toAffine(x, y);
  writeCoordinate(to, x);
  writeCoordinate(to + 4 * D, y);
}

}  // namespace opg
