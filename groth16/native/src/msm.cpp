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

int bestWindow(const std::vector<size_t>& histogram, int bits) {
  int best = 2;
  double least = cost(histogram, bits, best);
  for (int window = 3; window <= 17; window++) {
    double next = cost(histogram, bits, window);
    if (next >= least) continue;
    least = next;
    best = window;
  }
  return best;
}

/** k := the smaller of the scalar and r minus it; whether that is the latter, so stands for a negative. */
bool magnitudeOf(const u64* scalar, Words& k) {
  constexpr Words r = FrModulus::value;
  std::memcpy(k.w, scalar, 32);
  if (k.w[3] < (r.w[3] >> 1)) return false;
  while (geq(k, r)) k = subtract(k, r);
  Words negated = subtract(r, k);
  if (!geq(k, negated)) return false;
  k = negated;
  return true;
}

}  // namespace

ScalarSet sortScalars(const u64* scalars, size_t count, Pool& pool) {
  constexpr size_t CHUNK = 4096;
  const size_t chunks = (count + CHUNK - 1) / CHUNK;
  struct Chunk {
    uint32_t histogram[256] = {};
    size_t small = 0, dense = 0;
  };
  std::vector<Chunk> parts(chunks);
  Buffer<uint8_t> lengths(count);
  pool.run(chunks, [&](size_t c, int) {
    for (size_t i = c * CHUNK; i < std::min(count, (c + 1) * CHUNK); i++) {
      Words k;
      magnitudeOf(scalars + 4 * i, k);
      lengths[i] = uint8_t(bitLength(k));
      parts[c].histogram[lengths[i]]++;
    }
  });
  std::vector<size_t> histogram(256, 0);
  for (const Chunk& part : parts) {
    for (size_t b = 0; b < 256; b++) histogram[b] += part.histogram[b];
  }
  int bits = 255;
  while (bits > 1 && histogram[size_t(bits)] == 0) bits--;
  ScalarSet set;
  set.window = bestWindow(histogram, bits);
  set.windows = windowsFor(bits, set.window);
  Words offset{};
  for (int w = 0; w + 1 < set.windows; w++) {
    int bit = w * set.window + set.window - 1;
    offset.w[bit >> 6] |= u64(1) << (bit & 63);
  }
  size_t small = 0, dense = 0;
  for (Chunk& part : parts) {
    part.small = small;
    part.dense = dense;
    for (int b = 1; b < 256; b++) (b < set.window ? small : dense) += part.histogram[b];
  }
  set.small.resize(small);
  set.dense.resize(dense);
  set.denseIndex.resize(dense);
  pool.run(chunks, [&](size_t c, int) {
    size_t nextSmall = parts[c].small, nextDense = parts[c].dense;
    for (size_t i = c * CHUNK; i < std::min(count, (c + 1) * CHUNK); i++) {
      if (lengths[i] == 0) continue;
      Words k;
      const u64 negative = magnitudeOf(scalars + 4 * i, k) ? 1 : 0;
      if (lengths[i] < set.window) {
        set.small[nextSmall++] = {uint32_t(i), uint32_t(k.w[0] << 1 | negative)};
        continue;
      }
      u64 carry = 0;
      for (int j = 0; j < 4; j++) {
        u128 s = u128(k.w[j]) + offset.w[j] + carry;
        k.w[j] = u64(s);
        carry = u64(s >> 64);
      }
      set.denseIndex[nextDense] = uint32_t(i << 1 | negative);
      set.dense[nextDense++] = k;
    }
  });
  return set;
}

}  // namespace opg
