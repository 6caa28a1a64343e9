// How many events: by fields, over time, and the values that are worth clicking.
#include <algorithm>

#include "eventstore/ask/write.hpp"
#include "log_search/plain_value.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace es = eventstore;
namespace ls = log_search;

namespace {

constexpr Duration kFacetTime = std::chrono::seconds(3);
constexpr std::size_t kMostFacets = 8;

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

Result<Response> count_logs(const LogApi& api, Request& request, const CountBody& body) {
  YAGURA_TRY(const auto searching, begin_log_search(api, request, body));
  const auto& asked = searching.reading.asked;
  YAGURA_TRY(const auto counting, counting_of(api, body, asked));
  const bool by_time = counting.bucket.count() > 0;
  YAGURA_TRY(const auto span, span_of(api, asked.query));
  YAGURA_TRY(const auto counts, api.logs.events.count(asked.query, counting, searching.limits()));
  return answer(Value::object(
      {{"groups", Value(each_of(counts.groups, [&](const auto& g) { return group_value(g, by_time); }))},
       {"by", texts(counting.by)},
       {"bucket_s", counting.bucket.count() / 1'000'000},
       {"from", time_value(span.from)},
       {"to", time_value(span.to)},
       {"total", counts.total},
       {"more", counts.more_groups},
       {"outcome", log_outcome_value(counts.outcome)},
       {"reading", log_reading_value(searching.reading)},
       {"purpose", log_purpose_value(searching.purpose)}}));
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

class Facets {
 public:
  Facets(const LogApi& api, const LogSearching& searching)
      : api_(api), searching_(searching), end_(api.ground.clock.steady() + kFacetTime) {}

  Result<Value> make() {
    const auto& kinds = searching_.reading.asked.query.kinds;
    Value by_kind = Value::array(), facets = Value::array();
    if (kinds.size() > 1)
      for (const auto& kind : kinds) {
        YAGURA_TRY(const auto counts, count({kind}, {}));
        by_kind.push(Value::object({{"kind", kind}, {"count", counts.total}}));
      }
    for (const auto& [field, of] : facet_fields(api_.logs.vocabulary.kinds(), kinds)) {
      YAGURA_TRY(const auto counts, count(of, {field}));
      if (auto one = facet_value(field, counts); !one.is_null()) facets.push(std::move(one));
    }
    return Value::object(
        {{"kinds", std::move(by_kind)}, {"facets", std::move(facets)}, {"partial", partial_}});
  }

 private:
  Result<es::Counts> count(std::vector<std::string> kinds, std::vector<std::string> by) {
    const auto left = end_ - api_.ground.clock.steady();
    if (left.count() <= 0) {
      partial_ = true;
      return es::Counts{};
    }
    auto query = searching_.reading.asked.query;
    query.kinds = std::move(kinds);
    auto counts = api_.logs.events.count(query, {.by = std::move(by), .top = 9}, searching_.limits(left));
    if (counts && counts->outcome.partial()) partial_ = true;
    return counts;
  }

  // Null when nothing has a value there.
  Value facet_value(const std::string& field, const es::Counts& counts) {
    Value values = Value::array();
    for (const auto& group : counts.groups) {
      if (group.values.empty() || group.values.front().empty() || values.items().size() == 8) continue;
      values.push(Value::object(
          {{"value", ls::plain_value(group.values.front())},
           {"count", group.count},
           {"text", ls::plain_value(es::write_condition(
                        {.type = es::Condition::Type::equals, .field = field, .value = group.values.front()},
                        api_.logs.vocabulary))}}));
    }
    if (values.items().empty()) return {};
    const auto* term = api_.logs.vocabulary.term(field);
    return Value::object({{"field", field},
                          {"title", text2(term->ja, term->en)},
                          {"values", std::move(values)},
                          {"more", counts.more_groups}});
  }

  const LogApi& api_;
  const LogSearching& searching_;
  const Duration end_;
  bool partial_ = false;
};

Result<Response> log_facets(const LogApi& api, Request& request, const FacetBody& body) {
  YAGURA_TRY(const auto searching, begin_log_search(api, request, body));
  YAGURA_TRY(const auto value, Facets(api, searching).make());
  return answer(value);
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
}

}  // namespace yagura::web
