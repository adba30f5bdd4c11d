// Products of the sparse matrices A and B of a proving key with a witness.
#pragma once
#include "fft.hpp"

namespace opg {

/**
 * A matrix for products with a vector of standard-form scalars. Eight rows side by side take one entry each per step;
 * rows longer than STEPS continue in "tails", up to eight of which run side by side, and those are added afterwards.
 */
class SparseMatrix {
 public:
  /** Entries of 44 bytes as .zkey files have them; only those of `matrix` count. Coefficients are
   *  scaled by `scale`. Throws std::invalid_argument for an entry outside the matrix. */
  SparseMatrix(const uint8_t* entries, size_t count, uint32_t matrix, size_t rows, size_t wires, const Fr& scale);

  /** Vectors [from, to) of the product without the tails, vector order, factor 2^260, below 3p. */
  void multiply(const u64* witness, u64* out, size_t from, size_t to) const;

  /** Groups of tails; sumTails(t) writes the sums of one group to 40 words. */
  size_t tailGroups() const { return tailStart_.size() - 1; }
  void sumTails(const u64* witness, size_t t, u64* sums) const;

  /** Adds all groups' sums to the product: below 3p. */
  void addTails(const u64* sums, u64* out) const;

  size_t bytes() const;

 private:
  /** Steps [first, last) of a group of eight rows or tails: 8 wires and 8 coefficients a step. */
  VecFr sumSteps(const u64* witness, size_t first, size_t last) const;

  static constexpr size_t STEPS = 12;      // entries of a row before its tail
  static constexpr size_t TAIL = 256;      // entries of one tail, below the limit of Columns
  Buffer<u64> coefficients_;               // 40 words a step
  Buffer<uint32_t> wires_;                 // 8 a step
  std::vector<uint32_t> groupStart_;       // first step of each group of eight rows
  std::vector<uint32_t> tailStart_;        // first step of each group of eight tails
  std::vector<uint32_t> tailRow_;          // row of each tail
};

}  // namespace opg
