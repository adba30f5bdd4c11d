// Multi-scalar multiplication: signed windows over bucket sums.
#pragma once
#include <functional>
#include <vector>

#include "bucket_sums.hpp"
#include "curve.hpp"
#include "pool.hpp"

namespace opg {

/** Points in vector form, with a bit for each that is infinity (those never enter a sum). */
template <int D>
struct PointSet {
  Buffer<u64> words;
  Buffer<u64> infinite;
  size_t size = 0;

  bool isInfinite(size_t i) const { return (infinite[i >> 6] >> (i & 63)) & 1; }
  size_t bytes() const { return words.bytes() + infinite.bytes(); }
};

/**
 * Scalars sorted by what they cost: zeros are dropped, each other scalar k is replaced by the smaller of k and r - k
 * with a sign, and magnitudes up to `smallest window` enter one bucket only.
 */
struct ScalarSet {
  struct Small {
    uint32_t index;
    uint32_t magnitude;  // doubled, plus 1 when negative
  };
  Buffer<Small> small;
  Buffer<uint32_t> denseIndex;  // doubled, plus 1 when negative
  Buffer<Words> dense;          // magnitude plus half a window in all windows but the last
  int window = 0;            // bits of a window
  int windows = 0;

  /** Buckets are numbered by magnitude, so 0 is there but stays empty. */
  size_t keys() const { return (size_t(1) << (window - 1)) + 1; }
};

/** Picks the window size for the scalars at hand and splits them. `scalars`: 4 words each, below r. */
ScalarSet sortScalars(const u64* scalars, size_t count, Pool& pool);

/** Calls add(bucket, entry) for each term of window `w`; point 0 belongs to scalar `first`. */
template <int D, class Add>
OPG_INLINE void eachTerm(const ScalarSet& set, int w, const PointSet<D>& points, size_t first, Add add) {
  if (w == 0) {
    for (size_t i = 0; i < set.small.size(); i++) {
      const ScalarSet::Small& s = set.small[i];
      if (s.index < first || points.isInfinite(s.index - first)) continue;
      add(s.magnitude >> 1, Entry((s.index - first) << 1 | (s.magnitude & 1)));
    }
  }
  // The offset makes digits of all windows but the last range from -half to half - 1 with no carries.
  const bool last = w == set.windows - 1;
  const int bit = w * set.window, word = bit >> 6, shift = bit & 63;
  const int64_t half = last ? 0 : int64_t(1) << (set.window - 1);
  const u64 mask = last ? ~u64(0) : (u64(1) << set.window) - 1;
  const int next = word < 3 && shift > 0 ? word + 1 : word;
  const u64 nextMask = next > word ? ~u64(0) : 0;
  for (size_t i = 0; i < set.dense.size(); i++) {
    const Words& k = set.dense[i];
    u64 digit = (k.w[word] >> shift | (k.w[next] & nextMask) << ((64 - shift) & 63)) & mask;
    int64_t value = int64_t(digit) - half;
    size_t index = set.denseIndex[i] >> 1;
    if (value == 0 || index < first || points.isInfinite(index - first)) continue;
    int64_t negative = value >> 63;
    Entry sign = Entry(negative & 1) ^ (set.denseIndex[i] & 1);
    add(size_t((value ^ negative) - negative), Entry((index - first) << 1) | sign);
  }
}

/**
 * Turns bucket sums of several windows into window sums, sum over k of k * bucket[k], all windows at once.
 *
 * With k = 64 high + low that is 64 sum(high * row[high]) + sum(low * column[low]), where rows and columns are plain
 * sums, and those two weighted sums go bit by bit of the index: everything but the last few steps is again bucket
 * sums.
 */
template <int D>
class WindowReducer {
 public:
  static constexpr int WORDS = POINT_WORDS<D>;
  using Point = Jacobian<typename ScalarCoordinate<D>::Type>;

  void reduce(BucketSums<D>& sums, const u64* buckets, size_t keys, int windows, const Task& task, Point* out) {
    const int lowBits = std::max(1, bitsOf(keys - 1) / 2);
    const size_t columns = size_t(1) << lowBits, rows = ((keys - 1) >> lowBits) + 1, lines = rows + columns;
    lines_.resize(size_t(windows) * lines * WORDS);
    sums.begin(size_t(windows) * lines, 2 * size_t(windows) * keys);
    for (size_t w = 0; w < size_t(windows); w++) {
      for (size_t k = 1; k < keys; k++) {
        size_t index = w * keys + k;
        if (BucketSums<D>::isZeroPoint(buckets + index * WORDS)) continue;
        size_t high = k >> lowBits, low = k & (columns - 1);
        if (high > 0) sums.add(w * lines + high, Entry(index << 1));
        if (low > 0) sums.add(w * lines + rows + low, Entry(index << 1));
      }
    }
    sums.sum(buckets, lines_.data(), task);
    const size_t highBits = size_t(bitsOf(rows - 1)), planes = highBits + size_t(lowBits);
    planes_.resize(size_t(windows) * planes * WORDS);
    sums.begin(size_t(windows) * planes, size_t(windows) * lines * planes);
    for (size_t w = 0; w < size_t(windows); w++) {
      for (size_t line = 0; line < lines; line++) {
        size_t index = w * lines + line;
        if (BucketSums<D>::isZeroPoint(&lines_[index * WORDS])) continue;
        size_t weight = line < rows ? line : line - rows, base = line < rows ? size_t(lowBits) : 0;
        for (size_t bit = 0; weight >> bit; bit++) {
          if ((weight >> bit) & 1) sums.add(w * planes + base + bit, Entry(index << 1));
        }
      }
    }
    sums.sum(lines_.data(), planes_.data(), task);
    for (size_t w = 0; w < size_t(windows); w++) {
      out[w] = Point::infinity();
      for (size_t bit = planes; bit-- > 0;) {
        out[w] = out[w].twice() + readVectorPoint<D>(&planes_[(w * planes + bit) * WORDS]);
      }
    }
  }

 private:
  static int bitsOf(size_t n) { return n == 0 ? 0 : 64 - __builtin_clzll(n); }
  Buffer<u64> lines_, planes_;
};

/** A thread's working memory for multi-scalar multiplications in one group. */
template <int D>
struct MsmScratch {
  BucketSums<D> sums;
  WindowReducer<D> reducer;
  Buffer<u64> buckets;
};

/** Windows [from, to) of the sum of scalar[first + i] * points[i]: one Jacobian point a window. */
template <int D>
void sumWindows(MsmScratch<D>& scratch, const ScalarSet& set, const PointSet<D>& points, size_t first, int from, int to,
                const Task& task, Jacobian<typename ScalarCoordinate<D>::Type>* out) {
  constexpr int WORDS = POINT_WORDS<D>;
  size_t keys = set.keys();
  scratch.buckets.resize(size_t(to - from) * keys * WORDS);
  for (int w = from; w < to; w++) {
    task.throwIfCancelled();
    scratch.sums.begin(keys, set.dense.size() + (w == 0 ? set.small.size() : 0));
    eachTerm(set, w, points, first, [&](size_t bucket, Entry entry) { scratch.sums.add(bucket, entry); });
    scratch.sums.sum(points.words.data(), scratch.buckets.data() + size_t(w - from) * keys * WORDS, task);
  }
  scratch.reducer.reduce(scratch.sums, scratch.buckets.data(), keys, to - from, task, out);
}

/** sum of 2^(window w) * sums[w]. */
template <class Point>
Point joinWindows(const std::vector<Point>& sums, int window) {
  Point r = Point::infinity();
  for (size_t w = sums.size(); w-- > 0;) {
    for (int i = 0; i < window; i++) r = r.twice();
    r = r + sums[w];
  }
  return r;
}

}  // namespace opg
