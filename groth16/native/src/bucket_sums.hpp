// Sums of many points into many buckets in affine coordinates, eight buckets to a vector.
//
// An affine addition needs 1 / (x2 - x1). The kernel adds one point to each of thousands of buckets per round, so
// that all inversions of a round become one (Montgomery's trick): about 6 field products an addition. Buckets are
// ordered by how many points they still expect, so that the lanes of a round are full. A bucket with more points than
// the table is high is cut into pieces that are summed like buckets of their own and joined afterwards, so one
// bucket holding everything costs no more than an even spread.
#pragma once
#include <algorithm>
#include <memory>
#include <vector>

#include "memory.hpp"
#include "task.hpp"

namespace opg {

/** A term of a bucket: (index of the point) * 2 + (1 to subtract it). */
using Entry = uint32_t;

template <int D>
class BucketSums {
 public:
  static constexpr int WORDS = POINT_WORDS<D>;

  static bool isZeroPoint(const u64* point) {
    u64 any = 0;
    for (int i = 0; i < WORDS; i++) any |= point[i];
    return any == 0;
  }

  /** Lanes that share an inversion: their state (1.6 KiB a vector and degree) should stay in the L2 cache. */
  static constexpr size_t BLOCK = D == 1 ? 3072 : 2048;

  /** Starts over with `keys` empty buckets; at most `entries` will be added. */
  void begin(size_t keys, size_t entries) {
    keys_ = keys;
    // High enough for an even spread, low enough that few but full buckets become thousands of pieces.
    rows_ = std::max<size_t>(8, std::min(2 * entries / std::max<size_t>(1, keys) + 8, entries / 2048));
    stride_ = keys + entries / rows_ + 1;
    limit_ = rows_ * stride_;
    if (limit_ >= (size_t(1) << 32)) throw std::bad_alloc();
    table_.resize(limit_);
    next_.resize(keys);
    for (size_t i = 0; i < keys; i++) next_[i] = uint32_t(i);
    counts_.assign(stride_, 0);
    owners_.clear();
  }

  /** Adds a term to a bucket. The point must not be infinity. */
  OPG_INLINE void add(size_t key, Entry entry) {
    uint32_t slot = next_[key];
    if (__builtin_expect(slot >= limit_, 0)) slot = startPiece(key, slot);
    table_[slot] = entry;
    next_[key] = uint32_t(slot + stride_);
  }

  /** Writes every bucket's sum to `out` (WORDS words each, vector form; all zero for an empty bucket or infinity). */
  void sum(const u64* points, u64* out, const Task& task) {
    points_ = points;
    std::memset(out, 0, keys_ * WORDS * sizeof(u64));
    for (size_t key = 0; key < keys_; key++) {
      // A full piece has its count already when another follows it.
      counts_[next_[key] % stride_] = uint32_t(next_[key] / stride_);
    }
    size_t pieces = owners_.size();
    extra_.resize(pieces * WORDS);
    extra_.clear();
    sortPieces();
    for (size_t from = 0; from < order_.size(); from += BLOCK) {
      sumBlock(from, std::min(BLOCK, order_.size() - from), out, task);
    }
    if (pieces > 0) joinPieces(out, task);
  }

 private:
  using C = Coordinate<D>;
  static constexpr int CHAINS = 4;

  /** What a vector of the running round needs beyond the ordinary addition. */
  struct Exception {
    C x, y;              // results for the lanes of `set`
    C difference;        // x2 - x1 + 6p, before the denominators of doublings took its place
    __mmask8 set;        // take x, y instead of the computed sum
    __mmask8 doubled;    // the two points are equal
  };

  uint32_t startPiece(size_t key, uint32_t slot) {
    counts_[slot - limit_] = uint32_t(rows_);
    owners_.push_back(uint32_t(key));
    return uint32_t(keys_ + owners_.size() - 1);
  }

  /** order_ := the non-empty pieces, fullest first. */
  void sortPieces() {
    size_t total = keys_ + owners_.size();
    std::vector<size_t> start(rows_ + 2, 0);
    for (size_t i = 0; i < total; i++) start[rows_ - counts_[i] + 1]++;
    for (size_t i = 1; i < start.size(); i++) start[i] += start[i - 1];
    order_.resize(start[rows_]);
    for (size_t i = 0; i < total; i++) {
      if (counts_[i] > 0) order_[start[rows_ - counts_[i]]++] = uint32_t(i);
    }
  }

  void sumBlock(size_t from, size_t size, u64* out, const Task& task) {
    size_t vectors = (size + 7) / 8;
    x_.resize(vectors * C::WORDS);
    y_.resize(vectors * C::WORDS);
    prefix_.resize(vectors * C::WORDS);
    denominator_.resize(vectors * C::WORDS);
    numerator_.resize(vectors * C::WORDS);
    infinite_.assign(vectors, 0);
    marks_.assign(vectors, 0);
    const uint32_t* pieces = order_.data() + from;
    for (size_t v = 0; v < vectors; v++) {
      C x, y;
      loadTerms(pieces, table_.data(), v, std::min<size_t>(8, size - 8 * v), size, x, y);
      x.store(&x_[v * C::WORDS]);
      y.store(&y_[v * C::WORDS]);
    }
    size_t active = size;
    for (size_t round = 1; round < counts_[pieces[0]]; round++) {
      while (counts_[pieces[active - 1]] <= round) active--;
      addRound(pieces, table_.data() + round * stride_, active);
      task.throwIfCancelled();
    }
    storeBlock(pieces, size, out);
  }

  /** Eight terms of a round; the lanes past `lanes` repeat the first. */
  OPG_INLINE void loadTerms(const uint32_t* pieces, const Entry* row, size_t v, size_t lanes, size_t end, C& x, C& y) {
    constexpr size_t AHEAD = 4;
    const u64* from[8];
    unsigned negative = 0;
    for (size_t i = 0; i < 8; i++) {
      Entry entry = row[pieces[8 * v + (i < lanes ? i : 0)]];
      from[i] = points_ + size_t(entry >> 1) * WORDS;
      negative |= (entry & 1) << i;
    }
    if (8 * (v + AHEAD) + 8 <= end) {
      for (size_t i = 0; i < 8; i++) {
        const u64* next = points_ + size_t(row[pieces[8 * (v + AHEAD) + i]] >> 1) * WORDS;
        for (int line = 0; line < D; line++) _mm_prefetch(reinterpret_cast<const char*>(next + 8 * line), _MM_HINT_T0);
      }
    }
    gatherPoints<D>(from, x, y);
    y = negateLanes<1>(y, __mmask8(negative));
  }

  /** Adds one point to each of the first `active` buckets of the block. */
  void addRound(const uint32_t* pieces, const Entry* row, size_t active) {
    size_t vectors = (active + 7) / 8;
    C chain[CHAINS];
    for (int c = 0; c < CHAINS; c++) chain[c] = C::one();
    exceptions_.clear();
    for (size_t v = 0; v < vectors; v++) {
      size_t lanes = std::min<size_t>(8, active - 8 * v);
      C px, py;
      loadTerms(pieces, row, v, lanes, active, px, py);
      C x = C::load(&x_[v * C::WORDS]), y = C::load(&y_[v * C::WORDS]);
      C denominator = subtract<6>(px, x), numerator = subtract<6>(py, y);
      __mmask8 suspect = mayBeZero(denominator) | infinite_[v] | __mmask8(~((1u << lanes) - 1));
      if (__builtin_expect(suspect != 0, 0)) {
        except(v, lanes, px, py, x, y, denominator, numerator);
      }
      denominator.store(&denominator_[v * C::WORDS]);
      numerator.store(&numerator_[v * C::WORDS]);
      C& product = chain[v % CHAINS];
      product.store(&prefix_[v * C::WORDS]);
      product = multiply(product, denominator);
    }
    invertChains(chain);
    for (size_t group = (vectors + CHAINS - 1) / CHAINS; group-- > 0;) {
      finishGroup(group * CHAINS, std::min<size_t>(CHAINS, vectors - group * CHAINS), chain);
    }
  }

  /** Equal, opposite and infinite points and unused lanes: the batch gets a harmless denominator for them. */
  __attribute__((noinline)) void except(size_t v, size_t lanes, const C& px, const C& py, const C& x, const C& y,
                                        C& denominator, C& numerator) {
    __mmask8 active = __mmask8((1u << lanes) - 1);
    __mmask8 take = infinite_[v] & active, keep = __mmask8(~active);
    __mmask8 sameX = isZero(denominator) & active & __mmask8(~take);
    // A point of order two (y = 0, off the curve: BN254 has none) doubles to infinity.
    __mmask8 doubled = sameX & isZero(numerator) & __mmask8(~isZero(y));
    __mmask8 vanish = sameX & __mmask8(~doubled);
    if ((take | keep | sameX) == 0) return;
    C squared = square(x), difference = denominator;
    denominator = denominator.blend(take | keep | vanish, C::one()).blend(doubled, opg::add(y, y));
    numerator = numerator.blend(doubled, opg::add(opg::add(squared, squared), squared));
    infinite_[v] = __mmask8(infinite_[v] & ~take) | vanish;
    exceptions_.push_back(
        {x.blend(take, px), y.blend(take, py), difference, __mmask8(take | keep | vanish), doubled});
    marks_[v] = uint32_t(exceptions_.size());
  }

  /** chain[c] := 1 / chain[c], one inversion for all. */
  static void invertChains(C chain[CHAINS]) {
    C low = multiply(chain[0], chain[1]), high = multiply(chain[2], chain[3]);
    C inverse = invertLanes(multiply(low, high));
    C inverseLow = multiply(inverse, high), inverseHigh = multiply(inverse, low);
    C first = chain[0], third = chain[2];
    chain[0] = multiply(inverseLow, chain[1]);
    chain[1] = multiply(inverseLow, first);
    chain[2] = multiply(inverseHigh, chain[3]);
    chain[3] = multiply(inverseHigh, third);
  }

  /**
   * Slope and sum for up to four vectors. Step by step across the vectors, not vector by vector: neighbouring
   * products are independent then, and the processor overlaps them.
   */
  OPG_INLINE void finishGroup(size_t first, size_t count, C chain[CHAINS]) {
    C slope[CHAINS], x3[CHAINS];
    for (size_t c = 0; c < count; c++) slope[c] = multiply(chain[c], C::load(&prefix_[(first + c) * C::WORDS]));
    for (size_t c = 0; c < count; c++) {
      chain[c] = multiply(chain[c], C::load(&denominator_[(first + c) * C::WORDS]));
    }
    for (size_t c = 0; c < count; c++) slope[c] = multiply(slope[c], C::load(&numerator_[(first + c) * C::WORDS]));
    for (size_t c = 0; c < count; c++) {
      // slope^2 - x1 - x2, where the denominator is x2 - x1 + 6p unless the lane doubles.
      size_t v = first + c;
      C x = C::load(&x_[v * C::WORDS]), difference = C::load(&denominator_[v * C::WORDS]);
      if (__builtin_expect(marks_[v] != 0, 0)) {
        const Exception& e = exceptions_[marks_[v] - 1];
        difference = difference.blend(e.doubled, e.difference);
      }
      x3[c] = sumX(square(slope[c]), x, difference);
    }
    for (size_t c = 0; c < count; c++) {
      size_t v = first + c;
      C x = C::load(&x_[v * C::WORDS]), y = C::load(&y_[v * C::WORDS]);
      C y3 = subtractSettled(multiply(slope[c], subtract<6>(x, x3[c])), y);
      if (__builtin_expect(marks_[v] != 0, 0)) {
        const Exception& e = exceptions_[marks_[v] - 1];
        x3[c] = x3[c].blend(e.set, e.x);
        y3 = y3.blend(e.set, e.y);
        marks_[v] = 0;
      }
      x3[c].store(&x_[v * C::WORDS]);
      y3.store(&y_[v * C::WORDS]);
    }
  }

  /** square - 2 x - difference + 12 p, settled. */
  static OPG_INLINE C sumX(const C& square, const C& x, const C& difference) {
    constexpr Limbs offset = multiple(12, FqModulus::value);
    C r;
    for (int d = 0; d < D; d++) {
      VecFq raw;
      for (int i = 0; i < 5; i++) {
        Vec taken = addLanes(addLanes(x.c[d].l[i], x.c[d].l[i]), difference.c[d].l[i]);
        raw.l[i] = addLanes(subLanes(square.c[d].l[i], taken), broadcast(offset.l[i]));
      }
      r.c[d] = settle<5>(raw);
    }
    return r;
  }

  void storeBlock(const uint32_t* pieces, size_t size, u64* out) {
    for (size_t v = 0; 8 * v < size; v++) {
      u64* to[8];
      unsigned mask = 0;
      for (size_t i = 0; i < 8; i++) {
        if (8 * v + i >= size) continue;
        size_t piece = pieces[8 * v + i];
        to[i] = piece < keys_ ? out + piece * WORDS : &extra_[(piece - keys_) * WORDS];
        mask |= 1u << i;
      }
      C x = canonical(C::load(&x_[v * C::WORDS])), y = canonical(C::load(&y_[v * C::WORDS]));
      scatterPoints<D>(to, x, y, mask & ~unsigned(infinite_[v]));
    }
  }

  /** Adds the pieces beyond the first to their buckets' sums. */
  void joinPieces(u64* out, const Task& task) {
    // Pieces of one bucket, first piece included, become the terms of one bucket of a smaller problem.
    std::vector<uint32_t> keys(owners_);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    size_t extras = owners_.size();
    Buffer<u64> terms((extras + keys.size()) * WORDS), sums(keys.size() * WORDS);
    std::memcpy(terms.data(), extra_.data(), extras * WORDS * sizeof(u64));
    if (!joiner_) joiner_ = std::make_unique<BucketSums>();
    joiner_->begin(keys.size(), extras + keys.size());
    auto addTerm = [&](size_t key, size_t index) {
      if (!isZeroPoint(&terms[index * WORDS])) joiner_->add(key, Entry(index << 1));
    };
    for (size_t i = 0; i < keys.size(); i++) {
      std::memcpy(&terms[(extras + i) * WORDS], out + keys[i] * WORDS, WORDS * sizeof(u64));
      addTerm(i, extras + i);
    }
    for (size_t i = 0; i < extras; i++) {
      addTerm(size_t(std::lower_bound(keys.begin(), keys.end(), owners_[i]) - keys.begin()), i);
    }
    joiner_->sum(terms.data(), sums.data(), task);
    for (size_t i = 0; i < keys.size(); i++) {
      std::memcpy(out + keys[i] * WORDS, &sums[i * WORDS], WORDS * sizeof(u64));
    }
  }

  size_t keys_ = 0, rows_ = 0, stride_ = 0, limit_ = 0;
  const u64* points_ = nullptr;
  Buffer<Entry> table_;          // row r holds the r-th term of every piece
  Buffer<uint32_t> next_;        // slot of a bucket's next term
  std::vector<uint32_t> counts_; // terms of each piece
  std::vector<uint32_t> owners_; // bucket of each piece beyond the buckets' first ones
  std::vector<uint32_t> order_;
  Buffer<u64> extra_;            // sums of those pieces
  Buffer<u64> x_, y_, prefix_, denominator_, numerator_;
  std::vector<__mmask8> infinite_;
  std::vector<uint32_t> marks_;  // 1 + index of the vector's exception in this round, or 0
  std::vector<Exception> exceptions_;
  std::unique_ptr<BucketSums> joiner_;
};

}  // namespace opg
