// Retrievals side by side on threads of their own, so that an alert never waits for a device's log-in.
//
// Purpose: bounded parallel sessions, one at a time per device, and no log-in for ever: a device that flaps
//          is read at most once per `spacing`, unless a person asks. A retrieval that failed counts as well,
//          so that a wrong password does not lock an account.
// Promise: each accepted request gets exactly one Done, on a thread of the retriever, also when cancelled.
// Threads: all functions from any thread. Done may call request(), never stop().
// Lifetime: stop() (or the destructor) cancels what runs and what waits, and returns when all Done were
//           called. Errors of request(): remote_log.too_soon (minutes), remote_log.running,
//           remote_log.queue_full, remote_log.stopped.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "monitor/remote_log/retrieval.hpp"

namespace yagura::monitor::remote_log {

struct RetrieverOptions {
  int parallel = 4;
  std::size_t most_waiting = 1000;
  Duration spacing = std::chrono::minutes(10);
  Limits limits;
};

struct Request {
  Target target;
  std::shared_ptr<const CommandSet> commands;
  LoginSource login;
  bool by_person = false;  // goes first and is not held to the spacing
};

class Retriever {
 public:
  using Done = std::function<void(Retrieved&&)>;

  explicit Retriever(const Clock& clock, RetrieverOptions options = {});
  ~Retriever();
  Retriever(const Retriever&) = delete;
  Retriever& operator=(const Retriever&) = delete;

  Result<> request(Request request, Done done);
  // False when nothing of that device runs or waits.
  bool cancel(Id device);
  void stop();

  struct Counts {
    std::size_t waiting = 0, running = 0;
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Job {
    Request request;
    Done done;
    std::stop_source stop;
  };
  void loop();
  Result<> admit(Id device, bool by_person);

  const Clock& clock_;
  const RetrieverOptions options_;
  mutable std::mutex mutex_;  // of everything below
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> waiting_;
  std::map<Id, std::stop_source> open_;  // of jobs waiting or running, by device
  std::map<Id, Duration> last_;          // accepted at, by clock.steady()
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace yagura::monitor::remote_log
