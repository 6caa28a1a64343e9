#include "monitor/remote_log/retriever.hpp"

namespace yagura::monitor::remote_log {

Retriever::Retriever(const Clock& clock, RetrieverOptions options) : clock_(clock), options_(options) {
  YAGURA_ASSERT(options_.parallel > 0);
  for (int i = 0; i < options_.parallel; ++i) threads_.emplace_back([this] { loop(); });
}

Retriever::~Retriever() { stop(); }

// Called under the lock.
Result<> Retriever::admit(Id device, bool by_person) {
  if (stopping_) return fail("remote_log.stopped");
  if (open_.contains(device)) return fail("remote_log.running");
  if (waiting_.size() >= options_.most_waiting) return fail("remote_log.queue_full");
  const Duration now = clock_.steady();
  if (const auto last = last_.find(device); last != last_.end() && !by_person) {
    const Duration left = last->second + options_.spacing - now;
    if (left > Duration::zero())
      return fail("remote_log.too_soon",
                  {{"minutes", std::to_string(std::chrono::ceil<std::chrono::minutes>(left).count())}});
  }
  std::erase_if(last_, [&](const auto& entry) { return entry.second + options_.spacing <= now; });
  last_[device] = now;
  return {};
}

Result<> Retriever::request(Request request, Done done) {
  YAGURA_ASSERT(request.commands && request.login && done);
  {
    const std::lock_guard lock(mutex_);
    YAGURA_CHECK(admit(request.target.device, request.by_person));
    auto job = std::make_unique<Job>(std::move(request), std::move(done), std::stop_source{});
    open_.emplace(job->request.target.device, job->stop);
    if (job->request.by_person)
      waiting_.push_front(std::move(job));
    else
      waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
  return {};
}

bool Retriever::cancel(Id device) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(device);
  return found != open_.end() && found->second.request_stop();
}

void Retriever::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& [device, source] : open_) source.request_stop();
    threads.swap(threads_);
  }
  wake_.notify_all();
  for (std::thread& thread : threads) thread.join();
}

Retriever::Counts Retriever::counts() const {
  const std::lock_guard lock(mutex_);
  return {waiting_.size(), running_};
}

void Retriever::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::unique_ptr<Job> job = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    lock.unlock();
    const Request& request = job->request;
    Retrieved result = retrieve(clock_, job->stop.get_token(), request.target, *request.commands,
                                request.login, options_.limits);
    lock.lock();
    // Before Done, so that Done may ask for the next one of this device.
    open_.erase(request.target.device);
    --running_;
    lock.unlock();
    job->done(std::move(result));
    lock.lock();
  }
}

}  // namespace yagura::monitor::remote_log
