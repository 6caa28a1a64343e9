// One round over many addresses, with a record of who answered: the morning round before opening time.
//
// Runs on the calling thread (and on one more for each lane after the first), with sockets of its own, and
// disturbs no engine that runs meanwhile. Its threads run at nice -10 where that is allowed, and take little
// time. Always ends: after worst_case() at the latest, or at `end_by`.
// Errors of run_sweep: monitor.ping_socket_denied, monitor.ping_socket_failed, monitor.ping_policy_invalid,
//          monitor.ping_target_twice.
#pragma once

#include <atomic>
#include <functional>
#include <span>
#include <vector>

#include "monitor/ping/socket_wire.hpp"
#include "monitor/ping/target.hpp"

namespace yagura::monitor::ping {

struct SweepOptions {
  std::uint32_t packets_per_second = 2'000;  // 0: as fast as this machine can
  // Sockets and threads that share the work; 0: one, and without a pace one per 20,000 addresses up
  // to the number of processors.
  unsigned lanes = 0;
  // The opening time, say: what has no answer by then is recorded as not finished. Steady time from the call.
  std::optional<Duration> end_after{};
  std::function<void(std::size_t done, std::size_t of)>
      progress{};                           // four times a second, on the caller's thread
  const std::atomic<bool>* stop = nullptr;  // set from any thread to end early
  bool datagram_only = false;
};

enum class Answer : std::uint8_t { answered, no_answer, not_finished };

struct SweepResult {
  Id id = 0;
  Answer answer = Answer::not_finished;
  Fact fact = Fact::none;
  std::uint8_t attempts = 0;
  Duration round_trip{};
};

struct SweepRecord {
  Time start{}, end{};
  Duration took{};
  std::size_t answered = 0, no_answer = 0, not_finished = 0;
  std::vector<SweepResult> results;  // in the order of the targets given
  Counters counters{};
  WireCounters wire{};
};

Result<SweepRecord> run_sweep(const Clock& clock, std::span<const Target> targets,
                              const SweepOptions& options);

// How long a round takes if nothing answers: begin it that long before it must be over.
Duration worst_case(std::span<const Target> targets, const SweepOptions& options);

}  // namespace yagura::monitor::ping
