#include "call_queue.hpp"

#include <algorithm>
#include <new>
#include <system_error>

namespace opg {

CallQueue::CallQueue(std::function<void(Call*)> finished) : finished_(std::move(finished)) {
  thread_ = std::thread([this] { work(); });
}

CallQueue::~CallQueue() {
  close([] {});
  thread_.join();
}

void CallQueue::push(Call* call) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    waiting_.push_back(call);
  }
  changed_.notify_one();
}

void CallQueue::cancel(Call* call) {
  std::lock_guard<std::mutex> lock(mutex_);
  call->task.cancelled.store(true);
  auto at = std::find(waiting_.begin(), waiting_.end(), call);
  if (at == waiting_.end()) return;
  // It still needs the thread to be handed back, but nothing before it.
  waiting_.erase(at);
  waiting_.push_front(call);
}

void CallQueue::close(std::function<void()> drained) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (closing_) return;
    closing_ = true;
    drained_ = std::move(drained);
    for (Call* call : waiting_) call->task.cancelled.store(true);
    if (running_ != nullptr) running_->task.cancelled.store(true);
  }
  changed_.notify_one();
}

void CallQueue::work() {
  for (;;) {
    Call* call = nullptr;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
      if (waiting_.empty()) break;
      call = waiting_.front();
      waiting_.pop_front();
      running_ = call;
      if (closing_) call->task.cancelled.store(true);
    }
    run(*call);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      running_ = nullptr;
      if (closing_ && call->outcome == Outcome::Cancelled) call->outcome = Outcome::Closed;
    }
    finished_(call);
  }
  if (drained_) drained_();
}

void CallQueue::run(Call& call) {
  try {
    call.task.throwIfCancelled();
    call.work(call);
  } catch (const Cancelled&) {
    call.outcome = Outcome::Cancelled;
  } catch (const std::bad_alloc&) {
    call.outcome = Outcome::OutOfMemory;
  } catch (const std::exception& error) {
    call.outcome = Outcome::Failed;
    call.message = error.what();
  }
}

}  // namespace opg
