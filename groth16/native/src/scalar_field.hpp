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

  /**
   * Montgomery product: a b / 2^256 mod p. Two carry chains (adcx, adox) that compilers do not generate: three times
   * as fast as the same in C. p < 2^254 leaves room, so no word above the fourth is ever needed.
   */
  Field operator*(const Field& b) const {
    u64 t0 = 0, t1 = 0, t2 = 0, t3 = 0, high, low, next;
    static constexpr u64 inverse = C::negInverse64;
// t += x * y[i]; the word above t3 goes to `high`.
#define OPG_ROW(offset)                        \
  "movq " #offset "(%[y]), %%rdx\n\t"          \
  "xorl %k[low], %k[low]\n\t"                  \
  "mulxq 0(%[x]), %[low], %[high]\n\t"         \
  "adoxq %[low], %[t0]\n\t"                    \
  "adcxq %[high], %[t1]\n\t"                   \
  "mulxq 8(%[x]), %[low], %[high]\n\t"         \
  "adoxq %[low], %[t1]\n\t"                    \
  "adcxq %[high], %[t2]\n\t"                   \
  "mulxq 16(%[x]), %[low], %[high]\n\t"        \
  "adoxq %[low], %[t2]\n\t"                    \
  "adcxq %[high], %[t3]\n\t"                   \
  "mulxq 24(%[x]), %[low], %[high]\n\t"        \
  "adoxq %[low], %[t3]\n\t"                    \
  "movl $0, %k[low]\n\t"                       \
  "adcxq %[low], %[high]\n\t"                  \
  "adoxq %[low], %[high]\n\t"
// t := (t + q p) / 2^64 for the q that makes it exact.
#define OPG_REDUCE                             \
  "movq %[inverse], %%rdx\n\t"                 \
  "imulq %[t0], %%rdx\n\t"                     \
  "xorl %k[low], %k[low]\n\t"                  \
  "mulxq 0(%[p]), %[low], %[next]\n\t"         \
  "adcxq %[t0], %[low]\n\t"                    \
  "movq %[next], %[t0]\n\t"                    \
  "adcxq %[t1], %[t0]\n\t"                     \
  "mulxq 8(%[p]), %[low], %[t1]\n\t"           \
  "adoxq %[low], %[t0]\n\t"                    \
  "adcxq %[t2], %[t1]\n\t"                     \
  "mulxq 16(%[p]), %[low], %[t2]\n\t"          \
  "adoxq %[low], %[t1]\n\t"                    \
  "adcxq %[t3], %[t2]\n\t"                     \
  "mulxq 24(%[p]), %[low], %[t3]\n\t"          \
  "adoxq %[low], %[t2]\n\t"                    \
  "movl $0, %k[low]\n\t"                       \
  "adcxq %[low], %[t3]\n\t"                    \
  "adoxq %[high], %[t3]\n\t"
    __asm__(OPG_ROW(0) OPG_REDUCE OPG_ROW(8) OPG_REDUCE OPG_ROW(16) OPG_REDUCE OPG_ROW(24) OPG_REDUCE
            : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [high] "=&r"(high), [low] "=&r"(low),
              [next] "=&r"(next)
            : [x] "r"(v.w), [y] "r"(b.v.w), [p] "r"(C::p.w), [inverse] "m"(inverse), "m"(v), "m"(b.v), "m"(C::p)
            : "rdx", "cc");
#undef OPG_ROW
#undef OPG_REDUCE
    return Field{reduceOnce(Words{{t0, t1, t2, t3}})};
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
