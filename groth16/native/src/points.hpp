// Points between the form of files (factor 2^256) and the form of the vector kernels (factor 2^260).
#pragma once
#include "msm.hpp"

namespace opg {

/** a * factor for eight points at a time, made canonical; `from` and `to` may be the same. */
template <int D>
void scalePoints(const u64* from, u64* to, size_t count, const Limbs& factor) {
  constexpr int WORDS = POINT_WORDS<D>;
  VecFq scale = VecFq::broadcastLimbs(factor);
  for (size_t i = 0; i < count; i += 8) {
    size_t lanes = std::min<size_t>(8, count - i);
    const u64* source[8];
    u64* target[8];
    for (size_t j = 0; j < 8; j++) {
      size_t at = i + (j < lanes ? j : 0);
      source[j] = from + at * WORDS;
      target[j] = to + at * WORDS;
    }
    Coordinate<D> x, y;
    gatherPoints<D>(source, x, y);
    for (int d = 0; d < D; d++) {
      x.c[d] = canonical(multiply(x.c[d], scale));
      y.c[d] = canonical(multiply(y.c[d], scale));
    }
    scatterPoints<D>(target, x, y, (1u << lanes) - 1);
  }
}

/** File form to vector form, and back. Products by these constants add or take the factor 2^4. */
template <int D>
void toVectorForm(const u64* from, u64* to, size_t count) {
  constexpr Limbs factor = toLimbs(powerOfTwo(264, FqModulus::value));
  scalePoints<D>(from, to, count, factor);
}
template <int D>
void toFileForm(const u64* from, u64* to, size_t count) {
  constexpr Limbs factor = toLimbs(powerOfTwo(256, FqModulus::value));
  scalePoints<D>(from, to, count, factor);
}

template <int D>
void allocatePoints(PointSet<D>& set, size_t count) {
  set.size = count;
  set.words.resize(count * POINT_WORDS<D>);
  set.infinite.resize((count + 63) / 64);
  set.infinite.clear();
}

/** Fills points [begin, end) from a file's bytes; `begin` is a multiple of 64. */
template <int D>
void loadPoints(PointSet<D>& set, const u64* from, size_t begin, size_t end) {
  constexpr int WORDS = POINT_WORDS<D>;
  toVectorForm<D>(from, &set.words[begin * WORDS], end - begin);
  for (size_t i = begin; i < end; i++) {
    if (BucketSums<D>::isZeroPoint(&set.words[i * WORDS])) set.infinite[i >> 6] |= u64(1) << (i & 63);
  }
}

}  // namespace opg
