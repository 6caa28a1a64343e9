// The liveness engine: watches any number of addresses for ever, on one thread of its own.
//
//   auto engine = Engine::start(clock, sink, {});
//   (*engine)->set_targets(targets);     // again after every change of the ledger: only differences count
//   (*engine)->check_now(id);            // its end comes as on_checked()
//
// What it is not: it decides nothing about alerts, names and places; it says what answered and what did not.
// A round over all addresses once, with a record, is ping/sweep.hpp.
// Threads:  every function may be called from any thread except from inside the sink.
// Lifetime: the clock and the sink outlive the engine; the destructor stops the thread within 0.1 s or so.
// Follows:  RFC 792, RFC 4443; defaults 5 min, 5 s, 3 retries per target (Policy).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "monitor/ping/socket_wire.hpp"
#include "monitor/ping/target.hpp"

namespace yagura::monitor::ping {

// Called on the engine's thread with batches: hand them on, do not work or wait there.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void on_transitions(std::span<const Transition> transitions) = 0;
  virtual void on_checked(std::span<const Checked> checked) = 0;
  virtual void on_summaries(std::span<const Summary> summaries) = 0;
};

class Engine {
 public:
  struct Options {
    std::uint32_t packets_per_second = 20'000;  // ceiling over all targets
    Duration summary_period = std::chrono::minutes(60);
    bool datagram_only = false;
  };
  struct Changes {
    std::size_t added = 0, changed = 0, removed = 0, unchanged = 0;
  };
  struct Totals {
    Counters probes;
    WireCounters wire;
    std::size_t targets = 0;
  };

  // Errors: monitor.ping_socket_denied, monitor.ping_socket_failed.
  static Result<std::unique_ptr<Engine>> start(const Clock& clock, Sink& sink, Options options);
  virtual ~Engine() = default;

  // Makes these the targets; in force when it returns. Applied in slices of under a millisecond, so checks go
  // on meanwhile. On an error nothing has changed.
  // Errors: monitor.ping_policy_invalid, monitor.ping_policies_too_many, monitor.ping_target_twice.
  virtual Result<Changes> set_targets(std::span<const Target> targets) = 0;
  // Adds or changes one; false from remove when it was not there.
  virtual Result<> put_target(const Target& target) = 0;
  virtual bool remove_target(Id id) = 0;
  // How many of them are targets and will be checked at once.
  virtual std::size_t check_now(std::span<const Id> ids) = 0;

  [[nodiscard]] virtual std::optional<TargetState> state(Id id) const = 0;
  [[nodiscard]] virtual std::vector<TargetState> states() const = 0;
  [[nodiscard]] virtual Totals totals() const = 0;
};

}  // namespace yagura::monitor::ping
