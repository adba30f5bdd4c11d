// The two prime fields of BN254 and every Montgomery constant the kernels need, derived at compile time from
// the modulus alone.
#pragma once
#include <cstdint>

namespace opg {

using u64 = uint64_t;
using u128 = unsigned __int128;

/** A 256-bit integer, little-endian words. */
struct Words {
  u64 w[4];
};

/** A 260-bit integer in five 52-bit limbs, little end first: what one lane of a vector holds. */
struct Limbs {
  u64 l[5];
};

constexpr u64 MASK52 = (u64(1) << 52) - 1;

constexpr bool geq(const Words& a, const Words& b) {
  for (int i = 3; i >= 0; i--) {
    if (a.w[i] != b.w[i]) return a.w[i] > b.w[i];
  }
  return true;
}

constexpr Words subtract(const Words& a, const Words& b) {
  Words r{};
  u64 borrow = 0;
  for (int i = 0; i < 4; i++) {
    u128 d = u128(a.w[i]) - b.w[i] - borrow;
    r.w[i] = u64(d);
    borrow = u64(d >> 64) & 1;
  }
  return r;
}

/** 2a mod m, for a < m < 2^255. */
constexpr Words doubleMod(const Words& a, const Words& m) {
  Words r{};
  u64 carry = 0;
  for (int i = 0; i < 4; i++) {
    r.w[i] = (a.w[i] << 1) | carry;
    carry = a.w[i] >> 63;
  }
  return geq(r, m) ? subtract(r, m) : r;
}

/** 2^e mod m. */
constexpr Words powerOfTwo(int e, const Words& m) {
  Words r{{1, 0, 0, 0}};
  for (int i = 0; i < e; i++) r = doubleMod(r, m);
  return r;
}

/** (2^e mod m)^-1 by e modular halvings of 1. */
constexpr Words inversePowerOfTwo(int e, const Words& m) {
  Words r{{1, 0, 0, 0}};
  for (int i = 0; i < e; i++) {
    u64 top = 0;
    if (r.w[0] & 1) {
      for (int j = 0; j < 4; j++) {
        u128 s = u128(r.w[j]) + m.w[j] + top;
        r.w[j] = u64(s);
        top = u64(s >> 64);
      }
    }
    for (int j = 0; j < 4; j++) r.w[j] = (r.w[j] >> 1) | ((j < 3 ? r.w[j + 1] : top) << 63);
  }
  return r;
}

constexpr Limbs toLimbs(const Words& a) {
  return Limbs{{a.w[0] & MASK52, ((a.w[0] >> 52) | (a.w[1] << 12)) & MASK52,
                ((a.w[1] >> 40) | (a.w[2] << 24)) & MASK52, ((a.w[2] >> 28) | (a.w[3] << 36)) & MASK52,
                a.w[3] >> 16}};
}

/** Inverse of toLimbs for values below 2^256. */
constexpr Words toWords(const Limbs& a) {
  return Words{{a.l[0] | (a.l[1] << 52), (a.l[1] >> 12) | (a.l[2] << 40), (a.l[2] >> 24) | (a.l[3] << 28),
                (a.l[3] >> 36) | (a.l[4] << 16)}};
}

/** k * m in limbs (k small: the result must stay below 2^260). */
constexpr Limbs multiple(u64 k, const Words& m) {
  Limbs r{}, p = toLimbs(m);
  u128 carry = 0;
  for (int i = 0; i < 5; i++) {
    carry += u128(p.l[i]) * k;
    r.l[i] = u64(carry) & MASK52;
    carry >>= 52;
  }
  return r;
}

/** a^-1 mod 2^64 for odd a, by Newton's iteration. */
constexpr u64 inverse64(u64 a) {
  u64 x = a;
  for (int i = 0; i < 6; i++) x *= 2 - a * x;
  return x;
}

/** (k m + 1) / 2^52 where k = -m^-1 mod 2^52: dividing by 2^52 modulo m is "shift, then add low limb times this". */
constexpr Limbs shiftFactor(const Words& m) {
  Limbs p = toLimbs(m), r{};
  u64 k = (0 - inverse64(m.w[0])) & MASK52;
  u128 carry = 1;
  for (int i = 0; i < 5; i++) {
    carry += u128(p.l[i]) * k;
    if (i > 0) r.l[i - 1] = u64(carry) & MASK52;
    carry >>= 52;
  }
  r.l[4] = u64(carry);
  return r;
}

/** The base field of BN254 (coordinates). */
struct FqModulus {
  static constexpr Words value{{0x3c208c16d87cfd47u, 0x97816a916871ca8du, 0xb85045b68181585du, 0x30644e72e131a029u}};
};

/** The scalar field of BN254 (witness values, exponents). */
struct FrModulus {
  static constexpr Words value{{0x43e1f593f0000001u, 0x2833e84879b97091u, 0xb85045b68181585du, 0x30644e72e131a029u}};
};

/** Constants of the vector representation, R = 2^260, and of the scalar one, R = 2^256. */
template <class M>
struct Constants {
  static constexpr Words p = M::value;
  static constexpr Limbs limbs = toLimbs(p);
  static constexpr Limbs shift = shiftFactor(p);
  static constexpr u64 negInverse52 = (0 - inverse64(p.w[0])) & MASK52;
  static constexpr u64 inverse52 = inverse64(p.w[0]) & MASK52;
  static constexpr u64 negInverse64 = 0 - inverse64(p.w[0]);
  static constexpr Words one256 = powerOfTwo(256, p);
  static constexpr Words square256 = powerOfTwo(512, p);
  static constexpr Limbs one260 = toLimbs(powerOfTwo(260, p));
};

}  // namespace opg
