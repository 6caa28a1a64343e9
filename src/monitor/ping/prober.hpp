// The ping engine without sockets and threads: targets, their schedule, checks under way, and counts.
//
// Schedule: a target is due at phase + n × interval, its phase being a hash of its id: the load is even,
//           stays even over restarts, and adding targets moves nobody else. No burst ever leaves: at most
//           `packets_per_second`, even when a stopped machine wakes up with everything overdue.
// Time:     steady time only; wall time is only written on what is reported.
// Memory:   about 100 bytes a target, the index by id included about 150.
// Threads:  none; its owner locks. What happened is collected and taken by take_*().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "monitor/ping/target.hpp"
#include "monitor/ping/timer_wheel.hpp"
#include "monitor/ping/wire.hpp"

namespace yagura::monitor::ping {

class Prober {
 public:
  struct Options {
    std::uint32_t packets_per_second = 20'000;           // 0: no limit
    Duration summary_period = std::chrono::minutes(60);  // 0: no summaries
    bool once = false;  // a sweep: every target is due at once, in order of arrival, and checked once
    std::uint32_t wheel_buckets = 65'536;
  };
  static constexpr Duration tick = std::chrono::milliseconds(5);

  Prober(const Clock& clock, Wire& wire, Options options);

  // Adds or changes one target. A new address starts from unknown; a new policy keeps the state.
  enum class Put { added, changed, unchanged };
  // Errors: monitor.ping_policy_invalid, monitor.ping_policies_too_many.
  Result<Put> put(const Target& target);
  bool remove(Id id);
  void reserve(std::size_t targets);
  [[nodiscard]] std::size_t size() const { return by_id_.size(); }
  // The ids held in places [first, first + count): to walk over all targets in slices.
  [[nodiscard]] std::vector<Id> ids_in(std::size_t first, std::size_t count) const;
  [[nodiscard]] std::size_t places() const { return slots_.size(); }

  // Checks the target now instead of at its time; its end is in take_checked(). False when unknown.
  bool check_now(Id id);

  // Reads everything that has arrived, then sends at most one batch of what is due.
  // Returns when to call again at the latest (steady), or nothing when no target is set.
  std::optional<Duration> step();

  [[nodiscard]] std::optional<TargetState> state(Id id) const;
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] std::size_t finished_once() const { return finished_; }

  std::vector<Transition> take_transitions() { return std::exchange(transitions_, {}); }
  std::vector<Checked> take_checked() { return std::exchange(checked_, {}); }
  std::vector<Summary> take_summaries() { return std::exchange(summaries_, {}); }

 private:
  using Place = std::uint32_t;
  enum class Phase : std::uint8_t { unused, idle, waiting, done };

  struct Slot {
    Address address{};
    std::uint16_t policy = 0;
    std::uint8_t attempt = 0;
    Phase phase = Phase::unused;
    Id id = 0;
    std::int64_t sent_at = 0;  // steady, of the latest request
    std::int64_t since = 0;    // wall, of the state
    std::uint64_t trip_sum = 0;
    std::uint32_t serial = 0;
    std::uint32_t sent = 0, received = 0;
    std::uint32_t trip = 0, trip_least = 0, trip_most = 0;  // microseconds
    std::uint16_t failed_checks = 0;
    State state = State::unknown;
    Fact fact = Fact::none;
    std::uint8_t deferred = 0;  // sends put off for lack of buffers
    bool asked = false;
  };
  static_assert(sizeof(Slot) <= 88);

  [[nodiscard]] TimerWheel::Tick tick_of(Duration steady, bool round_up) const;
  [[nodiscard]] Duration next_on_grid(const Slot& slot, Duration now) const;
  Result<std::uint16_t> policy_place(const Policy& policy);
  void rest(Place place, Duration now);
  void read_arrivals();
  void hear(const Incoming& incoming);
  void hear_reply(const Incoming& incoming);
  void hear_error(const Heard& heard);
  [[nodiscard]] Slot* quoted_slot(const Heard& heard);
  void due(Place place, Duration now);
  [[nodiscard]] Duration wait_until(const Slot& slot, Duration sent) const;
  void note_delay(const Slot& slot, Duration now);
  void send_batch();
  void finish(Place place, State found, Duration round_trip);
  void summarise(Duration now);
  [[nodiscard]] std::size_t allowance(Duration now);

  const Clock& clock_;
  Wire& wire_;
  const Options options_;
  const Seal seal_;
  const Duration epoch_;  // steady time of tick 0
  TimerWheel wheel_;
  std::vector<Slot> slots_;
  std::vector<Place> free_;
  std::unordered_map<Id, Place> by_id_;
  std::unordered_map<Place, Address> said_by_;  // only for checks with an ICMP error
  std::vector<Policy> policies_;
  std::map<Policy, std::uint16_t> policy_places_;
  Counters counters_;
  std::size_t finished_ = 0;
  Duration first_round_{};  // a sweep's: from its start to the latest first request

  std::vector<Place> taken_;
  std::vector<Place> leaving_;
  std::vector<Outgoing> packets_;
  std::vector<Incoming> arrived_;
  double tokens_ = 0;
  Duration tokens_at_;

  Duration period_start_;
  Time period_from_;
  std::optional<Place> summary_place_;

  std::vector<Transition> transitions_;
  std::vector<Checked> checked_;
  std::vector<Summary> summaries_;
};

}  // namespace yagura::monitor::ping
