// The routes of the syslog intake: its account, its senders with their clocks, accepting one; and /metrics.
//
// What SyslogApi refers to must outlive the router's server.
#pragma once

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
};

void add_syslog_routes(Router& router, const SyslogApi& api);

}  // namespace yagura::web
