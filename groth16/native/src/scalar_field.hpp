// One field element at a time: four 64-bit words, Montgomery form with R = 2^256 (the form of .zkey files). Used
// where work is sequential: inversions, the last steps of a sum, pairings.
#pragma once
#include <utility>

#include "modulus.hpp"

namespace opg {

/** The inverse of `a` modulo an odd prime, plain integers (0 gives 0). */
Words invertWords(const Words& a, const Words& modulus);

template <class M>
struct Field {
  using C = Constants<M>;
  Words v;

  static constexpr Field zero() { return Field{Words{}}; }
  static constexpr Field one() { return Field{C::one256}; }

  bool isZero() const { return (v.w[0] | v.w[1] | v.w[2] | v.w[3]) == 0; }

  bool operator==(const Field& b) const {
    return ((v.w[0] ^ b.v.w[0]) | (v.w[1] ^ b.v.w[1]) | (v.w[2] ^ b.v.w[2]) | (v.w[3] ^ b.v.w[3])) == 0;
  }

  Field operator+(const Field& b) const {
    Words s{};
    u64 carry = 0;
    for (int i = 0; i < 4; i++) {
      u128 t = u128(v.w[i]) + b.v.w[i] + carry;
      s.w[i] = u64(t);
      carry = u64(t >> 64);
    }
    return Field{reduceOnce(s)};
  }

  Field operator-(const Field& b) const {
    Words d{};
    u64 borrow = 0;
    for (int i = 0; i < 4; i++) {
      u128 t = u128(v.w[i]) - b.v.w[i] - borrow;
      d.w[i] = u64(t);
      borrow = u64(t >> 64) & 1;
    }
    u64 mask = 0 - borrow, carry = 0;
    for (int i = 0; i < 4; i++) {
      u128 t = u128(d.w[i]) + (C::p.w[i] & mask) + carry;
      d.w[i] = u64(t);
      carry = u64(t >> 64);
    }
    return Field{d};
  }

  Field operator-() const { return zero() - *this; }

  /** Montgomery product: a b / 2^256 mod p. */
  Field operator*(const Field& b) const {
    const u64* x = v.w;
    u64 t[5] = {0, 0, 0, 0, 0};
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
      u64 y = b.v.w[i];
      u128 s = u128(x[0]) * y + t[0];
      u64 high = u64(s >> 64);
      u64 q = u64(s) * C::negInverse64;
      u128 m = u128(q) * C::p.w[0] + u64(s);
      u64 carry = u64(m >> 64);
#pragma GCC unroll 3
      for (int j = 1; j < 4; j++) {
        s = u128(x[j]) * y + t[j] + high;
        high = u64(s >> 64);
        m = u128(q) * C::p.w[j] + u64(s) + carry;
        carry = u64(m >> 64);
        t[j - 1] = u64(m);
      }
      // p < 2^254 leaves room: the sum of the two carries fits one word.
      t[3] = carry + high;
    }
    return Field{reduceOnce(Words{{t[0], t[1], t[2], t[3]}})};
  }

  Field square() const { return *this * *this; }
  Field twice() const { return *this + *this; }

  /** 1 / a; 0 gives 0. */
  Field inverse() const {
    // The plain inverse of a R is a^-1 R^-1: two products by R^2 bring it back to a^-1 R.
    Field square256{C::square256};
    return Field{invertWords(v, C::p)} * square256 * square256;
  }

  /** From a canonical integer to Montgomery form and back. */
  static Field fromInteger(const Words& a) { return Field{a} * Field{C::square256}; }
  Words toInteger() const { return (*this * Field{Words{{1, 0, 0, 0}}}).v; }

  Field power(const Words& exponent) const {
    Field r = one();
    for (int i = 255; i >= 0; i--) {
      r = r.square();
      if ((exponent.w[i >> 6] >> (i & 63)) & 1) r = r * *this;
    }
    return r;
  }

 private:
  static Words reduceOnce(const Words& a) {
    Words d{};
    u64 borrow = 0;
    for (int i = 0; i < 4; i++) {
      u128 t = u128(a.w[i]) - C::p.w[i] - borrow;
      d.w[i] = u64(t);
      borrow = u64(t >> 64) & 1;
    }
    u64 keep = 0 - borrow;
    Words r{};
    for (int i = 0; i < 4; i++) r.w[i] = (a.w[i] & keep) | (d.w[i] & ~keep);
    return r;
  }
};

using Fq = Field<FqModulus>;
using Fr = Field<FrModulus>;

/** The quadratic extension Fq[u] / (u^2 + 1). */
struct Fq2 {
  Fq c0, c1;

  static constexpr Fq2 zero() { return Fq2{Fq::zero(), Fq::zero()}; }
  static constexpr Fq2 one() { return Fq2{Fq::one(), Fq::zero()}; }
  bool isZero() const { return c0.isZero() && c1.isZero(); }
  bool operator==(const Fq2& b) const { return c0 == b.c0 && c1 == b.c1; }
  Fq2 operator+(const Fq2& b) const { return Fq2{c0 + b.c0, c1 + b.c1}; }
  Fq2 operator-(const Fq2& b) const { return Fq2{c0 - b.c0, c1 - b.c1}; }
  Fq2 operator-() const { return Fq2{-c0, -c1}; }
  Fq2 operator*(const Fq2& b) const {
    Fq low = c0 * b.c0, high = c1 * b.c1;
    return Fq2{low - high, (c0 + c1) * (b.c0 + b.c1) - low - high};
  }
  Fq2 operator*(const Fq& b) const { return Fq2{c0 * b, c1 * b}; }
  Fq2 square() const { return Fq2{(c0 + c1) * (c0 - c1), (c0 * c1).twice()}; }
  Fq2 twice() const { return *this + *this; }
  Fq2 conjugate() const { return Fq2{c0, -c1}; }
  Fq2 inverse() const {
    Fq norm = (c0.square() + c1.square()).inverse();
    return Fq2{c0 * norm, -(c1 * norm)};
  }
};

}  // namespace opg
