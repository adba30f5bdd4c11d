#include "pool.hpp"

#include <algorithm>

namespace opg {

Pool::Pool(int threads) {
  for (int i = 1; i < threads; i++) workers_.emplace_back([this, i] { work(i); });
}

Pool::~Pool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  started_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void Pool::run(size_t count, const Part& part) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    part_ = &part;
    count_ = count;
    next_.store(0);
    failure_ = nullptr;
    if (count > 1) {
      busy_ = int(workers_.size());
      generation_++;
    }
  }
  if (count > 1) started_.notify_all();
  takeParts(0);
  std::unique_lock<std::mutex> lock(mutex_);
  finished_.wait(lock, [this] { return busy_ == 0; });
  part_ = nullptr;
  if (failure_) std::rethrow_exception(failure_);
}

void Pool::forRanges(size_t size, size_t grain, const std::function<void(size_t, size_t, int)>& body) {
  size_t units = (size + grain - 1) / grain;
  size_t perPart = std::max<size_t>(1, units / (size_t(threads()) * 4));
  size_t step = perPart * grain;
  run((size + step - 1) / step,
      [&](size_t part, int thread) { body(part * step, std::min(size, (part + 1) * step), thread); });
}

void Pool::work(int thread) {
  size_t seen = 0;
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      started_.wait(lock, [&] { return stopping_ || generation_ != seen; });
      if (stopping_) return;
      seen = generation_;
    }
    takeParts(thread);
    std::lock_guard<std::mutex> lock(mutex_);
    if (--busy_ == 0) finished_.notify_one();
  }
}

void Pool::takeParts(int thread) {
  for (;;) {
    size_t part = next_.fetch_add(1);
    if (part >= count_) return;
    try {
      (*part_)(part, thread);
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      next_.store(count_);
    }
  }
}

}  // namespace opg
