// Events of logs against the rules of their contract: what is to be raised, and what is over.
//
// Purpose: judge() takes the batches that a store has on disk (watched_store.hpp) and gives hits to the sink,
//          which makes them observations of the alert machine. Events of one thing that come close together
//          are one hit.
// Device:  a hit belongs to the device of the ledger whose name stands in the event (the intake puts it there
//          by the sender's address), or, where the rule says so, to one named by another field of a device's
//          event. Events of senders in no ledger raise nothing and are counted.
// Restart: rebuild() asks the store for the events of the time that counts, before anything new is judged,
//          and gives the sink what the alerts on record do not tell of already (see its comment).
// Bounds:  memory.hpp. Of more than MemoryBounds::alerts_each different things of a rule and device, the rest
//          is one alert, "*".
// Threads: any; one lock. The sink is called under it and must not call back.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/guarded.hpp"
#include "eventstore/store.hpp"
#include "monitor/log_rules/memory.hpp"
#include "monitor/log_rules/rule.hpp"
#include "monitor/log_rules/rule_index.hpp"

namespace yagura::monitor::log_rules {

struct Hit {
  std::string contract;
  std::shared_ptr<const RuleSet> set;  // what rule points into
  const LogRule* rule = nullptr;
  Id device = 0;
  std::string object;  // which thing of the device; "*": there were too many
  bool cleared = false;
  Time first, last;         // times of the events
  std::uint64_t count = 1;  // events
  calendar::Words words;    // of the last one
};
using Hits = std::vector<Hit>;

// Names of a contract's devices, as the intake writes them into events.
using DeviceNames = std::unordered_map<std::string, Id>;

struct Counters {
  std::uint64_t events = 0;   // judged
  std::uint64_t matches = 0;  // an event and a rule
  std::uint64_t hits = 0;
  std::uint64_t no_device = 0;  // matches of senders in no ledger
  std::uint64_t forgotten = 0;  // things pushed out of memory
  std::size_t keys = 0, rules = 0;
};

// What one contract's rules make of events; of one thread.
class Judge {
 public:
  Judge(std::string contract, const eventstore::Kinds& kinds, std::shared_ptr<const RuleSet> set,
        MemoryBounds bounds);

  void set_devices(std::shared_ptr<const DeviceNames> devices) { devices_ = std::move(devices); }
  // only: this rule alone. received: when the batch came, for rules about silence.
  void judge(const eventstore::Kind& kind, const eventstore::Batch& batch, Time received, Hits& out,
             const LogRule* only = nullptr);
  // Rules about silence: who has not been heard of for too long.
  void tick(Time now, Hits& out);
  // What the one before it, with other rules, had counted for those that are the same here; who was silent.
  void go_on_from(Judge&& before);
  // The device was last heard of then, as the store has it; raised: its alert is open.
  void heard(const LogRule& rule, Id device, Time last, bool raised);

  [[nodiscard]] const std::shared_ptr<const RuleSet>& set() const { return set_; }
  [[nodiscard]] const std::string& contract() const { return contract_; }
  [[nodiscard]] const DeviceNames& devices() const { return *devices_; }
  [[nodiscard]] Counters counters() const;

 private:
  struct ByKind {
    explicit ByKind(RuleIndex made) : index(std::move(made)) {}
    RuleIndex index;
    std::vector<std::pair<std::uint32_t, bool>> conditions;  // the rule's place, and whether it ends
  };
  struct Silence {
    Time last;
    bool raised = false;
  };
  // Of one batch: where the latest hit of a thing stands, and from which row its words come.
  struct Latest {
    std::map<std::tuple<std::uint32_t, Id, std::string>, std::size_t> hits;
    std::map<std::size_t, std::size_t> rows;
    std::vector<std::pair<std::uint32_t, std::vector<bool>>>
        heard;  // of rules about silence, senders by string
  };
  struct Place;  // one row being looked at
  const ByKind& of_kind(const eventstore::Kind& kind);
  void match(const Place& at, std::uint32_t place, bool ends, Hits& out, Latest& latest);
  void hear(const Place& at, std::uint32_t place, Time received, Hits& out, Latest& latest);
  [[nodiscard]] Id device_of(const Place& at, const LogRule& rule) const;

  const std::string contract_;
  const std::shared_ptr<const RuleSet> set_;
  std::map<std::string, ByKind, std::less<>> kinds_;
  std::shared_ptr<const DeviceNames> devices_ = std::make_shared<DeviceNames>();
  Memory memory_;
  std::map<std::pair<std::uint32_t, Id>, Silence> silences_;
  Counters counters_;
};

// What a rule asks of the store: its events and those that end it.
eventstore::Query query_of(const std::string& contract, const LogRule& rule, Time from);

// What alerts tell of already: of a device and a kind of alert, from when to when, and whether it is open.
struct Told {
  Id device = 0;
  std::string condition;  // kind and object, as of the alert's key
  Time first, last;
  bool open = false;
};
// Under which condition of its device a hit is an alert; "" when it is none.
using ConditionOf = std::function<std::string(const Hit& hit)>;

class Engine {
 public:
  using Sink = std::function<void(Hits&&)>;
  Engine(const Clock& clock, const eventstore::Kinds& kinds, Sink sink, MemoryBounds bounds = {});

  // From the next event on. Rules that stay the same go on counting.
  void set_rules(const std::string& contract, std::shared_ptr<const RuleSet> set);
  void set_devices(std::map<std::string, std::shared_ptr<const DeviceNames>, std::less<>> devices);
  [[nodiscard]] std::shared_ptr<const RuleSet> rules(std::string_view contract) const;
  [[nodiscard]] std::shared_ptr<const DeviceNames> devices(std::string_view contract) const;

  void judge(std::string_view contract, std::string_view kind, const eventstore::Batch& batch);
  void tick();

  struct Before {            // of the start
    Time judged;             // events that had come until then are alerts on record
    std::vector<Told> told;  // alerts on record
    ConditionOf condition_of;
    // Since when the rule counts: nothing is raised for the time before. Nothing: since this start.
    std::function<std::optional<Time>(const std::string& contract, const LogRule& rule)> in_force;
    Time until = Time::max();  // what comes at this time or later is judged already, as it came
  };
  // Reads from the store what came since `judged`, a day before that, since an event's own time may lie as
  // far back, and the longest window before that. Counts are as they were; of what would be raised, only what
  // no alert tells of goes to the sink; of ends, those of alerts still open. Bounded by time: what could not
  // be read is an error of the list, and the rest stands. The store is read without the lock: one that does
  // not answer holds up nobody else.
  std::vector<Error> rebuild(eventstore::EventStore& store, const Before& before, Duration at_most);
  [[nodiscard]] Counters counters() const;

 private:
  const Clock& clock_;
  const eventstore::Kinds& kinds_;
  const Sink sink_;
  const MemoryBounds bounds_;
  struct Held {
    std::map<std::string, std::unique_ptr<Judge>, std::less<>> judges;
    std::map<std::string, std::shared_ptr<const DeviceNames>, std::less<>> devices;
  };
  Guarded<Held> held_;
};

}  // namespace yagura::monitor::log_rules
