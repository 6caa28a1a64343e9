// Rules that make alerts of logs: which a contract has, what its people change of them, and what one would
// have raised.
//
//   GET    /api/v1/log-rules                  who watches
//   PUT    /api/v1/log-rules/{rule}           who may write rules, and may see the logs it is of
//   DELETE /api/v1/log-rules/{rule}           the same: what was said is taken back
//   GET    /api/v1/log-rules/{rule}/history   who watches
//   POST   /api/v1/log-rules/trial            who may search the logs it reads: with the rights, the purpose
//   and the entry in the journal of a search (log_asking.hpp)
//
// Bounds:  a trial: seven days, ten seconds for each some thousand events, half a minute in all.
// Errors:  those of rule_book.hpp, with the key that is wrong as a fault of the body; those of
//          log_asking.hpp.
// Threads: LogRuleApi is read by all workers; what it refers to must outlive the router's server.
#pragma once

#include "monitor/log_rules/rule_book.hpp"
#include "monitor/watch/alert_store.hpp"
#include "web/api/log_api.hpp"

namespace yagura::web {

struct LogRuleApi {
  const LogApi& logs;
  const monitor::log_rules::Engine& engine;
  monitor::log_rules::RuleBook& book;
};

void add_log_rule_routes(Router& router, const LogRuleApi& api);

// The search that shows the events of an alert a rule made: {q, from, to}; null for any other alert.
schema::Value log_question_of(const monitor::watch::AlertView& alert,
                              const monitor::log_rules::Engine& engine);

}  // namespace yagura::web
