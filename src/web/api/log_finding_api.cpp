// Events themselves: pages, streams of lines, what stands before and after one.
#include <algorithm>

#include "eventstore/ask/write.hpp"
#include "schema/json.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace es = eventstore;

namespace {

constexpr std::size_t kLongestInList = 2'000, kUncut = es::Batch::most_string;

struct RowsBody : LogQuestionBody {
  std::int64_t limit = 100;
  std::string cursor;
  std::optional<bool> newest_first;
  bool whole = false;
};
template <class V>
void shape(V& v, RowsBody& b) {
  shape_question(v, b);
  v.optional("limit", b.limit);
  v.optional("cursor", b.cursor);
  v.optional("newest_first", b.newest_first);
  v.optional("whole", b.whole);
}

Result<es::Page> page_of(const RowsBody& body, const log_search::Reading& reading, std::int64_t most) {
  YAGURA_TRY(const auto after, read_log_cursor(body.cursor));
  if (body.limit < 1 || body.limit > most) return std::unexpected(parameter_invalid("limit"));
  return es::Page{.newest_first = body.newest_first.value_or(reading.asked.present.newest_first),
                  .limit = static_cast<std::size_t>(body.limit),
                  .after = after};
}

Result<Response> search_logs(const LogApi& api, Request& request, const RowsBody& body) {
  YAGURA_TRY(const auto searching, begin_log_search(api, request, body));
  YAGURA_TRY(const auto page, page_of(body, searching.reading, 500));
  std::vector<Value> items;
  const log_search::Running::Listing listing(api.logs.running);
  YAGURA_TRY(
      const auto outcome,
      api.logs.events.search(searching.reading.asked.query, page, searching.limits(),
                             [&](const es::Event& event) -> Result<bool> {
                               items.push_back(log_event_value(event, body.whole ? kUncut : kLongestInList));
                               return true;
                             }));
  auto out = page_value(std::move(items), log_cursor(outcome.next));
  out.set("outcome", log_outcome_value(outcome));
  out.set("reading", log_reading_value(searching.reading));
  out.set("purpose", log_purpose_value(searching.purpose));
  return answer(out);
}

// Lines of JSON, a page of the store at a time, as fast as the client takes them. The last line is the
// outcome, so that nobody takes a broken stream for a whole one.
class LogLines final : public BodySource {
 public:
  LogLines(const LogApi& api, LogSearching searching, es::Page page, std::int64_t most)
      : api_(api), searching_(std::move(searching)), page_(page), left_(most) {}

  Result<bool> next(std::string& piece) override {
    page_.limit = static_cast<std::size_t>(std::min<std::int64_t>(left_, 500));
    YAGURA_TRY(const auto outcome,
               api_.logs.events.search(searching_.reading.asked.query, page_, searching_.limits(),
                                       [&](const es::Event& event) { return add(event, piece); }));
    rows_read_ += outcome.rows_read;
    if (!outcome.partial() && outcome.next && left_ > 0) {
      page_.after = outcome.next;
      return true;
    }
    auto last = log_outcome_value(outcome);
    last.set("rows_read", rows_read_);
    schema::append_json(piece, Value::object({{"outcome", std::move(last)},
                                              {"rows", rows_},
                                              {"next", text_or_null(log_cursor(outcome.next))}}));
    piece += '\n';
    return false;
  }

 private:
  Result<bool> add(const es::Event& event, std::string& piece) {
    schema::append_json(piece, log_event_value(event, kUncut));
    piece += '\n';
    ++rows_;
    --left_;
    return true;
  }

  const LogApi& api_;
  LogSearching searching_;
  es::Page page_;
  std::int64_t left_, rows_ = 0, rows_read_ = 0;
};

Result<Response> stream_logs(const LogApi& api, Request& request, const RowsBody& body) {
  YAGURA_TRY(auto searching, begin_log_search(api, request, body));
  YAGURA_TRY(const auto page, page_of(body, searching.reading, 1'000'000));
  auto response = Response::stream("application/jsonl; charset=utf-8",
                                   std::make_unique<LogLines>(api, std::move(searching), page, body.limit));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

struct ContextBody {
  std::string kind, source, purpose;
  std::int64_t us = 0, limit = 20;
};
template <class V>
void shape(V& v, ContextBody& b) {
  v.required("kind", b.kind);
  v.required("source", b.source);
  v.required("us", b.us);
  v.optional("limit", b.limit);
  v.optional("purpose", b.purpose);
}

Result<Response> log_context(const LogApi& api, Request& request, const ContextBody& body) {
  if (body.limit < 1 || body.limit > 100) return std::unexpected(parameter_invalid("limit"));
  const auto kind = api.logs.vocabulary.kinds().find(body.kind);
  if (kind == api.logs.vocabulary.kinds().end())
    return fail("eventstore.kind_unknown", {{"kind", body.kind}});
  if (body.source.empty()) return fail("log_search.source_missing");
  LogQuestionBody asked{.purpose = body.purpose};
  asked.question.kinds = {body.kind};
  asked.question.text = es::write_condition(
      {.type = es::Condition::Type::equals, .field = kind->second.source, .value = body.source},
      api.logs.vocabulary);
  YAGURA_TRY(const auto searching, begin_log_search(api, request, asked));
  bool partial = false;
  const Time at = from_micros(body.us), behind = at + Duration(1);
  const auto part = [&](Time from, Time to, bool newest_first) -> Result<Value> {
    auto query = searching.reading.asked.query;
    query.from = from;
    query.to = to;
    std::vector<Value> events;
    const es::Page page{.newest_first = newest_first, .limit = static_cast<std::size_t>(body.limit)};
    YAGURA_TRY(
        const auto outcome,
        api.logs.events.search(query, page, searching.limits(), [&](const es::Event& event) -> Result<bool> {
          events.push_back(log_event_value(event, kLongestInList));
          return true;
        }));
    partial = partial || outcome.partial();
    if (newest_first) std::ranges::reverse(events);
    return Value(std::move(events));
  };
  YAGURA_TRY(auto before, part(Time::min(), at, true));
  YAGURA_TRY(auto there, part(at, behind, false));
  YAGURA_TRY(auto after, part(behind, Time::max(), false));
  if (there.items().empty() && !partial) return fail("log_search.event_not_found");
  return answer(Value::object({{"before", std::move(before)},
                               {"at", std::move(there)},
                               {"after", std::move(after)},
                               {"partial", partial},
                               {"query", asked.question.text}}));
}

}  // namespace

void add_log_finding_routes(Router& router, const LogApi& api) {
  const auto add = [&](const char* path, const char* operation, Handler handler) {
    router.add({.method = Method::post,
                .pattern = std::string("/api/v1/log-search/") + path,
                .operation = operation,
                .handler = std::move(handler),
                .permission = kSeesLogs,
                .rate = RateClass::read});
  };
  add("rows", "searchLogs", on_logs_with<RowsBody>(api, search_logs));
  add("stream", "streamLogs", on_logs_with<RowsBody>(api, stream_logs));
  add("context", "getLogContext", on_logs_with<ContextBody>(api, log_context));
}

}  // namespace yagura::web
