// What the addon calls. No vector types here: this header is also compiled without the vector instruction set.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "task.hpp"

namespace opg {

/** The parts of a proving key, in the encodings of .zkey files. */
struct KeyParts {
  size_t variables, publicSignals;
  int logDomain;
  const uint8_t* coefficients;
  size_t coefficientCount;
  const uint8_t *a, *b1, *b2, *c, *h;
};

/** Name of a phase (a literal) and how much of the call is done, 0 to 1. May be called from any thread. */
using Progress = std::function<void(const char* phase, double done)>;

/** Milliseconds of each phase of a proof. */
struct SumPhases {
  double sort, abc, fft, msm;
};

/** A proving key in the layout of the kernels. */
class ProvingKey;

/** Computations on a pool of threads. Calls must not overlap: the caller queues them. */
class Engine {
 public:
  static constexpr size_t SUM_BYTES = 64 + 64 + 128 + 64 + 64;

  explicit Engine(int threads);
  ~Engine();

  std::shared_ptr<ProvingKey> prepare(const KeyParts& parts, const Task& task, const Progress& progress);
  static size_t keyBytes(const ProvingKey& key);
  static size_t keyVariables(const ProvingKey& key);

  /** Writes the sums A, B1, B2, C, H one after another. */
  SumPhases sums(ProvingKey& key, const uint8_t* witness, uint8_t* out, const Task& task, const Progress& progress);

  void msm(int degree, const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out, const Task& task,
           const Progress& progress);
  void multiplyBase(int degree, const uint8_t* base, const uint8_t* scalars, size_t count, uint8_t* out,
                    const Task& task, const Progress& progress);
  void multiplyEach(int degree, const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out,
                    const Task& task, const Progress& progress);
  void transform(const uint8_t* values, int logSize, bool inverse, uint8_t* out, const Task& task);
  void transformPoints(int degree, const uint8_t* points, int logSize, bool inverse, uint8_t* out, const Task& task,
                       const Progress& progress);

  /** Few terms, on the calling thread: n scalar multiplications. May overlap with anything. */
  static void msmFew(int degree, const uint8_t* points, const uint8_t* scalars, size_t count, uint8_t* out);
  /** On the calling thread; may overlap with anything. */
  static bool pairingProductIsOne(const uint8_t* g1, const uint8_t* g2, size_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace opg
