#include "contract/watch_rules.hpp"

#include "contract/value_types.hpp"

namespace yagura::contract {

WatchRules watch_rules(const Pack& pack) {
  const auto& root = pack.tree.root();
  const auto duration = [](const schema::Value& value) {
    return parse_duration(value.text()).value_or(Duration::zero());
  };
  WatchRules out;
  out.restart_joins = duration(root["restart_joins"]);
  out.down_when_any = root["ping"]["down_when"].text() == "any";
  out.address_severity = root["ping"]["address_severity"].text();
  out.keep_remote_logs = duration(root["retention"]["remote_logs"]);
  out.keep_events = duration(root["retention"]["events"]);
  for (const auto& one : root["retention"]["event_kinds"].items())
    out.keep_events_of[std::string(one["kind"].text())] = duration(one["keep"]);
  return out;
}

}  // namespace yagura::contract
