// The field of order q^12 as a tower: Fq6 = Fq2[v] / (v^3 - xi), Fq12 = Fq6[w] / (w^2 - v), xi = 9 + u.
#pragma once
#include "scalar_field.hpp"

namespace opg {

/** (9 + u) a. */
inline Fq2 timesXi(const Fq2& a) {
  Fq2 eight = a.twice().twice().twice();
  return {eight.c0 + a.c0 - a.c1, eight.c1 + a.c1 + a.c0};
}

struct Fq6 {
  Fq2 c0, c1, c2;

  static Fq6 zero() { return {Fq2::zero(), Fq2::zero(), Fq2::zero()}; }
  static Fq6 one() { return {Fq2::one(), Fq2::zero(), Fq2::zero()}; }
  bool isZero() const { return c0.isZero() && c1.isZero() && c2.isZero(); }
  bool operator==(const Fq6& b) const { return c0 == b.c0 && c1 == b.c1 && c2 == b.c2; }
  Fq6 operator+(const Fq6& b) const { return {c0 + b.c0, c1 + b.c1, c2 + b.c2}; }
  Fq6 operator-(const Fq6& b) const { return {c0 - b.c0, c1 - b.c1, c2 - b.c2}; }
  Fq6 operator-() const { return {-c0, -c1, -c2}; }
  Fq6 operator*(const Fq6& b) const {
    Fq2 t0 = c0 * b.c0, t1 = c1 * b.c1, t2 = c2 * b.c2;
    return {timesXi((c1 + c2) * (b.c1 + b.c2) - t1 - t2) + t0,
            (c0 + c1) * (b.c0 + b.c1) - t0 - t1 + timesXi(t2), (c0 + c2) * (b.c0 + b.c2) - t0 - t2 + t1};
  }
  /** v a. */
  Fq6 timesV() const { return {timesXi(c2), c0, c1}; }
  /** (a + b v) times this. */
  Fq6 timesSparse(const Fq2& a, const Fq2& b) const {
    Fq2 t0 = c0 * a, t1 = c1 * b;
    return {timesXi((c1 + c2) * b - t1) + t0, (c0 + c1) * (a + b) - t0 - t1, (c0 + c2) * a - t0 + t1};
  }
  Fq6 inverse() const {
    Fq2 a = c0.square() - timesXi(c1 * c2), b = timesXi(c2.square()) - c0 * c1, c = c1.square() - c0 * c2;
    Fq2 norm = (c0 * a + timesXi(c2 * b) + timesXi(c1 * c)).inverse();
    return {a * norm, b * norm, c * norm};
  }
};

struct Fq12 {
  Fq6 c0, c1;

  static Fq12 one() { return {Fq6::one(), Fq6::zero()}; }
  bool operator==(const Fq12& b) const { return c0 == b.c0 && c1 == b.c1; }
  Fq12 operator*(const Fq12& b) const {
    Fq6 t0 = c0 * b.c0, t1 = c1 * b.c1;
    return {t0 + t1.timesV(), (c0 + c1) * (b.c0 + b.c1) - t0 - t1};
  }
  Fq12 square() const {
    Fq6 t = c0 * c1;
    return {(c0 + c1) * (c0 + c1.timesV()) - t - t.timesV(), t + t};
  }
  /** Times a + (b + c v) w: what a line through points of the twist evaluates to. */
  Fq12 timesLine(const Fq2& a, const Fq2& b, const Fq2& c) const {
    Fq6 t0{c0.c0 * a, c0.c1 * a, c0.c2 * a}, t1 = c1.timesSparse(b, c);
    return {t0 + t1.timesV(), (c0 + c1).timesSparse(a + b, c) - t0 - t1};
  }
  Fq12 conjugate() const { return {c0, -c1}; }
  Fq12 inverse() const {
    Fq6 norm = (c0 * c0 - (c1 * c1).timesV()).inverse();
    return {c0 * norm, -(c1 * norm)};
  }
};

}  // namespace opg
