// What a long computation checks while it runs.
#pragma once
#include <atomic>
#include <exception>

namespace opg {

/** Thrown inside a computation after its caller gave up. */
struct Cancelled : std::exception {
  const char* what() const noexcept override { return "cancelled"; }
};

/** The state that a caller shares with the threads working for it. */
struct Task {
  std::atomic<bool> cancelled{false};

  void throwIfCancelled() const {
    if (cancelled.load(std::memory_order_relaxed)) throw Cancelled();
  }
};

}  // namespace opg
