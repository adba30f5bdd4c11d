// Number-theoretic transforms over the scalar field.
//
// Arrays are in vector order (memory.hpp). Two shapes are used, so that nothing is ever permuted in between: "down",
// from natural to bit-reversed order, whose twiddle is constant over each block of a level, and "up", from
// bit-reversed to natural order, whose twiddles follow the index and may carry the powers of a coset generator at no
// cost. Levels whose halves are 8 or more work on whole vectors; the last three are done on transposed groups of 64.
//
// Values grow by less than 3p a level instead of being reduced, which bounds the size by 2^26.
#pragma once
#include "memory.hpp"
#include "pool.hpp"

namespace opg {

using VecFr = VecField<FrModulus>;

constexpr int MIN_FFT_LOG = 6;
constexpr int MAX_FFT_LOG = 26;

/** The primitive root of unity of order 2^logN that snarkjs uses: 5^((r - 1) / 2^logN). */
Fr rootOfUnity(int logN);

/** Limbs (factor 2^260) of an element. */
Limbs vectorForm(const Fr& a);

/** Twiddles of "down" for a root of order n: T[k] = root^(n/2 * (bits of k mirrored behind the point)). */
class DownTables {
 public:
  DownTables(int logN, const Fr& root, Pool& pool);
  size_t bytes() const { return block_.bytes() + group_.bytes(); }

  /** T[k] for k below n / 16: five limbs each, for the levels on whole vectors. */
  const u64* block(size_t k) const { return &block_[5 * k]; }

  /** Seven vectors for group g of 64 elements: T[8g + v]; T[16g + 2v + s], s < 2; T[32g + 4v + s], s < 4. */
  const u64* group(size_t g) const { return &group_[g * 280]; }

 private:
  Buffer<u64> block_, group_;
};

/** Twiddles of "up": for halves h = 1, 2, .. n/2, W_h[j] = (coset * root^j)^(n / 2h), j < h. */
class UpTables {
 public:
  UpTables(int logN, const Fr& root, const Fr& coset, Pool& pool);
  size_t bytes() const { return levels_.bytes(); }

  /** W_h in vector order, h >= 8. */
  const u64* level(size_t h) const { return &levels_[elementWords(h)]; }

  /** The seven twiddles of h = 1, 2, 4. */
  const Limbs* small() const { return small_; }

 private:
  Buffer<u64> levels_;
  Limbs small_[7];
};

/** Elements that stay in a core's L2 cache through all their levels. */
constexpr int BLOCK_LOG = 13;

/**
 * The steps of a transform, for callers that run them on several arrays and threads. Domain n = 2^logN, cut into
 * blocks of min(n, 2^BLOCK_LOG); "columns" are the vectors of a part (n / 8 / parts of them).
 */
struct Steps {
  int logN;

  int blockLog() const { return logN < BLOCK_LOG ? logN : BLOCK_LOG; }
  size_t blocks() const { return size_t(1) << (logN - blockLog()); }

  /** Levels that span blocks, each pass over the whole array: pass i of passes(). */
  int passes() const { return (logN - blockLog() + 2) / 3; }
  /** Vectors of work in one pass; any range of them may run by itself. */
  size_t columns(int pass) const { return (size_t(1) << logN) / 8 >> passLevels(pass); }
  int passLevels(int pass) const;

  void downPass(u64* values, const DownTables& down, int pass, size_t from, size_t to) const;
  void upPass(u64* values, const UpTables& up, int pass, size_t from, size_t to) const;
  /** The levels inside one block: all the way down, then up again (either may be left out). */
  void block(u64* values, const DownTables* down, const UpTables* up, size_t block) const;
};

/** A transform of standard-form scalars, natural order in and out, for any size up to 2^26. */
void transform(const u64* in, u64* out, int logN, bool inverse, Pool& pool, const Task& task);

}  // namespace opg
