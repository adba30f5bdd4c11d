// The coefficients of Groth16's quotient: evaluations of A B - C on the odd coset.
#pragma once
#include <memory>

#include "sparse.hpp"

namespace opg {

/** What a proving key fixes for the quotient. */
class Quotient {
 public:
  /** `entries`: `count` entries of 44 bytes; the domain has 2^logN rows, logN at most 26. */
  Quotient(const uint8_t* entries, size_t count, size_t wires, int logN, Pool& pool);

  /**
   * d[i] = (A B - C)(g x^i), standard form, 4 words each. `witness`: standard-form scalars.
   * `phase(name)` is called before each phase: "abc", "fft".
   */
  void evaluate(const u64* witness, u64* out, Pool& pool, const Task& task,
                const std::function<void(const char*)>& phase);

  size_t bytes() const;

 private:
  void evaluateSmall(const u64* witness, u64* out) const;
  void multiplyMatrices(const u64* witness, Pool& pool, const Task& task);
  void join(u64* out, size_t from, size_t to) const;

  int logN_;
  SparseMatrix a_, b_;
  std::unique_ptr<DownTables> down_;
  std::unique_ptr<UpTables> up_;
  Buffer<u64> values_[3], tails_[2];
};

}  // namespace opg
