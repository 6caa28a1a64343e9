// What every search of logs begins with: the body, the rights, the purpose, the journal, the limits.
//
// Threads: pure but for what LogSearch keeps.
#pragma once

#include "log_search/reading.hpp"
#include "web/api/asked.hpp"
#include "web/api/json.hpp"
#include "web/api/log_api.hpp"

namespace yagura::web {

inline constexpr const char* kSeesLogs = "log_read|operation_log_read";
inline constexpr Duration kLogSearchTime = std::chrono::seconds(10);

struct LogQuestionBody {
  log_search::Question question;
  std::string purpose, screen;
};
template <class V>
void shape_question(V& v, LogQuestionBody& b) {
  v.optional("q", b.question.text);
  v.optional("kinds", b.question.kinds);
  v.optional("from", b.question.from);
  v.optional("to", b.question.to);
  v.optional("subject", b.question.subject);
  v.optional("of", b.question.of);
  v.optional("purpose", b.purpose);
  v.optional("screen", b.screen);
}

// A search that may be run: it stands in the journal, and counts as running until this goes.
struct LogSearching {
  log_search::Reading reading;
  std::optional<log_search::Purpose> purpose;  // of a search of people's logs
  log_search::Running::Lease lease;

  [[nodiscard]] eventstore::Limits limits(Duration time = kLogSearchTime) const {
    return {.time = time, .cancelled = lease.stopped()};
  }
};

log_search::MaySee may_see(const LogApi& api, const Request& request, const std::string& contract);
Result<log_search::Reading> read_log_question(const LogApi& api, const Request& request,
                                              const log_search::Question& question);
// with_purpose: also for logs of devices, as an export asks.
Result<LogSearching> begin_log_search(const LogApi& api, const Request& request, const LogQuestionBody& body,
                                      bool with_purpose = false);

// Schemas LogEvent, LogOutcome, LogReading, LogPurpose. Values longer than `longest` bytes are cut.
Value log_event_value(const eventstore::Event& event, std::size_t longest);
Value log_outcome_value(const eventstore::Outcome& outcome);
Value log_reading_value(const log_search::Reading& reading);
Value log_purpose_value(const std::optional<log_search::Purpose>& purpose);
Value log_time_value(Time time);  // null for a search without that end

std::string log_cursor(const std::optional<eventstore::Cursor>& cursor);  // "" for none
Result<std::optional<eventstore::Cursor>> read_log_cursor(const std::string& text);

// A handler of these operations.
template <class Handle>
Handler on_logs(const LogApi& api, Handle handle) {
  return [&api, handle](Request& request) -> Result<Response> { return handle(api, request); };
}
template <class T, class Handle>
Handler on_logs_with(const LogApi& api, Handle handle) {
  return with_body<T>(api.ground, [&api, handle](const Api&, Request& request, const T& body) {
    return handle(api, request, body);
  });
}

void add_log_finding_routes(Router& router, const LogApi& api);
void add_log_counting_routes(Router& router, const LogApi& api);
void add_log_word_routes(Router& router, const LogApi& api);
void add_log_keeping_routes(Router& router, const LogApi& api);
void add_log_export_routes(Router& router, const LogApi& api);
void add_log_hold_routes(Router& router, const LogApi& api);
void add_log_seal_routes(Router& router, const LogApi& api);
void add_log_kept_routes(Router& router, const LogApi& api);

}  // namespace yagura::web
