#include "msm.hpp"

#include <cmath>

namespace opg {

namespace {

int bitLength(const Words& a) {
  for (int i = 3; i >= 0; i--) {
    if (a.w[i] != 0) return 64 * i + 64 - __builtin_clzll(a.w[i]);
  }
  return 0;
}

/** Windows of `window` signed bits that magnitudes of `bits` bits need. */
int windowsFor(int bits, int window) { return bits / window + 1; }

/** Point additions for scalars of which histogram[b] have b bits: terms plus two for each bucket. */
double cost(const std::vector<size_t>& histogram, int bits, int window) {
  double total = 0;
  int windows = windowsFor(bits, window);
  for (int w = 0; w < windows; w++) {
    size_t terms = 0;
    for (int b = std::max(1, w * window); b <= bits; b++) terms += histogram[size_t(b)];
    double buckets = std::ldexp(1.0, window - 1);
    double used = buckets * (1 - std::exp(-double(terms) / buckets));
    // A term costs an addition and its sorting; a used bucket saves one and costs two in the reduction.
    total += double(terms) * 1.1 + used * 1.4 + buckets * 0.05 + 400;
  }
  return total;
}

}  // namespace

ScalarSet sortScalars(const u64* scalars, size_t count) {
  constexpr Words r = FrModulus::value;
  std::vector<size_t> histogram(256, 0);
  std::vector<uint8_t> lengths(count);
  ScalarSet set;
  // A scalar k above r / 2 stands for -(r - k).
  auto magnitudeOf = [&](size_t i, Words& k) {
    std::memcpy(k.w, scalars + 4 * i, 32);
    if (k.w[3] < (r.w[3] >> 1)) return false;
    while (geq(k, r)) k = subtract(k, r);
    Words negated = subtract(r, k);
    if (!geq(k, negated)) return false;
    k = negated;
    return true;
  };
  for (size_t i = 0; i < count; i++) {
    Words k;
    magnitudeOf(i, k);
    lengths[i] = uint8_t(bitLength(k));
    histogram[lengths[i]]++;
  }
  int bits = 255;
  while (bits > 1 && histogram[size_t(bits)] == 0) bits--;
  set.window = 2;
  for (int window = 3; window <= 17; window++) {
    if (cost(histogram, bits, window) < cost(histogram, bits, set.window)) set.window = window;
  }
  set.windows = windowsFor(bits, set.window);
  Words offset{};
  for (int w = 0; w + 1 < set.windows; w++) {
    int bit = w * set.window + set.window - 1;
    offset.w[bit >> 6] |= u64(1) << (bit & 63);
  }
  for (size_t i = 0; i < count; i++) {
    if (lengths[i] == 0) continue;
    Words k;
    u64 negative = magnitudeOf(i, k) ? 1 : 0;
    if (lengths[i] < set.window) {
      set.small.push_back({uint32_t(i), uint32_t(k.w[0] << 1 | negative)});
      continue;
    }
    u64 carry = 0;
    for (int j = 0; j < 4; j++) {
      u128 s = u128(k.w[j]) + offset.w[j] + carry;
      k.w[j] = u64(s);
      carry = u64(s >> 64);
    }
    set.denseIndex.push_back(uint32_t(i << 1 | negative));
    set.dense.push_back(k);
  }
  return set;
}

}  // namespace opg
