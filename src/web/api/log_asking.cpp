#include "web/api/log_asking.hpp"

#include <charconv>

#include "base/text.hpp"
#include "log_search/plain_value.hpp"

namespace yagura::web {

namespace es = eventstore;
namespace ls = log_search;

ls::MaySee may_see(const LogApi& api, const Request& request, const std::string& contract) {
  return [&api, &request, contract](std::string_view kind) {
    return may(request, contract, api.logs.rules.right_of(kind));
  };
}

Result<ls::Reading> read_log_question(const LogApi& api, const Request& request,
                                      const ls::Question& question) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  return ls::read_question(question, contract, api.logs.vocabulary, api.logs.rules,
                           may_see(api, request, contract), api.ground.clock.now());
}

namespace {

Result<ls::Purpose> purpose_of(const LogApi& api, const Request& request, const std::string& contract,
                               const std::string& said) {
  const Id account = who(request).actor.account;
  YAGURA_TRY(const auto current, api.logs.purposes.current(contract, account));
  if (!said.empty() && !(current && current->said == trim(said)))
    return api.logs.purposes.state(contract, account, said);
  if (!current) return fail("log_search.purpose_missing");
  return *current;
}

// What makes two searches the same for the journal.
std::string text_of(const ls::Question& q) {
  return q.text + "\n" + q.from + "\n" + q.to + "\n" + q.subject + "\n" + q.of;
}

}  // namespace

Result<LogSearching> begin_log_search(const LogApi& api, const Request& request, const LogQuestionBody& body,
                                      bool with_purpose) {
  YAGURA_TRY(auto reading, read_log_question(api, request, body.question));
  const auto& query = reading.asked.query;
  std::optional<ls::Purpose> purpose;
  if (reading.personal || with_purpose) {
    YAGURA_TRY(purpose, purpose_of(api, request, query.contract, body.purpose));
  }
  YAGURA_TRY(auto lease, api.logs.running.begin(who(request).actor.account, body.screen, request.gone));
  if (reading.personal)
    YAGURA_CHECK(api.logs.looks.note({.contract = query.contract,
                                      .by = who(request).actor,
                                      .text = text_of(body.question),
                                      .meaning = reading.canonical,
                                      .kinds = query.kinds,
                                      .whose = ls::whose(query, api.logs.vocabulary, api.logs.rules),
                                      .purpose = purpose->said,
                                      .window = body.screen.substr(0, body.screen.rfind('.'))}));
  return LogSearching{std::move(reading), std::move(purpose), std::move(lease)};
}

Value log_event_value(const es::Event& event, std::size_t longest) {
  Value fields = Value::object();
  bool cut = false;
  for (std::size_t i = 0; i < event.cells.size() && i < event.kind->fields.size(); ++i) {
    if (const auto* number = std::get_if<std::int64_t>(&event.cells[i])) {
      if (*number != 0) fields.set(event.kind->fields[i].name, *number);
      continue;
    }
    auto text = std::get<std::string_view>(event.cells[i]);
    if (text.empty()) continue;
    if (text.size() > longest) {
      cut = true;
      auto end = longest;
      while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
      text = text.substr(0, end);
    }
    fields.set(event.kind->fields[i].name, ls::plain_value(text));
  }
  return Value::object({{"kind", event.kind->kind},
                        {"at", to_rfc3339(event.at)},
                        {"us", to_micros(event.at)},
                        {"cut", cut},
                        {"fields", std::move(fields)}});
}

Value log_outcome_value(const es::Outcome& outcome) {
  using Why = es::Outcome::Why;
  const auto why = [&]() -> const char* {
    switch (outcome.why) {
      case Why::whole:
        return "whole";
      case Why::out_of_time:
        return "out_of_time";
      case Why::too_many_rows:
        return "too_many_rows";
      case Why::cancelled:
        return "cancelled";
      case Why::damaged:
        return "damaged";
    }
    return "damaged";
  }();
  return Value::object({{"partial", outcome.partial()},
                        {"why", why},
                        {"rows_read", outcome.rows_read},
                        {"damaged", static_cast<std::int64_t>(outcome.damage.size())}});
}

Value log_time_value(Time time) {
  return time == Time::min() || time == Time::max() ? Value() : time_value(time);
}

Value log_reading_value(const ls::Reading& reading) {
  const auto& counting = reading.asked.present.counting;
  return Value::object({{"canonical", reading.canonical},
                        {"explanation", text2(reading.explanation)},
                        {"kinds", texts(reading.asked.query.kinds)},
                        {"withheld", texts(reading.withheld)},
                        {"personal", reading.personal},
                        {"from", log_time_value(reading.asked.query.from)},
                        {"to", log_time_value(reading.asked.query.to)},
                        {"shows", !counting                      ? "events"
                                  : counting->bucket.count() > 0 ? "histogram"
                                                                 : "counts"},
                        {"newest_first", reading.asked.present.newest_first}});
}

Value log_purpose_value(const std::optional<ls::Purpose>& purpose) {
  if (!purpose) return {};
  return Value::object({{"said", purpose->said}, {"until", time_value(purpose->until)}});
}

std::string log_cursor(const std::optional<es::Cursor>& cursor) {
  if (!cursor) return {};
  return std::to_string(to_micros(cursor->at)) + "." + std::to_string(cursor->skip);
}

Result<std::optional<es::Cursor>> read_log_cursor(const std::string& text) {
  if (text.empty()) return std::optional<es::Cursor>{};
  std::int64_t us = 0;
  std::uint32_t skip = 0;
  const auto* end = text.data() + text.size();
  const auto at = std::from_chars(text.data(), end, us);
  if (at.ec != std::errc{} || at.ptr == end || *at.ptr != '.')
    return std::unexpected(parameter_invalid("cursor"));
  const auto behind = std::from_chars(at.ptr + 1, end, skip);
  if (behind.ec != std::errc{} || behind.ptr != end) return std::unexpected(parameter_invalid("cursor"));
  return std::optional(es::Cursor{from_micros(us), skip});
}

void add_log_routes(Router& router, const LogApi& api) {
  add_log_finding_routes(router, api);
  add_log_counting_routes(router, api);
  add_log_word_routes(router, api);
  add_log_keeping_routes(router, api);
  add_log_export_routes(router, api);
  add_log_hold_routes(router, api);
  add_log_seal_routes(router, api);
  add_log_kept_routes(router, api);
}

}  // namespace yagura::web
