// The words of a search: which logs there are, what a text was understood as, what could come next.
#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "eventstore/ask/suggest.hpp"
#include "eventstore/ask/write.hpp"
#include "log_search/plain_value.hpp"
#include "web/api/job_json.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace es = eventstore;
namespace ls = log_search;

namespace {

// Values are offered of the last days; a suggestion that takes longer comes too late.
constexpr Duration kSuggestTime = std::chrono::milliseconds(300), kSuggestSpan = std::chrono::hours(24 * 7);

Value field_value(const es::Field& field) {
  std::string_view type;
  for (const auto& [name, value] : enum_names(field.type))
    if (value == field.type) type = name;
  return Value::object({{"name", field.name},
                        {"type", Value(type)},
                        {"title", text2(field)},
                        {"aliases", texts(field.aliases)}});
}

Result<Response> list_kinds(const LogApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  const auto& rules = api.logs.rules;
  const auto sees = may_see(api, request, contract);
  YAGURA_TRY(const auto extents, api.logs.events.extents());
  Value kinds = Value::array(), subjects = Value::array(), examples = Value::array();
  for (const auto& [name, kind] : api.logs.vocabulary.kinds()) {
    Value one = Value::object({{"kind", name},
                               {"title", text2(kind)},
                               {"source", kind.source},
                               {"personal", rules.is_personal(name)},
                               {"may", sees(name)},
                               {"fields", Value(each_of(kind.fields, field_value))},
                               {"rows", 0},
                               {"first", Value()},
                               {"last", Value()}});
    for (const auto& e : extents)
      if (e.contract == contract && e.kind == name && e.rows > 0 && sees(name)) {
        one.set("rows", e.rows);
        one.set("first", time_value(e.first));
        one.set("last", time_value(e.last));
      }
    kinds.push(std::move(one));
  }
  for (const auto& s : rules.subjects)
    subjects.push(Value::object({{"id", s.id}, {"title", text2(s.title)}, {"fields", texts(s.fields)}}));
  for (const auto& e : rules.examples)
    if (sees(e.kind))
      examples.push(Value::object(
          {{"title", text2(e.title)}, {"text", text2(e.text)}, {"personal", rules.is_personal(e.kind)}}));
  YAGURA_TRY(const auto purpose, api.logs.purposes.current(contract, who(request).actor.account));
  return answer(Value::object(
      {{"kinds", std::move(kinds)},
       {"subjects", std::move(subjects)},
       {"examples", std::move(examples)},
       {"purposes", Value(each_of(rules.purposes, [](const auto& words) { return text2(words); }))},
       {"purpose", log_purpose_value(purpose)}}));
}

struct ReadingBody : LogQuestionBody {};
template <class V>
void shape(V& v, ReadingBody& b) {
  shape_question(v, b);
}

Value number_arg(const Error& error, std::string_view name) {
  const auto text = error.arg(name);
  std::int64_t out = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  return bad == std::errc{} && end == text.data() + text.size() ? Value(out) : Value();
}

// A text that cannot be read yet is the usual case while typing, and no fault of the request.
Result<Response> read_text(const LogApi& api, Request& request, const ReadingBody& body) {
  YAGURA_CHECK(contract_of(request, kSeesLogs));
  const auto reading = read_log_question(api, request, body.question);
  if (reading) return answer(Value::object({{"reading", log_reading_value(*reading)}, {"fault", Value()}}));
  const auto& error = reading.error();
  return answer(
      Value::object({{"reading", Value()},
                     {"fault", Value::object({{"problem", problem_value(api.ground, request, error)},
                                              {"position", number_arg(error, "position")},
                                              {"length", number_arg(error, "length")}})}}));
}

struct SuggestBody {
  std::string q;
  std::int64_t cursor = 0;
};
template <class V>
void shape(V& v, SuggestBody& b) {
  v.required("q", b.q);
  v.required("cursor", b.cursor);
}

const char* name_of(es::Suggestion::Kind what) {
  using Kind = es::Suggestion::Kind;
  switch (what) {
    case Kind::field:
      return "field";
    case Kind::kind:
      return "kind";
    case Kind::time:
      return "time";
    case Kind::stage:
      return "stage";
    case Kind::operation:
      return "operation";
    case Kind::value_wanted:
      return "value";
  }
  return "value";
}

Value suggestion_value(const es::Suggestion& s, std::string text, const calendar::Words& label) {
  return Value::object({{"kind", name_of(s.kind)},
                        {"text", std::move(text)},
                        {"label", text2(label)},
                        {"from", static_cast<std::int64_t>(s.from)},
                        {"to", static_cast<std::int64_t>(s.to)}});
}

// Kinds of which values may be shown without a purpose: categories (sections, operations) of all that one may
// see, names of things only of devices' logs.
std::vector<std::string> kinds_to_offer(const LogApi& api, const ls::MaySee& sees, const std::string& field) {
  std::vector<std::string> out;
  for (const auto& [name, kind] : api.logs.vocabulary.kinds()) {
    const auto place = kind.index_of(field);
    if (!place || !sees(name)) continue;
    const auto type = kind.fields[*place].type;
    if (type == es::FieldType::category ||
        (type == es::FieldType::entity && !api.logs.rules.is_personal(name)))
      out.push_back(name);
  }
  return out;
}

std::string characters_of(const std::string& text, std::size_t from, std::size_t to) {
  std::string out;
  std::size_t n = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++n;
    if (n > from && n <= to) out += c;
  }
  return out;
}

Result<void> offer_values(const LogApi& api, const Request& request, const std::string& contract,
                          const std::string& text, const es::Suggestion& wanted, Value& items) {
  const auto& field = wanted.text;
  es::Query query{.contract = contract,
                  .kinds = kinds_to_offer(api, may_see(api, request, contract), field),
                  .from = api.ground.clock.now() - kSuggestSpan};
  if (query.kinds.empty()) return {};
  YAGURA_TRY(const auto lease, api.logs.running.begin(who(request).actor.account, "suggest"));
  YAGURA_TRY(const auto counts, api.logs.events.count(query, {.by = {field}, .top = 200},
                                                      {.time = kSuggestTime, .cancelled = lease.stopped()}));
  const auto typed = fold_for_search(characters_of(text, wanted.from, wanted.to));
  for (const auto& group : counts.groups) {
    const auto& value = group.values.front();
    if (items.items().size() >= 20) break;
    if (value.empty() || !is_utf8(value) || !fold_for_search(value).contains(typed)) continue;
    const auto written = es::write_condition(
        {.type = es::Condition::Type::equals, .field = field, .value = value}, api.logs.vocabulary);
    const auto colon = written.find(':');
    if (colon == std::string::npos) continue;
    items.push(suggestion_value(wanted, written.substr(colon + 1), {value, value}));
  }
  return {};
}

Result<Response> suggest_log_words(const LogApi& api, Request& request, const SuggestBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  if (body.cursor < 0 || !is_utf8(body.q)) return std::unexpected(parameter_invalid("cursor"));
  const auto sees = may_see(api, request, contract);
  Value items = Value::array();
  for (const auto& s : es::suggest(body.q, static_cast<std::size_t>(body.cursor), api.logs.vocabulary)) {
    if (s.kind == es::Suggestion::Kind::value_wanted) {
      YAGURA_CHECK(offer_values(api, request, contract, body.q, s, items));
    } else {
      items.push(suggestion_value(s, s.text, s.label));
    }
  }
  return answer(Value::object({{"items", std::move(items)}}));
}

}  // namespace

void add_log_word_routes(Router& router, const LogApi& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-search/kinds",
              .operation = "listLogKinds",
              .handler = on_logs(api, list_kinds),
              .permission = kSeesLogs});
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-search/reading",
              .operation = "readLogSearch",
              .handler = on_logs_with<ReadingBody>(api, read_text),
              .permission = kSeesLogs});
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-search/suggestions",
              .operation = "suggestLogWords",
              .handler = on_logs_with<SuggestBody>(api, suggest_log_words),
              .permission = kSeesLogs});
}

}  // namespace yagura::web
