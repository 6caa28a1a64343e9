#include "web/server/worker_pool.hpp"

namespace yagura::web {

WorkerPool::WorkerPool(int threads, std::size_t max_queued) : max_queued_(max_queued) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void WorkerPool::push(Task task, std::unique_lock<std::mutex>& lock) {
  queue_.push_back(std::move(task));
  const bool wake = idle_ > 0 && !waking_;
  if (wake) waking_ = true;
  lock.unlock();
  if (wake) wake_.notify_one();
}

bool WorkerPool::submit(Task& task) {
  std::unique_lock lock(mutex_);
  if (ending_ || queue_.size() >= max_queued_) return false;
  push(std::move(task), lock);
  return true;
}

void WorkerPool::submit_more(Task task) {
  std::unique_lock lock(mutex_);
  push(std::move(task), lock);
}

void WorkerPool::work() {
  for (std::unique_lock lock(mutex_);;) {
    if (queue_.empty()) {
      if (ending_) return;
      ++idle_;
      // No predicate: whoever wakes, even in vain, must say that no wake-up is on its way any more.
      wake_.wait(lock);
      --idle_;
      waking_ = false;
      continue;
    }
    Task task = std::move(queue_.front());
    queue_.pop_front();
    const bool wake = !queue_.empty() && idle_ > 0 && !waking_;
    if (wake) waking_ = true;
    lock.unlock();
    if (wake) wake_.notify_one();
    task();
    task = nullptr;
    lock.lock();
  }
}

}  // namespace yagura::web
