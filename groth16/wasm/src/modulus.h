// The two prime fields of BN254 and the constants that Montgomery arithmetic needs, computed at compile time.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef short i16;
typedef unsigned int u32;
typedef int i32;
typedef unsigned long long u64;
typedef long long i64;

struct U256 {
  u64 w[4];
};

constexpr bool geq(const U256 &a, const U256 &b) {
  for (int i = 3; i >= 0; i--) {
    if (a.w[i] != b.w[i]) return a.w[i] > b.w[i];
  }
  return true;
}

constexpr U256 subtract(const U256 &a, const U256 &b) {
  U256 r{};
  u64 borrow = 0;
  for (int i = 0; i < 4; i++) {
    u64 t = a.w[i] - b.w[i];
    u64 next = (a.w[i] < b.w[i]) | (t < borrow);
    r.w[i] = t - borrow;
    borrow = next;
  }
  return r;
}

// a + b mod p; both below p, and p below 2^255 so that the sum does not overflow
constexpr U256 addMod(const U256 &a, const U256 &b, const U256 &p) {
  U256 r{};
  u64 carry = 0;
  for (int i = 0; i < 4; i++) {
    u64 t = a.w[i] + carry;
    u64 next = t < carry;
    r.w[i] = t + b.w[i];
    carry = next | (r.w[i] < t);
  }
  return geq(r, p) ? subtract(r, p) : r;
}

constexpr U256 powerOfTwo(int exponent, const U256 &p) {
  U256 r{{1, 0, 0, 0}};
  for (int i = 0; i < exponent; i++) r = addMod(r, r, p);
  return r;
}

constexpr U256 mulMod(const U256 &a, const U256 &b, const U256 &p) {
  U256 r{};
  for (int i = 255; i >= 0; i--) {
    r = addMod(r, r, p);
    if ((b.w[i / 64] >> (i % 64)) & 1) r = addMod(r, a, p);
  }
  return r;
}

struct ModQ {
  static constexpr U256 p{{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d, 0x30644e72e131a029}};
};

struct ModR {
  static constexpr U256 p{{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d, 0x30644e72e131a029}};
};

// p^-1 mod 2^64 by Newton's iteration
constexpr u64 inverse64(u64 p) {
  u64 x = p;
  for (int i = 0; i < 6; i++) x *= 2 - p * x;
  return x;
}
