// Rules that make alerts of logs: which a contract has, and what one would have raised.
//
//   GET  /api/v1/log-rules         who watches
//   POST /api/v1/log-rules/trial   who may search the logs it reads: with the rights, the purpose and the
//   entry in
//                                  the journal of a search (log_asking.hpp)
//
// Bounds:  seven days, ten seconds for each some thousand events, half a minute in all.
// Errors:  monitor.log_rule_invalid, monitor.log_rule_not_found, those of log_asking.hpp.
// Threads: LogRuleApi is read by all workers; what it refers to must outlive the router's server.
#pragma once

#include "monitor/log_rules/engine.hpp"
#include "monitor/watch/alert_store.hpp"
#include "web/api/log_api.hpp"

namespace yagura::web {

struct LogRuleApi {
  const LogApi& logs;
  const monitor::log_rules::Engine& engine;
};

void add_log_rule_routes(Router& router, const LogRuleApi& api);

// The search that shows the events of an alert a rule made: {q, from, to}; null for any other alert.
schema::Value log_question_of(const monitor::watch::AlertView& alert,
                              const monitor::log_rules::Engine& engine);

}  // namespace yagura::web
