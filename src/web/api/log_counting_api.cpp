// How many events: by fields, over time, and the values that are worth clicking.
#include <algorithm>
#include <thread>

#include "eventstore/ask/write.hpp"
#include "log_search/plain_value.hpp"
#include "schema/json.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace es = eventstore;
namespace ls = log_search;

namespace {

constexpr Duration kFacetTime = std::chrono::seconds(3);
constexpr std::size_t kMostFacets = 8;
// Of an overview: until its first line, and at most between two.
constexpr Duration kFirstPause = std::chrono::milliseconds(50),
                   kLongestPause = std::chrono::milliseconds(800), kLooksAgain = std::chrono::milliseconds(3);
constexpr int kMostLooks = 150;  // so often, before each line

struct CountBody : LogQuestionBody {
  std::vector<std::string> by;
  bool histogram = false;
  std::int64_t top = 0;
};
template <class V>
void shape(V& v, CountBody& b) {
  shape_question(v, b);
  v.optional("by", b.by);
  v.optional("histogram", b.histogram);
  v.optional("top", b.top);
}

struct Span {
  Time from, to;
};

// Where bars are drawn: the times asked for, as far as there are events and until now.
Result<Span> span_of(const LogApi& api, const es::Query& query) {
  const Time now = api.ground.clock.now();
  Span out{query.from, query.to};
  if (out.from != Time::min() && out.to != Time::max()) return out;
  YAGURA_TRY(const auto extents, api.logs.events.extents());
  Time first = now, last = Time::min();
  for (const auto& e : extents)
    if (e.contract == query.contract && e.rows > 0 &&
        std::ranges::find(query.kinds, e.kind) != query.kinds.end()) {
      first = std::min(first, e.first);
      last = std::max(last, e.last + Duration(1));
    }
  if (out.from == Time::min()) out.from = first;
  if (out.to == Time::max()) out.to = std::max(now, last);
  if (out.from >= out.to) out.from = out.to - std::chrono::hours(24);
  return out;
}

Result<es::Counting> counting_of(const LogApi& api, const CountBody& body, const es::Asked& asked) {
  es::Counting out = asked.present.counting.value_or(es::Counting{.top = 20});
  if (!body.by.empty()) out = {.by = body.by, .top = 20};
  if (body.by.size() > 3) return std::unexpected(parameter_invalid("by"));
  for (const auto& field : out.by)
    if (!api.logs.vocabulary.term(field))
      return fail("eventstore.field_unknown", {{"kind", ""}, {"field", field}});
  if (body.top < 0 || body.top > 10'000) return std::unexpected(parameter_invalid("top"));
  if (body.top > 0) out.top = static_cast<std::size_t>(body.top);
  if (body.histogram || (asked.present.automatic && body.by.empty())) {
    YAGURA_TRY(const auto span, span_of(api, asked.query));
    out = {.bucket = es::bucket_for(span.from, span.to)};
    out.offset = es::bucket_offset(out.bucket);
  }
  return out;
}

Value group_value(const es::Group& group, bool by_time) {
  Value values = Value::array();
  for (const auto& one : group.values) values.push(Value(ls::plain_value(one)));
  return Value::object({{"values", std::move(values)},
                        {"at", by_time ? time_value(group.bucket) : Value()},
                        {"count", group.count}});
}

// Null: everything was counted. Never later than the end of what is drawn.
Value complete_value(const es::Counts& counts, const Span& span) {
  if (counts.complete_from == Time::min()) return {};
  return time_value(std::min(counts.complete_from, span.to));
}

Value counts_value(const es::Counts& counts, const es::Counting& counting, const Span& span) {
  const bool by_time = counting.bucket.count() > 0;
  return Value::object(
      {{"groups", Value(each_of(counts.groups, [&](const auto& g) { return group_value(g, by_time); }))},
       {"by", texts(counting.by)},
       {"bucket_s", counting.bucket.count() / 1'000'000},
       {"from", time_value(span.from)},
       {"to", time_value(span.to)},
       {"total", counts.total},
       {"more", counts.more_groups},
       {"complete_from", complete_value(counts, span)},
       {"outcome", log_outcome_value(counts.outcome)}});
}

Result<Response> count_logs(const LogApi& api, Request& request, const CountBody& body) {
  YAGURA_TRY(const auto searching, begin_log_search(api, request, body));
  const auto& asked = searching.reading.asked;
  YAGURA_TRY(const auto counting, counting_of(api, body, asked));
  YAGURA_TRY(const auto span, span_of(api, asked.query));
  YAGURA_TRY(const auto counts, api.logs.events.count(asked.query, counting, searching.limits()));
  auto out = counts_value(counts, counting, span);
  out.set("reading", log_reading_value(searching.reading));
  out.set("purpose", log_purpose_value(searching.purpose));
  return answer(out);
}

struct FacetBody : LogQuestionBody {};
template <class V>
void shape(V& v, FacetBody& b) {
  shape_question(v, b);
}

// Category fields of the kinds, those whose counts are kept first, and in which of the kinds they are.
std::vector<std::pair<std::string, std::vector<std::string>>> facet_fields(
    const es::Kinds& kinds, const std::vector<std::string>& searched) {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  const auto take = [&](const std::string& field, const std::string& kind) {
    auto found = std::ranges::find(out, field, &std::pair<std::string, std::vector<std::string>>::first);
    if (found == out.end()) found = out.insert(out.end(), {field, {}});
    if (std::ranges::find(found->second, kind) == found->second.end()) found->second.push_back(kind);
  };
  for (const auto& name : searched)
    for (const auto& field : kinds.find(name)->second.count_by) take(field, name);
  for (const auto& name : searched)
    for (const auto& field : kinds.find(name)->second.fields)
      if (field.type == es::FieldType::category) take(field.name, name);
  if (out.size() > kMostFacets) out.resize(kMostFacets);
  return out;
}

// What facets are made of: how many of each kind, then the values of each field, all counted in one walk.
class Facets {
 public:
  Facets(const es::Vocabulary& vocabulary, const std::vector<std::string>& kinds) : vocabulary_(vocabulary) {
    if (kinds.size() > 1) kinds_ = kinds;
    for (auto& [field, of] : facet_fields(vocabulary.kinds(), kinds))
      fields_.emplace_back(field, std::move(of));
  }

  void add_to(std::vector<es::CountingOf>& countings) const {
    for (const auto& kind : kinds_) countings.push_back({{}, {kind}});
    for (const auto& [field, of] : fields_) countings.push_back({{.by = {field}, .top = 9}, of});
  }
  // counts: in the order of add_to().
  [[nodiscard]] Value value(std::span<const es::Counts> counts) const {
    Value by_kind = Value::array(), facets = Value::array();
    const auto of_fields = counts.subspan(kinds_.size());
    for (std::size_t i = 0; i < kinds_.size(); ++i)
      by_kind.push(Value::object({{"kind", kinds_[i]}, {"count", counts[i].total}}));
    for (std::size_t i = 0; i < fields_.size(); ++i)
      if (auto one = facet_value(fields_[i].first, of_fields[i]); !one.is_null()) facets.push(std::move(one));
    const bool partial = std::ranges::any_of(counts, [](const auto& one) { return one.outcome.partial(); });
    return Value::object(
        {{"kinds", std::move(by_kind)}, {"facets", std::move(facets)}, {"partial", partial}});
  }

 private:
  // Null when nothing has a value there.
  [[nodiscard]] Value facet_value(const std::string& field, const es::Counts& counts) const {
    Value values = Value::array();
    for (const auto& group : counts.groups) {
      if (group.values.empty() || group.values.front().empty() || values.items().size() == 8) continue;
      values.push(Value::object(
          {{"value", ls::plain_value(group.values.front())},
           {"count", group.count},
           {"text", ls::plain_value(es::write_condition(
                        {.type = es::Condition::Type::equals, .field = field, .value = group.values.front()},
                        vocabulary_))}}));
    }
    if (values.items().empty()) return {};
    const auto* term = vocabulary_.term(field);
    return Value::object({{"field", field},
                          {"title", text2(term->ja, term->en)},
                          {"values", std::move(values)},
                          {"more", counts.more_groups}});
  }

  const es::Vocabulary& vocabulary_;
  std::vector<std::string> kinds_;  // whose numbers are told
  std::vector<std::pair<std::string, std::vector<std::string>>> fields_;
};

// So many rows were looked at that it is not to go on.
bool has_enough(es::Tally& tally) {
  return std::ranges::any_of(
      tally.counts(), [](const auto& one) { return one.outcome.why == es::Outcome::Why::too_many_rows; });
}

Result<Response> log_facets(const LogApi& api, Request& request, const FacetBody& body) {
  YAGURA_TRY(const auto searching, begin_log_search(api, request, body));
  const auto& query = searching.reading.asked.query;
  const Facets facets(api.logs.vocabulary, query.kinds);
  std::vector<es::CountingOf> countings;
  facets.add_to(countings);
  YAGURA_TRY(const auto tally, api.logs.events.tally(query, countings));
  const auto end = api.ground.clock.steady() + kFacetTime;
  for (bool more = true; more && api.ground.clock.steady() < end && !has_enough(*tally);) {
    YAGURA_TRY(more, tally->go_on(searching.limits(end - api.ground.clock.steady())));
  }
  return answer(facets.value(tally->counts()));
}

// The histogram and the facets of a search, in lines as they are counted. Each line is whole and takes the place
// of the one before; the last one says that it is.
class OverviewLines final : public BodySource {
 public:
  static Result<std::unique_ptr<OverviewLines>> make(const LogApi& api, LogSearching searching) {
    const auto& query = searching.reading.asked.query;
    YAGURA_TRY(const auto span, span_of(api, query));
    es::Counting histogram{.bucket = es::bucket_for(span.from, span.to)};
    histogram.offset = es::bucket_offset(histogram.bucket);
    Facets facets(api.logs.vocabulary, query.kinds);
    std::vector<es::CountingOf> countings{{histogram, {}}};
    facets.add_to(countings);
    YAGURA_TRY(auto tally, api.logs.events.tally(query, std::move(countings)));
    return std::unique_ptr<OverviewLines>(
        new OverviewLines(api, std::move(searching), span, histogram, std::move(facets), std::move(tally)));
  }

  Result<bool> next(std::string& piece) override {
    give_way();
    const auto left = end_ - clock_.steady();
    const auto pause = std::min(pause_, std::max(left, Duration{0}));
    YAGURA_TRY(const bool more, tally_->go_on(searching_.limits(pause)));
    const bool last = !more || clock_.steady() >= end_ || has_enough(*tally_);
    const auto counts = tally_->counts();
    schema::append_json(piece, Value::object({{"counts", counts_value(counts.front(), histogram_, span_)},
                                              {"facets", facets_.value(std::span(counts).subspan(1))},
                                              {"last", last}}));
    piece += '\n';
    pause_ = std::min(pause_ * 2, kLongestPause);
    return !last;
  }

 private:
  // Once something is drawn the list of events goes first, for a while.
  void give_way() const {
    if (pause_ == kFirstPause) return;
    for (int looks = 0; looks < kMostLooks && running_.is_listing() && !*searching_.lease.stopped(); ++looks)
      std::this_thread::sleep_for(kLooksAgain);
  }
  OverviewLines(const LogApi& api, LogSearching searching, const Span& span, const es::Counting& histogram,
                Facets facets, std::unique_ptr<es::Tally> tally)
      : clock_(api.ground.clock),
        running_(api.logs.running),
        searching_(std::move(searching)),
        span_(span),
        histogram_(histogram),
        facets_(std::move(facets)),
        tally_(std::move(tally)),
        end_(clock_.steady() + kLogSearchTime) {}

  const Clock& clock_;
  const ls::Running& running_;
  LogSearching searching_;
  const Span span_;
  const es::Counting histogram_;
  const Facets facets_;
  const std::unique_ptr<es::Tally> tally_;
  const Duration end_;
  Duration pause_ = kFirstPause;
};

Result<Response> stream_overview(const LogApi& api, Request& request, const FacetBody& body) {
  YAGURA_TRY(auto searching, begin_log_search(api, request, body));
  YAGURA_TRY(auto lines, OverviewLines::make(api, std::move(searching)));
  auto response = Response::stream("application/jsonl; charset=utf-8", std::move(lines));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_log_counting_routes(Router& router, const LogApi& api) {
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-search/counts",
              .operation = "countLogs",
              .handler = on_logs_with<CountBody>(api, count_logs),
              .permission = kSeesLogs});
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-search/facets",
              .operation = "getLogFacets",
              .handler = on_logs_with<FacetBody>(api, log_facets),
              .permission = kSeesLogs});
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-search/overview",
              .operation = "streamLogOverview",
              .handler = on_logs_with<FacetBody>(api, stream_overview),
              .permission = kSeesLogs,
              .rate = RateClass::read});
}

}  // namespace yagura::web
