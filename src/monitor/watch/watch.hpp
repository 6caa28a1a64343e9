// The watch: binds ping, polling and traps to the state of alerts, and that to the records and to people.
//
// Purpose: one object that the application starts. It reads devices from the DeviceBook, keeps the engines'
//          targets in step with it, turns what they see into observations, writes what the state machine
//          decides, and calls Bonds when people must be told.
// Order:   a trap counts as consumed only after what it led to is on disk. A decision is written before
//          anybody is told of it; after a crash in between people are told at the next start.
// Threads: safe from any thread. One thread of its own decides and writes; one polls samples to disk; the
//          engines have theirs. Bonds are called from the watch's thread, without its locks.
// Errors:  start(): those of the engines (no right to raw sockets, port taken ...) as facts in faults(), so
//          that a watch without ping still receives traps; monitor.* for what people ask.
// Follows: requirements B1-B3, B5-B7; matsusaka 3.8, 3.9.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "monitor/alert/machine.hpp"
#include "monitor/log_rules/engine.hpp"
#include "monitor/mib/library.hpp"
#include "monitor/ping/engine.hpp"
#include "monitor/ping/sweep.hpp"
#include "monitor/poll/engine.hpp"
#include "monitor/poll/poller.hpp"
#include "monitor/poll/profile.hpp"
#include "monitor/poll/sample_store.hpp"
#include "monitor/trap/consumer.hpp"
#include "monitor/trap/engines.hpp"
#include "monitor/trap/receiver.hpp"
#include "monitor/watch/alert_store.hpp"
#include "monitor/watch/class_profiles.hpp"
#include "monitor/watch/devices.hpp"

namespace yagura::monitor::watch {

// A credential as engines need it; from the vault, never kept longer than needed.
struct SnmpSecret {
  std::string community;     // v1, v2c
  snmp::UsmCredentials usm;  // v3
};

// What the application binds to the watch.
struct Bonds {
  std::function<Result<SnmpSecret>(const std::string& contract, const std::string& credential)> snmp_secret;
  // People must be told: opens or joins an incident; returns its id, 0 for none.
  std::function<Result<Id>(const WatchedDevice& device, const AlertStore::Saved& alert)> announced;
  std::function<void(const WatchedDevice& device, const AlertStore::Saved& alert)> cleared;
  // A link or a restart that is part of what an incident is about already; nobody is told of it.
  std::function<void(const WatchedDevice& device, const AlertStore::Saved& alert, Id incident)> evidence;
  // Every trap of a known device, by copy_traps(), from a place in the spool that is its own: an error has the
  // batch come again. again: some of it may have been taken before.
  std::function<Result<void>(std::span<const trap::Observation> batch, const mib::Library& library,
                             bool again)>
      trapped;
  // Live screens: topic "alert", "device" or "silence".
  std::function<void(const std::string& contract, std::string_view topic, Id id)> changed;
  std::function<void(const Error& error)> trouble;
  // How a contract calls its rule for logs; nothing for one that it no longer has.
  std::function<std::optional<contract::Words>(const std::string& contract, std::string_view rule)>
      log_rule_title{};
};

// Which alert a condition of a device, or of one of its objects, is. The condition keeps the object's name,
// so that an alert read back after a restart can be worded.
alert::Key key_of(Id device, std::string_view kind, std::string_view object);

// Each address of a device is a target of its own for the ping engine.
inline Id target_id(Id device, std::size_t address) { return device | static_cast<Id>(address) << 60; }
inline Id device_of(Id target) { return target & ((Id{1} << 60) - 1); }
inline std::size_t address_of(Id target) { return static_cast<std::size_t>(target >> 60); }

struct Settings {
  std::filesystem::path share, state;  // data files; spool and cursors
  std::vector<std::filesystem::path> more_mibs, more_kinds;
  std::vector<trap::ListenAddress> trap_listen{trap::ListenAddress{}};
  bool ping = true, poll = true, traps = true;
  alert::Parameters alerts{};
};

struct DeviceStatus {
  std::string state;  // up, down, unreachable, unknown, silenced, disabled
  std::optional<Time> since;
  std::optional<double> round_trip_ms;
  int alerts = 0;
  std::string severity;  // the worst open one; "" for none
};

struct SnmpStatus {
  std::string state = "not_polled";  // ok, no_answer, wrong_credentials, not_polled
  std::optional<Time> at;
};

struct SilenceRequest {
  std::string contract;
  std::vector<Id> devices, sites;
  Time from, to;
  std::string why;
};

class Watch final : public alert::Sink, public ping::Sink, public poll::PollSink, public poll::SampleSink {
 public:
  struct Ground {
    store::Database& database;
    journal::Journal& journal;
    const Clock& clock;
    IdSource& ids;
    DeviceBook& book;
  };
  // Errors: monitor.watch_running when another process has this state folder: samples and cursors have one
  // writer.
  static Result<std::unique_ptr<Watch>> start(Ground ground, Settings settings, Bonds bonds);
  ~Watch() override;

  // The ledger changed: in force when it returns.
  void devices_changed(const std::vector<Id>& devices);
  void credentials_changed();

  [[nodiscard]] AlertStore& alerts() { return store_; }
  [[nodiscard]] poll::SampleStore& samples() { return *samples_; }
  [[nodiscard]] const poll::Profiles& profiles() const { return profiles_->profiles(); }
  [[nodiscard]] std::vector<Error> faults() const;

  // Of all devices of a contract in one go; of one.
  [[nodiscard]] std::unordered_map<Id, DeviceStatus> status(std::string_view contract) const;
  [[nodiscard]] SnmpStatus snmp_status(Id device) const;

  Result<void> acknowledge(const journal::Actor& by, std::string_view contract, Id alert);
  Result<void> comment(const journal::Actor& by, std::string_view contract, Id alert,
                       const std::string& text);
  Result<Id> add_silence(const journal::Actor& by, const SilenceRequest& request);
  // Within a transaction of the caller's; in force when that is on disk.
  Result<Id> add_silence(store::Session& s, const journal::Actor& by, const SilenceRequest& request);
  Result<void> end_silence(const journal::Actor& by, std::string_view contract, Id silence);

  // What rules make of events of logs: observations of the alerts, soon, in the order given.
  void take_logs(log_rules::Hits&& hits);
  // What alerts tell of logs already that were open or have ended since then.
  Result<std::vector<log_rules::Told>> told_of_logs(Time since) { return store_.told_of_logs(since); }
  // The condition of the device that take_logs() makes of it; "" when none.
  [[nodiscard]] std::string condition_of(const log_rules::Hit& hit) const;

  // Pings every watched device of the contract once. progress 0..1, false stops it. due: when it must be
  // over.
  Result<RoundView> round(const std::string& contract, std::optional<Time> due,
                          const std::function<bool(double)>& progress);

  // How long a round takes when nothing answers.
  [[nodiscard]] Duration round_length(const std::string& contract) const;
  // Nobody was running when the round was due: that, too, is kept.
  Result<RoundView> round_missed(const std::string& contract, Time due);

  // Hands traps on to Bonds::trapped, as many as there are; what cannot be taken now waits in the spool, as
  // long as its files that alerts are done with take no more than copies_kept. One thread at a time. Errors: of
  // the bond; eventstore.traps_lost (count): so many had to be left out, told once.
  Result<void> copy_traps();
  static constexpr std::uint64_t copies_kept = 256U << 20;  // octets

  [[nodiscard]] trap::Receiver* receiver() { return receiver_.get(); }
  [[nodiscard]] std::vector<trap::Consumer::UnknownTrap> unknown_traps() const;
  [[nodiscard]] const mib::Library& mibs() const { return library_; }
  [[nodiscard]] ping::Engine::Totals ping_totals() const;

 private:
  Watch(Ground ground, Settings settings, Bonds bonds);
  void open_engines();
  Result<void> open_traps();
  void load_open_state();
  void apply_targets(const Picture& picture, const std::vector<Id>* only);
  void apply_topology(const Picture& picture);
  void apply_senders(const Picture& picture, const std::vector<Id>* only);
  // One for each address.
  std::vector<ping::Target> ping_targets(const WatchedDevice& device) const;
  std::vector<ping::Target> ping_targets(const Picture& picture, const std::string& contract) const;
  // Thresholds that are beyond their limit by the alerts that are open, by device.
  using Entered = std::unordered_map<Id, std::vector<poll::EnteredThreshold>>;
  Entered entered_thresholds() const;
  std::optional<poll::PolledDevice> polled_device(const WatchedDevice& device, const Entered& entered);
  void drop_address_alerts(const Picture& picture, std::span<const Id> devices);

  // The watch's thread
  void run(const std::stop_token& stop);
  void take_pings();
  void take_polls();
  void take_log_hits();
  [[nodiscard]] std::optional<alert::Observation> observation_of(const Picture& picture,
                                                                 const log_rules::Hit& hit) const;
  void take_ports(const Picture& picture);
  void take_transition(const WatchedDevice& device, std::size_t address, const ping::Transition& transition);
  void judge_addresses(const WatchedDevice& device);
  [[nodiscard]] std::string port_name(const WatchedDevice& device, const std::string& index,
                                      const trap::Description* said) const;
  Result<void> take_traps(std::span<const trap::Observation> batch);
  Result<void> write_decisions();
  void tell_people();
  void run_samples(const std::stop_token& stop);
  AlertStore::Saved words_of(const alert::Alert& alert) const;

  // alert::Sink, ping::Sink, poll::PollSink
  void on_decision(const alert::Decision& decision, const alert::Alert& alert) override;
  bool request_check(Id device) override;
  void request_ports(Id device) override;
  void on_transitions(std::span<const ping::Transition> transitions) override;
  void on_checked(std::span<const ping::Checked> checked) override;
  void on_summaries(std::span<const ping::Summary> summaries) override;
  void take(const poll::Observation& observation) override;
  void take(const poll::PollResult& result) override;
  void take(std::vector<poll::Sample>&& batch) override;

  struct Decided {
    alert::Decision decision;
    alert::Alert alert;
    journal::Actor actor;
  };
  struct PortSeen {
    Id device = 0;
    std::string name;
    int index = 0, oper = 0, admin = 0;
    Time at{};
  };
  // Of a device with several addresses.
  struct Reach {
    std::array<ping::State, 2> state{};
    bool down = false;
  };
  struct Inbox {
    std::vector<ping::Transition> transitions;
    std::vector<ping::Checked> checked;
    std::vector<poll::Observation> thresholds;
    std::vector<poll::PollResult> polls;
    std::vector<PortSeen> ports;
    log_rules::Hits logs;
  };
  struct Held {  // under machine_lock_
    std::vector<Decided> decided;
    journal::Actor actor;  // who asked for what is being decided
  };

  // Held as long as we are; the kernel lets go of it however we end.
  class Hold {
   public:
    Hold() = default;
    ~Hold();
    Hold(const Hold&) = delete;
    Result<void> take(const std::filesystem::path& file);

   private:
    int file_ = -1;
  };

  Hold hold_;
  Ground at_;
  const Settings settings_;
  const Bonds bonds_;
  AlertStore store_;
  mib::Library library_;
  std::shared_ptr<const trap::KindSet> kinds_;
  std::unique_ptr<const ClassProfiles> profiles_;

  mutable std::mutex machine_lock_;
  std::unique_ptr<alert::Machine> machine_;
  Held held_;
  std::mutex writing_;            // one batch of decisions goes to disk at a time, in order
  std::vector<Decided> to_tell_;  // under writing_: on disk and not yet told
  Guarded<std::vector<ping::Transition>> outages_;

  Guarded<Inbox> inbox_;
  Guarded<std::unordered_map<Id, SnmpStatus>> snmp_;
  Guarded<std::map<std::pair<Id, int>, std::string>> port_names_;  // by device and ifIndex
  std::unordered_map<Id, Reach> reach_;                            // of the watch's thread
  Guarded<std::vector<Error>> faults_;
  std::unique_ptr<ping::Engine> ping_;
  std::unique_ptr<poll::SampleStore> samples_;
  std::unique_ptr<poll::Engine> poll_engine_;
  std::unique_ptr<poll::Poller> poller_;
  std::unique_ptr<trap::Spool> spool_;
  std::unique_ptr<trap::FileEngineStore> engine_store_;
  std::string local_engine_id_;
  snmp::UsmKeyCache key_cache_;
  std::unique_ptr<trap::Receiver> receiver_;
  std::unique_ptr<trap::Consumer> consumer_, copying_;
  std::uint64_t again_below_ = 0;  // sequences of traps that may have been copied before
  std::uint64_t copies_lost_ = 0;  // were told

  std::mutex applying_;  // one change of the ledger at a time
  std::shared_ptr<const Picture> applied_;
  std::shared_ptr<const trap::SenderDirectory> directory_;

  std::mutex wake_lock_;
  std::condition_variable_any wake_;
  bool woken_ = false;
  void wake();
  std::jthread thread_, sample_thread_;
};

}  // namespace yagura::monitor::watch
