// What a pack says of watching beyond its classes of device: how outages, restarts and addresses belong
// together, and how long what was fetched from devices is kept.
//
// Purpose: typed values of keys that only the watch needs. Meaning of each key: packs/_schema.
// Threads: pure.
#pragma once

#include <map>

#include "contract/pack.hpp"

namespace yagura::contract {

struct WatchRules {
  Duration restart_joins{};      // a start reported so long after an outage belongs to it
  bool down_when_any = false;    // of several addresses: one without an answer is enough
  std::string address_severity;  // when only some of the addresses give no answer
  Duration keep_remote_logs{};   // older logs of devices are removed
  Duration keep_events{};        // older events of logs are dropped
  std::map<std::string, Duration, std::less<>> keep_events_of;  // by kind, where it differs
  [[nodiscard]] Duration events_kept(std::string_view kind) const {
    const auto own = keep_events_of.find(kind);
    return own == keep_events_of.end() ? keep_events : own->second;
  }
};

// Of a pack that was loaded, so that its values are sound.
WatchRules watch_rules(const Pack& pack);

}  // namespace yagura::contract
