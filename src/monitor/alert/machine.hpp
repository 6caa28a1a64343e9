// The state of alerts: from observations to what people are told, once, and in the right order.
//
// Purpose: de-duplication, suppression under a parent, flap damping, silence, acknowledgement. Pure and in
//          memory: storing, incidents and mails are bound through Sink; nothing here reads a network.
// Rules:   - at most one open alert for a key; repeats are counted;
//          - a device that does not answer is not announced before what it is reached through was checked:
//            every device above is asked at once (Sink::request_check) and so is the device itself; the alert
//            is announced when one upstream answers and the device does not, becomes evidence under the
//            parent when all are down, or is announced after `hold` when nobody could say;
//          - a link that is down waits for the check of the device at its far end: it becomes evidence under
//            that device's alert when that is down, whichever came first, and is announced when that answers;
//          - a restart is evidence under the device's outage, while that is on or when it has just ended;
//          - when a parent recovers, its children are checked and have `settle` to come back; those that
//            stay down are announced on their own;
//          - in a silence alerts are recorded, not announced; what is still on at its end is announced;
//          - many changes in a short time are one flapping alert until it has been calm.
// Time:    waits run on steady time; silences are from–to of wall time. Nothing happens by itself: call
//          tick() when it said, at the latest.
// Threads: none; its owner locks. The sink must not call back into the machine.
// Clauses: the alerts that a contract wants told once, with a cause: liveness and traps.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/result.hpp"
#include "monitor/alert/alert.hpp"
#include "monitor/topology.hpp"

namespace yagura::monitor::alert {

class Sink {
 public:
  virtual ~Sink() = default;
  // In the order in which things are decided: a parent's announcement comes before anything about its
  // children.
  virtual void on_decision(const Decision& decision, const Alert& alert) = 0;
  // Asks the ping engine to check a device now; the end comes through Machine::on_check. False when the
  // device is not checked by anybody: then it is judged by what stands above it.
  virtual bool request_check(Id device) = 0;
  // Asks for the state of the device's ports: the trap that ends a link's alert may have been lost.
  virtual void request_ports(Id /*device*/) {}
};

struct FlapRule {
  std::size_t changes = 6;  // so many changes ...
  Duration within = std::chrono::minutes(10);
  Duration calm = std::chrono::minutes(10);  // no change for so long ends it
};

struct Parameters {
  // Longer than the time-out × tries of the checks of upstream devices (20 s by default), shorter than the
  // half minute within which people must know.
  Duration hold = std::chrono::seconds(28);
  Duration settle = std::chrono::seconds(60);
  // What is behind something is asked once more with what stands above it, and told when this has passed too.
  Duration confirm = std::chrono::seconds(1);
  Duration event_quiet = std::chrono::minutes(60);
  // A port whose far end nobody wrote down may lead to any device next to its own: it is explained by one
  // that fell silent this near in time. Longer than the interval of polling.
  Duration link_window = std::chrono::minutes(6);
  FlapRule device_flaps{};  // conditions of a device itself
  FlapRule object_flaps{};  // links and other parts
};

struct MachineCounters {
  std::uint64_t observations = 0;
  std::uint64_t excluded = 0;         // of interfaces that flap by design
  std::uint64_t cleared_nothing = 0;  // an all-clear with no alert open
};

class Machine {
 public:
  Machine(const Clock& clock, IdSource& ids, Sink& sink, Parameters parameters);

  void set_topology(Topology topology);
  // (device, interface) -> devices at the far end. A port not named here may lead to every device that is
  // directly above or below its own in the topology.
  void set_neighbours(std::map<std::pair<Id, Id>, std::vector<Id>> neighbours);
  // (device, interface) pairs whose conditions are not alerts.
  void set_flapping_by_design(std::set<std::pair<Id, Id>> interfaces);
  // The rule of a device's contract; without one those of Parameters hold. Asked at every change of a
  // condition.
  using FlapRuleOf = std::function<std::optional<FlapRule>(Id device)>;
  void set_flap_rules(FlapRuleOf rules) { flap_rules_ = std::move(rules); }

  void observe(const Observation& observation);
  // The end of a check, asked for or not. tries: requests it took; more than one says that the device, or the
  // way to it, was away until a moment ago.
  void on_check(Id device, bool answered, int tries);
  // Does what is due; returns how long until something may be due again. Wall-clock silences are looked at
  // each time, so call it at least every few seconds while there are any.
  std::optional<Duration> tick();

  // Errors of all four: monitor.alert_unknown (closed or never there).
  Result<> acknowledge(Id alert, std::string who, std::string text);
  Result<> comment(Id alert, std::string who, std::string text);
  // By a person. Errors: monitor.alert_still_on.
  Result<> close(Id alert, std::string who, std::string text);
  Result<Alert> get(Id alert) const;

  // Errors: monitor.silence_invalid (no end after the start, nothing named, nobody responsible, no reason).
  Result<> add_silence(Silence silence);
  // Ends it now instead of at its time. Errors: monitor.silence_unknown.
  Result<> end_silence(Id silence);
  [[nodiscard]] std::vector<Silence> silences() const;
  [[nodiscard]] bool silenced(Id device) const;

  // A device that left the ledger takes its alerts with it.
  void forget_device(Id device);

  [[nodiscard]] std::vector<Alert> open() const;
  // The open alert of a key, nullptr for none; good until the next call of anything.
  [[nodiscard]] const Alert* seen(const Key& key) const;
  [[nodiscard]] std::vector<Alert> children(Id alert) const;  // suppressed directly under it
  // The announced or waiting alert at the top of a suppressed one.
  [[nodiscard]] Id root(Id alert) const;
  [[nodiscard]] const MachineCounters& counters() const { return counters_; }

  // Of an alert just decided on, open or closed.
  [[nodiscard]] Waits waits(const Alert& alert) const;
  [[nodiscard]] Snapshot snapshot() const;
  // Into an empty machine, after set_topology. Holds and the calm of flapping begin anew (nobody saw what
  // happened meanwhile), the end of an event and the counted changes do not; nothing is announced twice.
  void load(Snapshot snapshot);

 private:
  enum class Path : std::uint8_t { up, down, unknown };
  struct Live {
    Alert alert;
    std::optional<Duration> held_since{};
    std::optional<Duration> hold_until{}, calm_until{}, quiet_until{};
    std::optional<Duration> settled_from{};  // when its latest such wait began
    std::optional<Duration> armed{};         // its entry in timers_
    bool settling = false;                   // the hold waits for devices behind a recovered parent
    bool settled = false;                    // and has done so
    bool hold_over = false;
    Duration opened{};
    std::vector<Id> far{};     // of a link: the devices it may lead to, and its own
    bool far_written = false;  // the ledger says so; else every device next to its own
    Duration join_within{};    // of a restart
    Id under = 0;              // top of what it was suppressed under last
  };
  struct Ended {
    Id alert = 0;
    Duration at{};
  };

  // Observations
  void raise(const Observation& observation);
  void clear(const Observation& observation);
  Live& open_alert(const Observation& observation);
  void see_again(Live& live, const Observation& observation);
  void note_change(Live& live);
  void close_alert(Live& live, std::string why);
  void note_ended(const Live& live);
  [[nodiscard]] FlapRule flap_rule(const Key& key) const;

  // The way to a device
  [[nodiscard]] Path path(Id device, Duration since) const;
  [[nodiscard]] Path path_of(const Live& live, Duration since) const;
  [[nodiscard]] Path together(std::span<const Id> upstreams, Duration since) const;
  [[nodiscard]] Path path_of_link(const Live& live, Duration since) const;
  [[nodiscard]] bool explains(Id far, const Live& link) const;
  [[nodiscard]] Id outage_of(Id device) const;
  [[nodiscard]] bool told(Id alert) const;
  [[nodiscard]] Id parent_of(const Live& live) const;
  [[nodiscard]] Id parent_at(Id device) const;
  void consider(Live& live);
  void consider_restart(Live& live);
  void place_link(Live& live);
  void leave_link(const Live& live);
  void announce_or_silence(Live& live);
  [[nodiscard]] bool stands_behind_something(const Live& live) const;
  [[nodiscard]] bool recovered_above(const Live& live) const;
  void begin_hold(Live& live, Duration length, bool settling);
  void suppress(Live& live);
  void settle(Live& live);
  void leave_parent(Live& live);
  void request_checks_above(const Live& live);
  void request_check(Id device);
  void reconsider_behind(Id device);
  void reconsider_waiting();
  void reconsider_alerts(Id device, Nature nature);

  // Silence and timers
  [[nodiscard]] const Silence* active_silence(Id device, Time now) const;
  void look_at_silences();
  void arm(Live& live);
  void prune_changes(Duration now);
  void on_timer(Live& live, Duration now);
  void decide(Verdict verdict, const Live& live, Id silence = 0, std::string why = {});
  [[nodiscard]] Live* find(const Key& key);

  const Clock& clock_;
  IdSource& ids_;
  Sink& sink_;
  const Parameters parameters_;
  Topology topology_;
  std::set<std::pair<Id, Id>> flapping_by_design_;
  FlapRuleOf flap_rules_;
  std::map<std::pair<Id, Id>, std::vector<Id>> neighbours_;

  std::unordered_map<Id, Live> alerts_;
  std::map<Key, Id> by_key_;                // ordered by device first: a device's alerts stand together
  std::unordered_map<Id, Id> down_;         // device -> its alert of Nature::reachability that is on
  std::unordered_map<Id, Duration> up_at_;  // device -> when it was last known to answer
  std::unordered_set<Id> unchecked_;        // devices that nobody checks
  std::unordered_map<Id, Duration> being_checked_;  // since when
  std::unordered_map<Id, Duration> recovered_at_;   // device -> its latest Ping OK after a failure
  std::unordered_map<Id, Duration> returned_at_;    // the same, from an outage that was seen to end
  std::unordered_map<Id, std::set<Id>> links_to_;   // device -> open alerts of links that may lead to it
  std::unordered_map<Id, Ended> ended_;             // device -> its latest outage that people knew of
  std::unordered_map<Id, Duration> told_ended_;     // closed alerts of devices that people knew of
  Duration pruned_at_{};
  std::unordered_map<Id, std::set<Id>> children_;
  std::map<Key, std::vector<Duration>> changes_;
  std::set<std::pair<Duration, Id>> timers_;
  std::map<Id, Silence> silences_;
  std::set<Id> silenced_;  // alerts that stand silenced
  MachineCounters counters_;
};

}  // namespace yagura::monitor::alert
