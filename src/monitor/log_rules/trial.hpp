// What a rule would have raised: tried on events that are in the store, before it counts.
//
// Threads: pure but for the store it reads.
// Errors:  those of the store. A trial that ran out of time says so (Outcome) and tells of the events it came
// to.
#pragma once

#include "monitor/log_rules/engine.hpp"

namespace yagura::monitor::log_rules {

struct Trial {
  struct Raised {
    Time at;                    // of the event with which it would have begun
    Time last;                  // of the last one that belongs to it
    std::optional<Time> ended;  // nothing: not in the time looked at
    Id device = 0;
    std::string device_name, object;
    std::uint64_t count = 0;  // events
    calendar::Words words;
  };
  std::uint64_t matches = 0;    // events that fulfil `when` or `clears`
  std::uint64_t no_device = 0;  // of them, of senders in no ledger
  std::uint64_t alerts = 0;     // that would have been opened
  std::vector<Raised> first;    // the oldest of them
  std::map<std::string, std::uint64_t> by_device;
  eventstore::Outcome outcome;
};

struct TrialOf {
  std::string contract;
  LogRule rule;
  std::shared_ptr<const DeviceNames> devices;
  Time from, to;
};
Result<Trial> try_rule(eventstore::EventStore& store, const TrialOf& of, const eventstore::Limits& limits,
                       std::size_t most_shown = 20);
// What the trial reads: for the rights that are asked, and for the screen.
eventstore::Query query_of_trial(const TrialOf& of);

}  // namespace yagura::monitor::log_rules
