// Calls from JavaScript, run one after another on a thread of their own. No Node types here.
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "task.hpp"

namespace opg {

/** How a call ended; the names are those that the TypeScript side knows. */
enum class Outcome { Done, Cancelled, Closed, OutOfMemory, Failed };

/** One call: the work, and what its owner gets back. */
struct Call {
  Task task;
  std::function<void(Call&)> work;
  Outcome outcome = Outcome::Done;
  std::string message;
};

/** A thread that takes calls in order and hands each back when it has ended. */
class CallQueue {
 public:
  /** `finished` runs on the queue's thread, once for each call. */
  explicit CallQueue(std::function<void(Call*)> finished);
  ~CallQueue();
  CallQueue(const CallQueue&) = delete;
  CallQueue& operator=(const CallQueue&) = delete;

  void push(Call* call);

  /** Stops a call: at once when it still waits, at its next check when it runs. */
  void cancel(Call* call);

  /** Ends all calls as Closed; `drained` runs on the queue's thread after the last. Later calls are not allowed. */
  void close(std::function<void()> drained);

 private:
  void work();
  static void run(Call& call);

  std::function<void(Call*)> finished_;
  std::function<void()> drained_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Call*> waiting_;
  Call* running_ = nullptr;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace opg
