#include "web/api/log_rule_api.hpp"

#include <algorithm>

#include "monitor/log_rules/trial.hpp"
#include "web/api/log_asking.hpp"

namespace yagura::web {

namespace es = eventstore;
namespace lr = monitor::log_rules;

namespace {

constexpr Duration kLongestTrial = std::chrono::hours(24 * 7), kTrialTime = std::chrono::seconds(10);

Value seconds(Duration length) {
  return static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(length).count());
}

Value rule_value(const lr::LogRule& rule) {
  return Value::object({{"id", rule.id},
                        {"title", text2(rule.title)},
                        {"text", text2(rule.text)},
                        {"severity", monitor::watch::name_of(rule.severity)},
                        {"when", rule.when},
                        {"clears", rule.clears},
                        {"by", texts(rule.by)},
                        {"times", static_cast<std::int64_t>(rule.times)},
                        {"within_s", seconds(rule.within)},
                        {"quiet_s", seconds(rule.quiet)},
                        {"silent_s", seconds(rule.silent)},
                        {"as", rule.as},
                        {"own", rule.own}});
}

Result<Response> list_rules(const LogRuleApi& api, const Request& request) {
  YAGURA_TRY(const auto contract, contract_of(request, "watch_read"));
  const auto set = api.engine.rules(contract);
  return answer(items_value(set ? each_of(set->rules(), rule_value) : std::vector<Value>{}));
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
    const auto set = api.engine.rules(contract);
    const auto* found = set ? set->find(body.rule) : nullptr;
    if (found == nullptr) return fail("monitor.log_rule_not_found", {{"rule", body.rule}});
    return *found;
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
