// Between memory order (one element after another, 64-bit words) and vector order (eight elements side by side,
// 52-bit limbs).
#pragma once
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "coordinate.hpp"

namespace opg {

/** A cache-line-aligned array that is not initialised; throws std::bad_alloc. */
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t count) { resize(count); }
  Buffer(Buffer&& other) noexcept : data_(other.data_), count_(other.count_), capacity_(other.capacity_) {
    other.data_ = nullptr;
    other.count_ = other.capacity_ = 0;
  }
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { std::free(data_); }

  /** Sets the size; the contents are lost when it grows beyond the capacity. */
  void resize(size_t count) {
    if (count > capacity_) {
      std::free(data_);
      data_ = nullptr;
      count_ = capacity_ = 0;
      if (count > (size_t(1) << 46) / sizeof(T)) throw std::bad_alloc();
      // Points are read in random order: with small pages, address translation would cost as much as the reads.
      const bool large = count * sizeof(T) >= HUGE_PAGE;
      const size_t alignment = large ? HUGE_PAGE : 64;
      const size_t bytes = (count * sizeof(T) + alignment - 1) & ~(alignment - 1);
      data_ = static_cast<T*>(std::aligned_alloc(alignment, bytes));
      if (data_ == nullptr) throw std::bad_alloc();
      if (large) madvise(data_, bytes, MADV_HUGEPAGE);
      capacity_ = count;
    }
    count_ = count;
  }

  /** Sets all bytes to zero. */
  void clear() {
    if (count_ > 0) std::memset(static_cast<void*>(data_), 0, count_ * sizeof(T));
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return count_; }
  size_t bytes() const { return capacity_ * sizeof(T); }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  static constexpr size_t HUGE_PAGE = size_t(1) << 21;
  T* data_ = nullptr;
  size_t count_ = 0, capacity_ = 0;
};

/** Transposes an 8 x 8 matrix of words. */
OPG_INLINE void transpose8(Vec r[8]) {
  Vec t[8], s[8];
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
  }
  for (int i = 0; i < 2; i++) {
    s[i] = _mm512_shuffle_i64x2(t[i], t[i + 2], 0x88);
    s[i + 2] = _mm512_shuffle_i64x2(t[i], t[i + 2], 0xdd);
    s[i + 4] = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0x88);
    s[i + 6] = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0xdd);
  }
  for (int i = 0; i < 4; i++) {
    r[i] = _mm512_shuffle_i64x2(s[i], s[i + 4], 0x88);
    r[i + 4] = _mm512_shuffle_i64x2(s[i], s[i + 4], 0xdd);
  }
}

/** Words of a vector-order array of n field elements: blocks of eight, limb by limb. */
constexpr size_t elementWords(size_t n) { return (n + 7) / 8 * 40; }

/** Element i of a vector-order array. */
inline Limbs elementAt(const u64* array, size_t i) {
  Limbs r{};
  for (size_t j = 0; j < 5; j++) r.l[j] = array[(i >> 3) * 40 + j * 8 + (i & 7)];
  return r;
}

/** Four vectors of words to five of limbs. */
template <class M>
OPG_INLINE VecField<M> splitWords(Vec w0, Vec w1, Vec w2, Vec w3) {
  VecField<M> r;
  r.l[0] = maskLimb(w0);
  r.l[1] = maskLimb(_mm512_shrdi_epi64(w0, w1, 52));
  r.l[2] = maskLimb(_mm512_shrdi_epi64(w1, w2, 40));
  r.l[3] = maskLimb(_mm512_shrdi_epi64(w2, w3, 28));
  r.l[4] = _mm512_srli_epi64(w3, 16);
  return r;
}

/** Inverse of splitWords for values below 2^256. */
template <class M>
OPG_INLINE void joinLimbs(const VecField<M>& a, Vec w[4]) {
  w[0] = _mm512_or_si512(a.l[0], _mm512_slli_epi64(a.l[1], 52));
  w[1] = _mm512_or_si512(_mm512_srli_epi64(a.l[1], 12), _mm512_slli_epi64(a.l[2], 40));
  w[2] = _mm512_or_si512(_mm512_srli_epi64(a.l[2], 24), _mm512_slli_epi64(a.l[3], 28));
  w[3] = _mm512_or_si512(_mm512_srli_epi64(a.l[3], 36), _mm512_slli_epi64(a.l[4], 16));
}

/** Words of one point: x then y. */
template <int D>
constexpr int POINT_WORDS = 8 * D;

/** Eight points from eight addresses (any alignment). */
template <int D>
OPG_INLINE void gatherPoints(const u64* const from[8], Coordinate<D>& x, Coordinate<D>& y) {
  Vec w[8];
  if (D == 1) {
    for (int i = 0; i < 8; i++) w[i] = _mm512_loadu_si512(from[i]);
    transpose8(w);
    x.c[0] = splitWords<FqModulus>(w[0], w[1], w[2], w[3]);
    y.c[0] = splitWords<FqModulus>(w[4], w[5], w[6], w[7]);
  } else {
    for (int half = 0; half < 2; half++) {
      Coordinate<D>& to = half == 0 ? x : y;
      for (int i = 0; i < 8; i++) w[i] = _mm512_loadu_si512(from[i] + 8 * half);
      transpose8(w);
      to.c[0] = splitWords<FqModulus>(w[0], w[1], w[2], w[3]);
      to.c[D - 1] = splitWords<FqModulus>(w[4], w[5], w[6], w[7]);
    }
  }
}

/** Stores the lanes of `mask` of eight canonical points to eight addresses. */
template <int D>
OPG_INLINE void scatterPoints(u64* const to[8], const Coordinate<D>& x, const Coordinate<D>& y, unsigned mask) {
  Vec w[8];
  for (int half = 0; half < D; half++) {
    if (D == 1) {
      joinLimbs(x.c[0], w);
      joinLimbs(y.c[0], w + 4);
    } else {
      const Coordinate<D>& from = half == 0 ? x : y;
      joinLimbs(from.c[0], w);
      joinLimbs(from.c[D - 1], w + 4);
    }
    transpose8(w);
    for (int i = 0; i < 8; i++) {
      if (mask & (1u << i)) _mm512_storeu_si512(to[i] + 8 * half, w[i]);
    }
  }
}

/** Eight field elements (4 words each) from eight addresses. */
template <class M>
OPG_INLINE VecField<M> gatherElements(const u64* const from[8]) {
  // Two elements a register, then a transpose of which only the first four rows carry anything.
  Vec w[4];
  for (int i = 0; i < 4; i++) {
    w[i] = _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from[i]))),
                              _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from[i + 4])), 1);
  }
  Vec a = _mm512_unpacklo_epi64(w[0], w[1]), b = _mm512_unpackhi_epi64(w[0], w[1]);
  Vec c = _mm512_unpacklo_epi64(w[2], w[3]), d = _mm512_unpackhi_epi64(w[2], w[3]);
  const Vec even = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), odd = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
  return splitWords<M>(_mm512_permutex2var_epi64(a, even, c), _mm512_permutex2var_epi64(b, even, d),
                       _mm512_permutex2var_epi64(a, odd, c), _mm512_permutex2var_epi64(b, odd, d));
}

/** Stores eight canonical elements one after another, 32 bytes each. */
template <class M>
OPG_INLINE void storeElements(u64* to, const VecField<M>& a) {
  Vec w[8];
  joinLimbs(a, w);
  for (int i = 4; i < 8; i++) w[i] = _mm512_setzero_si512();
  transpose8(w);
  for (int i = 0; i < 8; i++) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + 4 * i), _mm512_castsi512_si256(w[i]));
  }
}

}  // namespace opg
