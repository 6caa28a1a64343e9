#include "web/api/log_rule_api.hpp"

#include <algorithm>

#include "monitor/log_rules/trial.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace es = eventstore;
namespace lr = monitor::log_rules;

namespace {

constexpr const char* kWritesRules = "log_rule_write";
constexpr Duration kLongestTrial = std::chrono::hours(24 * 7), kTrialTime = std::chrono::seconds(10);

Value seconds(Duration length) {
  return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(length).count());
}

// The keys of a rule's file; lines of examples are of no use on a screen.
Value keys_value(const Value& written) {
  if (!written.is_object()) return {};
  auto out = Value::object();
  for (const auto& [key, value] : written.members())
    if (key != "id" && key != "example") out.set(key, value);
  return out;
}

Value change_value(const lr::RuleChange& change) {
  return Value::object({{"version", change.version},
                        {"at", time_value(change.at)},
                        {"who", change.who},
                        {"why", change.why},
                        {"said", keys_value(change.said)}});
}

Value rule_value(const LogRuleApi& api, const Request& request, const lr::StandingRule& one) {
  lr::LogRule rule;
  if (one.rule) rule = *one.rule;
  const auto& title = one.written["title"];
  const auto& text = one.written["text"];
  return Value::object(
      {{"id", one.id},
       {"title", text2(title["ja"].text(), title["en"].text())},
       {"text", text2(text["ja"].text(), text["en"].text())},
       {"severity", monitor::watch::name_of(rule.severity)},
       {"when", one.written["when"].text()},
       {"clears", one.written["clears"].text()},
       {"by", texts(rule.by)},
       {"times", static_cast<std::int64_t>(rule.times)},
       {"within_s", seconds(rule.within)},
       {"quiet_s", seconds(rule.quiet)},
       {"silent_s", seconds(rule.silent)},
       {"as", one.written["as"].text()},
       {"own", one.pack || one.last.said.is_object()},
       {"off", one.off},
       {"product", one.product},
       {"pack", one.pack},
       {"version", one.last.version},
       {"changed", one.last.said.is_object() ? change_value(one.last) : Value()},
       {"written", keys_value(one.written)},
       {"beneath", keys_value(one.beneath)},
       {"fault", one.fault ? api.logs.ground.problems().kept(*one.fault, request.language) : Value()}});
}

Result<Response> list_rules(const LogRuleApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  return answer(items_value(
      each_of(api.book.list(contract), [&](const auto& one) { return rule_value(api, request, one); })));
}

struct RuleBody {
  std::int64_t version = 0;
  std::string why;
  Value said;
};
template <class V>
void shape(V& v, RuleBody& b) {
  v.required("version", b.version);
  v.required("why", b.why);
  v.required("said", b.said);
}

// An alert tells what stands in the log: who may not see the kind may not have it told.
Result<void> may_have_told(const LogRuleApi& api, const Request& request, const std::string& contract,
                           const lr::LogRule& rule) {
  const auto sees = may_see(api.logs, request, contract);
  for (const auto* query : {&rule.raises, &rule.ends})
    for (const auto& kind : query->kinds)
      if (!sees(kind)) return fail("log_search.kind_forbidden", {{"kind", kind}});
  return {};
}

Result<Response> change_rule(const LogRuleApi& api, const Request& request, const RuleBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kWritesRules));
  const std::string id(request.param("rule"));
  if (!body.said.is_object()) return std::unexpected(parameter_invalid("said"));
  auto checked = api.book.check(contract, id, body.said);
  for (auto& fault : checked.faults) fault.path = "said." + fault.path;
  if (!checked.faults.empty()) return faults_answer(api.logs.ground, request, checked.faults);
  if (checked.rule) YAGURA_CHECK(may_have_told(api, request, contract, *checked.rule));
  YAGURA_TRY(const auto now,
             api.book.change(who(request).actor, contract, id, body.version, body.said, body.why));
  return answer(rule_value(api, request, now));
}

Result<Response> remove_rule(const LogRuleApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, kWritesRules));
  YAGURA_TRY(const auto version, id_param(request, "version"));
  if (!version) return std::unexpected(parameter_invalid("version"));
  YAGURA_CHECK(api.book.change(who(request).actor, contract, std::string(request.param("rule")), *version, {},
                               text_param(request, "why")));
  return Response::no_content();
}

Result<Response> rule_history(const LogRuleApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  YAGURA_TRY(const auto all, api.book.history(contract, request.param("rule")));
  return answer(items_value(each_of(all, change_value)));
}

struct TrialBody {
  std::string rule, from, purpose, screen;
  Value draft;
};
template <class V>
void shape(V& v, TrialBody& b) {
  v.optional("rule", b.rule);
  v.optional("draft", b.draft);
  v.optional("from", b.from);
  v.optional("purpose", b.purpose);
  v.optional("screen", b.screen);
}

// One of the contract's, or one that was just written; its words are not asked for.
Result<lr::LogRule> rule_of(const LogRuleApi& api, const std::string& contract, const TrialBody& body) {
  if (!body.rule.empty()) {
    YAGURA_TRY(auto found, api.book.find(contract, body.rule));
    if (!found.rule) return std::unexpected(*found.fault);
    return *std::move(found.rule);
  }
  auto draft = body.draft.is_object() ? body.draft : Value::object();
  const auto words = Value::object({{"ja", ""}, {"en", ""}});
  for (const auto& [key, value] : {std::pair<const char*, Value>{"id", "draft"},
                                   {"title", words},
                                   {"text", words},
                                   {"severity", "warning"}})
    if (draft.find(key) == nullptr) draft.set(key, value);
  YAGURA_TRY(auto file, lr::read_rule_file(draft));
  return lr::make_rule(std::move(file), api.logs.logs.vocabulary);
}

// As a search of those words would be: the same rights, purpose and entry in the journal.
Result<LogSearching> search_of(const LogRuleApi& api, const Request& request, const TrialBody& body,
                               const std::string& text, const std::string& screen) {
  LogQuestionBody asked{.question = {.text = text}, .purpose = body.purpose, .screen = screen};
  return begin_log_search(api.logs, request, asked);
}

// Those the rule asks that the person may see.
std::vector<std::string> both(std::vector<std::string> kinds, const std::vector<std::string>& seen) {
  std::erase_if(kinds, [&](const std::string& kind) { return std::ranges::find(seen, kind) == seen.end(); });
  return kinds;
}

Value raised_value(const lr::Trial::Raised& one) {
  return Value::object({{"at", time_value(one.at)},
                        {"last", time_value(one.last)},
                        {"ended", time_value(one.ended)},
                        {"device", id_or_null(one.device)},
                        {"device_name", one.device_name},
                        {"object", one.object},
                        {"count", static_cast<std::int64_t>(one.count)},
                        {"text", text2(one.words)}});
}

Result<Response> try_rule(const LogRuleApi& api, Request& request, const TrialBody& body) {
  YAGURA_TRY(const auto contract, contract_of(request, kSeesLogs));
  YAGURA_TRY(auto rule, rule_of(api, contract, body));
  YAGURA_TRY(const auto searching, search_of(api, request, body, rule.when, body.screen));
  rule.raises.kinds = both(std::move(rule.raises.kinds), searching.reading.asked.query.kinds);
  if (!rule.clears.empty()) {
    // Its own search: another look at other events. It is over before the events are read.
    YAGURA_TRY(const auto ending, search_of(api, request, body, rule.clears, ""));
    rule.ends.kinds = both(std::move(rule.ends.kinds), ending.reading.asked.query.kinds);
  }
  if (rule.raises.kinds.empty() || (!rule.clears.empty() && rule.ends.kinds.empty()))
    return fail("log_search.kinds_empty");
  const Time now = api.logs.ground.clock.now();
  lr::TrialOf of{.contract = contract,
                 .rule = std::move(rule),
                 .devices = api.engine.devices(contract),
                 .from = now - kLongestTrial,
                 .to = now};
  if (!body.from.empty()) {
    const auto from = parse_rfc3339(body.from);
    if (!from) return std::unexpected(parameter_invalid("from"));
    of.from = std::clamp(*from, of.from, of.to);
  }
  YAGURA_TRY(const auto trial, lr::try_rule(api.logs.logs.events, of, searching.limits(kTrialTime)));
  std::vector<std::pair<std::string, std::uint64_t>> devices(trial.by_device.begin(), trial.by_device.end());
  std::ranges::sort(devices, std::greater(), [](const auto& one) { return one.second; });
  if (devices.size() > 20) devices.resize(20);
  std::vector<Value> by_device;
  for (const auto& [name, count] : devices)
    by_device.push_back(Value::object({{"device", name}, {"alerts", static_cast<std::int64_t>(count)}}));
  return answer(Value::object({{"from", time_value(of.from)},
                               {"to", time_value(of.to)},
                               {"matches", static_cast<std::int64_t>(trial.matches)},
                               {"no_device", static_cast<std::int64_t>(trial.no_device)},
                               {"alerts", static_cast<std::int64_t>(trial.alerts)},
                               {"first", Value(each_of(trial.first, raised_value))},
                               {"by_device", Value(std::move(by_device))},
                               {"outcome", log_outcome_value(trial.outcome)},
                               {"explanation", text2(searching.reading.explanation)},
                               {"purpose", log_purpose_value(searching.purpose)}}));
}

std::string in_quotes(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

void add_log_rule_routes(Router& router, const LogRuleApi& api) {
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-rules",
              .operation = "listLogRules",
              .handler = [&api](Request& request) { return list_rules(api, request); },
              .permission = "watch_read"});
  router.add({.method = Method::put,
              .pattern = "/api/v1/log-rules/{rule}",
              .operation = "changeLogRule",
              .handler = with_body<RuleBody>(api.logs.ground,
                                             [&api](const Api&, Request& request, const RuleBody& body) {
                                               return change_rule(api, request, body);
                                             }),
              .permission = kWritesRules,
              .rate = RateClass::write});
  router.add({.method = Method::del,
              .pattern = "/api/v1/log-rules/{rule}",
              .operation = "removeLogRule",
              .handler = [&api](Request& request) { return remove_rule(api, request); },
              .permission = kWritesRules,
              .rate = RateClass::write});
  router.add({.method = Method::get,
              .pattern = "/api/v1/log-rules/{rule}/history",
              .operation = "listLogRuleChanges",
              .handler = [&api](Request& request) { return rule_history(api, request); },
              .permission = "watch_read"});
  router.add({.method = Method::post,
              .pattern = "/api/v1/log-rules/trial",
              .operation = "tryLogRule",
              .handler = with_body<TrialBody>(api.logs.ground,
                                              [&api](const Api&, Request& request, const TrialBody& body) {
                                                return try_rule(api, request, body);
                                              }),
              .permission = kSeesLogs,
              .rate = RateClass::read});
}

Value log_question_of(const monitor::watch::AlertView& alert, const lr::Engine& engine) {
  constexpr std::string_view of_log = "log:";
  if (!alert.kind.starts_with(of_log)) return {};
  const auto set = engine.rules(alert.contract);
  const auto* rule = set ? set->find(std::string_view(alert.kind).substr(of_log.size())) : nullptr;
  if (rule == nullptr) return {};
  std::string text = rule->when;
  // kind: may not stand in parentheses, so what is added stands behind all of it.
  if (rule->of.empty()) text += " device:=" + in_quotes(alert.device_name);
  if (rule->by.size() == 1 && !alert.object.empty() && alert.object != "*")
    text += " " + rule->by.front() + ":=" + in_quotes(alert.object);
  const auto before = rule->silent > Duration{} ? rule->silent + std::chrono::minutes(1) : rule->within;
  return Value::object({{"q", text},
                        {"from", time_value(alert.first - before)},
                        {"to", time_value(alert.last + std::chrono::seconds(1))}});
}

}  // namespace yagura::web
