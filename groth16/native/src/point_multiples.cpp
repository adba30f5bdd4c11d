#include "point_multiples.hpp"

#include "fft.hpp"
#include "vector_curve.hpp"

namespace opg {

namespace {

Words loadScalar(const u64* from) {
  Words k;
  std::memcpy(k.w, from, 32);
  while (geq(k, FrModulus::value)) k = subtract(k, FrModulus::value);
  return k;
}

/** Signed digits of `bits` bits, low end first; |digit| <= 2^(bits - 1). */
void signedDigits(const Words& k, int bits, int count, int* digits) {
  int carry = 0;
  for (int i = 0; i < count; i++) {
    const int bit = i * bits, word = bit >> 6, shift = bit & 63;
    u64 raw = word > 3 ? 0 : k.w[word] >> shift;
    if (word < 3 && shift + bits > 64) raw |= k.w[word + 1] << (64 - shift);
    int digit = int(raw & ((u64(1) << bits) - 1)) + carry;
    carry = digit > (1 << (bits - 1)) ? 1 : 0;
    digits[i] = digit - (carry << bits);
  }
}

/** Reports progress as parts finish. */
class PartCounter {
 public:
  PartCounter(size_t parts, const Done& done) : parts_(parts), done_(done) {}
  void finished() { done_(double(++count_) / double(parts_)); }

 private:
  size_t parts_;
  std::atomic<size_t> count_{0};
  const Done& done_;
};

/** Multiples d 2^(bits j) of a point, d = 1 .. 2^(bits - 1), for each window j: vector form. */
template <int D>
void fillWindow(Jacobian<typename ScalarCoordinate<D>::Type> point, size_t multiples, u64* out) {
  using S = typename ScalarCoordinate<D>::Type;
  std::vector<Jacobian<S>> table;
  std::vector<S> prefix;
  S product = S::one();
  Jacobian<S> sum = Jacobian<S>::infinity();
  for (size_t d = 0; d < multiples; d++) {
    sum = sum + point;
    table.push_back(sum);
    prefix.push_back(product);
    if (!sum.isInfinity()) product = product * sum.z;
  }
  S inverse = product.inverse();
  for (size_t d = multiples; d-- > 0;) {
    Jacobian<S>& p = table[d];
    S x = S::zero(), y = S::zero();
    if (!p.isInfinity()) {
      S zInverse = inverse * prefix[d], squared = zInverse.square();
      inverse = inverse * p.z;
      x = p.x * squared;
      y = p.y * squared * zInverse;
    }
    writeCoordinate(out + d * POINT_WORDS<D>, x);
    writeCoordinate(out + d * POINT_WORDS<D> + 4 * D, y);
  }
  toVectorForm<D>(out, out, multiples);
}

constexpr int WINDOW = 4;
constexpr int WINDOWS = 64;   // 254 bits and a carry fit in 64 digits of 4 bits
constexpr int MULTIPLES = 8;  // 1 .. 8

/** scalars[lane] * point, lane by lane. */
template <int D>
VecPoint<D> multiplyLanes(const VecPoint<D>& point, const Words scalars[8]) {
  constexpr int WORDS = VecPoint<D>::WORDS;
  // Entry 0 is infinity, so that a digit of zero is no special case.
  alignas(64) u64 table[(MULTIPLES + 1) * WORDS];
  VecPoint<D> multiple = VecPoint<D>::infinity();
  multiple.store(table);
  for (int i = 1; i <= MULTIPLES; i++) {
    multiple = i == 1 ? point : add(multiple, point);
    multiple.store(table + i * WORDS);
  }
  int digits[8][WINDOWS];
  for (int lane = 0; lane < 8; lane++) signedDigits(scalars[lane], WINDOW, WINDOWS, digits[lane]);
  VecPoint<D> sum = VecPoint<D>::infinity();
  for (int w = WINDOWS - 1; w >= 0; w--) {
    if (w < WINDOWS - 1) {
      for (int i = 0; i < WINDOW; i++) sum = twice(sum);
    }
    alignas(64) long long offsets[8];
    unsigned negative = 0;
    for (int lane = 0; lane < 8; lane++) {
      int digit = digits[lane][w];
      offsets[lane] = (long long)(std::abs(digit)) * WORDS + lane;
      negative |= unsigned(digit < 0) << lane;
    }
    const Vec index = _mm512_load_si512(offsets);
    VecPoint<D> term;
    Coordinate<D>* coordinates[3] = {&term.x, &term.y, &term.z};
    for (int c = 0, at = 0; c < 3; c++) {
      for (int d = 0; d < D; d++) {
        for (int i = 0; i < 5; i++, at += 8) {
          coordinates[c]->c[d].l[i] = _mm512_i64gather_epi64(index, table + at, 8);
        }
      }
    }
    sum = add(sum, negateLanes(term, __mmask8(negative)));
  }
  return sum;
}

/** One lane of homogeneous points in memory. */
template <int D>
void copyLane(const u64* from, size_t fromLane, u64* to, size_t toLane) {
  for (int i = 0; i < VecPoint<D>::WORDS / 8; i++) to[8 * i + toLane] = from[8 * i + fromLane];
}

/** Affine points in file form to homogeneous vectors; lanes past `lanes` are infinity. */
template <int D>
VecPoint<D> loadPoints8(const u64* points, const size_t index[8], size_t lanes) {
  static constexpr u64 zeros[16] = {};
  const u64* from[8];
  unsigned infinite = 0;
  for (size_t i = 0; i < 8; i++) {
    from[i] = i < lanes ? points + index[i] * POINT_WORDS<D> : zeros;
    infinite |= unsigned(std::memcmp(from[i], zeros, POINT_WORDS<D> * 8) == 0) << i;
  }
  constexpr Limbs factor = toLimbs(powerOfTwo(264, FqModulus::value));
  VecPoint<D> p;
  gatherPoints<D>(from, p.x, p.y);
  for (int d = 0; d < D; d++) {
    p.x.c[d] = multiply(p.x.c[d], VecFq::broadcastLimbs(factor));
    p.y.c[d] = multiply(p.y.c[d], VecFq::broadcastLimbs(factor));
  }
  p.y = p.y.blend(__mmask8(infinite), Coordinate<D>::one());
  p.z = Coordinate<D>::one().blend(__mmask8(infinite), Coordinate<D>::zero());
  return p;
}

/** Homogeneous vectors to affine points in file form. */
template <int D>
void storePoints8(const VecPoint<D>& p, u64* out, size_t lanes) {
  Coordinate<D> x, y;
  toAffine(p, x, y);
  u64* to[8];
  for (size_t i = 0; i < 8; i++) to[i] = out + i * POINT_WORDS<D>;
  scatterPoints<D>(to, x, y, (1u << lanes) - 1);
  toFileForm<D>(out, out, lanes);
}

}  // namespace

template <int D>
void multiplyBase(const u64* base, const u64* scalars, size_t count, u64* out, Pool& pool, const Task& task,
                  const Done& done) {
  constexpr int WORDS = POINT_WORDS<D>;
  const int bits = count < 256 ? 4 : count < 32768 ? 8 : 10;
  const int windows = 254 / bits + 1;
  const size_t multiples = size_t(1) << (bits - 1);
  Buffer<u64> table(size_t(windows) * multiples * WORDS);
  std::vector<decltype(readPoint<D>(base))> starts;
  for (int w = 0; w < windows; w++) {
    auto start = w == 0 ? readPoint<D>(base) : starts.back();
    for (int i = 0; i < bits && w > 0; i++) start = start.twice();
    starts.push_back(start);
  }
  pool.run(size_t(windows), [&](size_t w, int) {
    task.throwIfCancelled();
    fillWindow<D>(starts[w], multiples, &table[w * multiples * WORDS]);
  });
  const size_t chunk = BucketSums<D>::BLOCK, chunks = (count + chunk - 1) / chunk;
  std::vector<BucketSums<D>> sums(size_t(pool.threads()));
  PartCounter counter(chunks, done);
  pool.run(chunks, [&](size_t part, int thread) {
    BucketSums<D>& mine = sums[size_t(thread)];
    const size_t from = part * chunk, size = std::min(chunk, count - from);
    mine.begin(size, size * size_t(windows));
    std::vector<int> digits(static_cast<size_t>(windows));
    for (size_t i = 0; i < size; i++) {
      signedDigits(loadScalar(scalars + 4 * (from + i)), bits, windows, digits.data());
      for (int w = 0; w < windows; w++) {
        int digit = digits[size_t(w)];
        if (digit == 0) continue;
        size_t index = size_t(w) * multiples + size_t(std::abs(digit)) - 1;
        if (!BucketSums<D>::isZeroPoint(&table[index * WORDS])) mine.add(i, Entry(index << 1 | (digit < 0 ? 1 : 0)));
      }
    }
    Buffer<u64> results(size * WORDS);
    mine.sum(table.data(), results.data(), task);
    toFileForm<D>(results.data(), out + from * WORDS, size);
    counter.finished();
  });
}

template <int D>
void multiplyEach(const u64* points, const u64* scalars, size_t count, u64* out, Pool& pool, const Task& task,
                  const Done& done) {
  constexpr size_t PART = 256;
  const size_t parts = (count + PART - 1) / PART;
  PartCounter counter(parts, done);
  pool.run(parts, [&](size_t part, int) {
    for (size_t i = part * PART; i < std::min(count, (part + 1) * PART); i += 8) {
      task.throwIfCancelled();
      const size_t lanes = std::min<size_t>(8, count - i);
      size_t index[8];
      Words k[8] = {};
      for (size_t j = 0; j < lanes; j++) {
        index[j] = i + j;
        k[j] = loadScalar(scalars + 4 * (i + j));
      }
      storePoints8<D>(multiplyLanes<D>(loadPoints8<D>(points, index, lanes), k), out + i * POINT_WORDS<D>, lanes);
    }
    counter.finished();
  });
}

template <int D>
void transformPoints(const u64* points, int logN, bool inverse, u64* out, Pool& pool, const Task& task,
                     const Done& done) {
  constexpr int WORDS = VecPoint<D>::WORDS;
  const size_t n = size_t(1) << logN, blocks = (n + 7) / 8;
  Fr root = rootOfUnity(logN), scale = Fr::one();
  if (inverse) {
    root = root.inverse();
    scale = Fr::fromInteger({{n, 0, 0, 0}}).inverse();
  }
  std::vector<Words> powers(std::max<size_t>(1, n / 2));
  Fr power = Fr::one();
  for (Words& w : powers) {
    w = power.toInteger();
    power = power * root;
  }
  Buffer<u64> work(blocks * WORDS);
  pool.forRanges(blocks, 1, [&](size_t from, size_t to, int) {
    for (size_t b = from; b < to; b++) {
      size_t index[8];
      const size_t lanes = std::min<size_t>(8, n - 8 * b);
      for (size_t i = 0; i < lanes; i++) {
        index[i] = 0;
        for (int bit = 0; bit < logN; bit++) index[i] |= (((8 * b + i) >> bit) & 1) << (logN - 1 - bit);
      }
      loadPoints8<D>(points, index, lanes).store(&work[b * WORDS]);
    }
  });
  // Eight butterflies at a time, copied lane by lane: the copies are nothing beside a scalar multiplication.
  const size_t batches = (n / 2 + 7) / 8;
  PartCounter counter(batches * size_t(logN) + blocks, done);
  for (int level = 0; level < logN; level++) {
    const size_t half = size_t(1) << level;
    pool.forRanges(batches, 1, [&](size_t from, size_t to, int) {
      alignas(64) u64 low[WORDS], high[WORDS];
      for (size_t batch = from; batch < to; batch++) {
        task.throwIfCancelled();
        const size_t lanes = std::min<size_t>(8, n / 2 - 8 * batch);
        VecPoint<D>::infinity().store(low);
        VecPoint<D>::infinity().store(high);
        Words k[8] = {};
        size_t at[8];
        for (size_t i = 0; i < lanes; i++) {
          const size_t pair = 8 * batch + i, j = pair & (half - 1);
          at[i] = (pair - j) * 2 + j;
          k[i] = powers[j * (n / 2 / half)];
          copyLane<D>(&work[at[i] / 8 * WORDS], at[i] % 8, low, i);
          copyLane<D>(&work[(at[i] + half) / 8 * WORDS], (at[i] + half) % 8, high, i);
        }
        VecPoint<D> a = VecPoint<D>::load(low), b = VecPoint<D>::load(high);
        if (level > 0) b = multiplyLanes<D>(b, k);
        add(a, b).store(low);
        add(a, negateLanes(b, 0xff)).store(high);
        for (size_t i = 0; i < lanes; i++) {
          copyLane<D>(low, i, &work[at[i] / 8 * WORDS], at[i] % 8);
          copyLane<D>(high, i, &work[(at[i] + half) / 8 * WORDS], (at[i] + half) % 8);
        }
        counter.finished();
      }
    });
  }
  pool.forRanges(blocks, 1, [&](size_t from, size_t to, int) {
    Words k[8];
    for (Words& w : k) w = scale.toInteger();
    for (size_t b = from; b < to; b++) {
      task.throwIfCancelled();
      VecPoint<D> p = VecPoint<D>::load(&work[b * WORDS]);
      if (inverse) p = multiplyLanes<D>(p, k);
      storePoints8<D>(p, out + 8 * b * POINT_WORDS<D>, std::min<size_t>(8, n - 8 * b));
      counter.finished();
    }
  });
}

template void multiplyBase<1>(const u64*, const u64*, size_t, u64*, Pool&, const Task&, const Done&);
template void multiplyBase<2>(const u64*, const u64*, size_t, u64*, Pool&, const Task&, const Done&);
template void multiplyEach<1>(const u64*, const u64*, size_t, u64*, Pool&, const Task&, const Done&);
template void multiplyEach<2>(const u64*, const u64*, size_t, u64*, Pool&, const Task&, const Done&);
template void transformPoints<1>(const u64*, int, bool, u64*, Pool&, const Task&, const Done&);
template void transformPoints<2>(const u64*, int, bool, u64*, Pool&, const Task&, const Done&);

}  // namespace opg
