// Constants cut into balanced limbs: all but the top one in [-2^(b-1), 2^(b-1)).
#pragma once
#include "modulus.h"

constexpr i64 limbOf(const U256 &v, int i) {
  i64 carry = 0;
  for (int k = 0;; k++) {
    int bit = k * LIMB_BITS, word = bit / 64, shift = bit % 64;
    u64 x = v.w[word] >> shift;
    if (shift > 64 - LIMB_BITS && word < 3) x |= v.w[word + 1] << (64 - shift);
    i64 limb = (i64)(x & ((1ull << LIMB_BITS) - 1)) + carry;
    carry = 0;
    if (k < LIMBS - 1 && limb >= (1ll << (LIMB_BITS - 1))) {
      limb -= 1ll << LIMB_BITS;
      carry = 1;
    }
    if (k == i) return limb;
  }
}

constexpr Elem toElem(const U256 &v) {
  Elem e{};
  for (int i = 0; i < LIMBS; i++) e.l[i] = (double)limbOf(v, i);
  return e;
}
