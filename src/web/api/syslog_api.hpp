// The routes of the syslog intake: its account, its senders with their clocks, accepting one; and /metrics.
//
// What SyslogApi refers to must outlive the router's server.
#pragma once

#include <set>

#include "monitor/syslog/intake.hpp"
#include "web/api/context.hpp"
#include "web/server/router.hpp"

namespace yagura::web {

struct SyslogApi {
  const Api& api;
  const monitor::syslog::Intake& intake;
  std::function<std::vector<Error>()> faults;  // why nothing is received or stored
  std::function<std::string()> metrics;        // of the whole server, in Prometheus' form
  // The address goes to the device's row of the ledger.
  std::function<Result<void>(const journal::Actor& by, const std::string& contract,
                             const std::string& address, Id device)>
      accept_sender;
  // Devices of the ledger that nothing was received of since the start: when the store last heard of them, by
  // name.
  struct Earlier {
    std::vector<std::pair<std::string, Time>> last;
    bool whole = true;  // false: time was up before all were asked
  };
  std::function<Earlier(const std::string& contract, const std::set<std::string>& heard)> heard_before{};
};

void add_syslog_routes(Router& router, const SyslogApi& api);

}  // namespace yagura::web
