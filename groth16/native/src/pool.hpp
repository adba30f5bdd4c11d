// A fixed set of threads that share one job at a time.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "task.hpp"

namespace opg {

class Pool {
 public:
  /** A part of a job: its number, and the number of the thread that runs it (below threads()). */
  using Part = std::function<void(size_t part, int thread)>;

  /** `threads` counts the thread that calls run(). */
  explicit Pool(int threads);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int threads() const { return int(workers_.size()) + 1; }

  /** Runs parts 0 .. count - 1 in order of number, each on some thread; rethrows the first exception of any. */
  void run(size_t count, const Part& part);

  /** Cuts [0, size) into ranges of a multiple of `grain` (a few for each thread) and runs them. */
  void forRanges(size_t size, size_t grain, const std::function<void(size_t from, size_t to, int thread)>& body);

 private:
  void work(int thread);
  void takeParts(int thread);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable started_, finished_;
  const Part* part_ = nullptr;
  size_t count_ = 0;
  std::atomic<size_t> next_{0};
  size_t generation_ = 0;
  int busy_ = 0;
  bool stopping_ = false;
  std::exception_ptr failure_;
};

}  // namespace opg
