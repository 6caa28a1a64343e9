// Threads that run handlers.
//
// Purpose: a bounded queue in front of a fixed number of threads: when handlers cannot keep up, new work is
//          refused at once (the client is told to come again) instead of waiting without end.
// Threads: submit() from any thread. Tasks must not throw.
// Lifetime: the destructor runs what is queued, then joins.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace yagura::web {

class WorkerPool {
 public:
  using Task = std::move_only_function<void()>;

  WorkerPool(int threads, std::size_t max_queued);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full; the task is then untouched in the caller's hands.
  [[nodiscard]] bool submit(Task& task);
  // For work already begun (the next piece of an answer): never refused.
  void submit_more(Task task);

 private:
  void work();
  void push(Task task, std::unique_lock<std::mutex>& lock);

  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;
  int idle_ = 0;
  // A worker was woken and has not looked yet. It wakes the next one itself when it leaves work behind, so a
  // burst of small tasks costs few wake-ups and a long task never holds up the one behind it.
  bool waking_ = false;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace yagura::web
