#include "contract/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "calendar/availability.hpp"
#include "contract/value_types.hpp"
#include "schema/yaml.hpp"

namespace yagura::contract {

namespace cal = calendar;
using schema::Value;

namespace {

// One case being run: collects what was found, and compares it with what was expected.
class Case {
 public:
  Case(const Pack& pack, const Value& value, std::string file)
      : pack_(pack), value_(value), file_(std::move(file)) {}

  Result<CaseOutcome> run() {
    out_.title = value_["title"].text();
    out_.line = value_.line();
    YAGURA_CHECK(known_keys());
    if (!value_["clock"].is_null()) {
      YAGURA_CHECK(clock());
    } else if (!value_["deadline"].is_null()) {
      YAGURA_CHECK(deadline());
    } else if (!value_["day"].is_null()) {
      YAGURA_CHECK(day());
    } else if (!value_["hours"].is_null()) {
      YAGURA_CHECK(hours());
    } else if (!value_["availability"].is_null()) {
      YAGURA_CHECK(availability());
    } else {
      return wrong(value_, "clock, deadline, day, hours, availability");
    }
    YAGURA_CHECK(compare());
    return std::move(out_);
  }

 private:
  using Found = std::vector<std::pair<std::string, std::string>>;

  [[nodiscard]] std::unexpected<Error> wrong(const Value& at, std::string what) const {
    const int line = at.line() > 0 ? at.line() : value_.line();
    return fail("contract.scenario_invalid",
                {{"file", file_}, {"line", std::to_string(line)}, {"what", std::move(what)}});
  }
  Result<> known_keys() const {
    static constexpr std::array<std::string_view, 15> known = {
        "title",  "clock", "deadline", "day",    "hours",    "availability", "site_kind", "target",
        "events", "event", "at",       "expect", "calendar", "outages",      "excluded"};
    for (const auto& [name, member] : value_.members())
      if (std::ranges::find(known, name) == known.end()) return wrong(member, name);
    if (!value_["expect"].is_object()) return wrong(value_, "expect");
    return {};
  }

  Result<Time> instant(const Value& at) const {
    auto time = cal::parse_instant(at.text());
    if (!time) return wrong(at, at.text());
    return *time;
  }

  Result<> clock() {
    const auto* clock = pack_.clock(value_["clock"].text());
    if (clock == nullptr) return wrong(value_["clock"], value_["clock"].text());
    std::string target = value_["target"].text();
    if (target.empty()) target = clock->target_for(value_["site_kind"].text());
    std::vector<cal::ClockEvent> events;
    for (const auto& item : value_["events"].items()) {
      YAGURA_TRY(auto event, event_of(item));
      if (event.kind == cal::ClockEventKind::start && event.target.empty()) event.target = target;
      events.push_back(std::move(event));
    }
    if (events.empty()) return wrong(value_, "events");
    YAGURA_TRY(const auto now, instant(value_["at"]));
    YAGURA_TRY(auto judged, cal::judge(clock->rule, pack_.book, events, now));
    found_ = {{"state", std::string(cal::name_of(judged.state))},
              {"target", judged.target},
              {"elapsed", cal::format_duration(judged.elapsed).en},
              {"remaining", judged.remaining ? cal::format_duration(*judged.remaining).en : "none"},
              {"due", shown(judged.due)},
              {"warn_at", shown(judged.warn_at)},
              {"breached_at", shown(judged.breached_at)},
              {"breached", judged.breached ? "true" : "false"},
              {"warning", judged.warning ? "true" : "false"},
              {"reason_missing", judged.reason_missing ? "true" : "false"}};
    out_.account = std::move(judged.account);
    return {};
  }

  Result<cal::ClockEvent> event_of(const Value& item) const {
    for (const auto& [name, member] : item.members())
      if (name != "at" && name != "event" && name != "target" && name != "cause" && name != "text" &&
          name != "corrects")
        return wrong(member, name);
    YAGURA_TRY(const auto at, instant(item["at"]));
    const auto kind = cal::parse_event_kind(item["event"].text());
    if (!kind) return wrong(item["event"], item["event"].text());
    return cal::ClockEvent{at,
                           *kind,
                           item["target"].text(),
                           item["cause"].text(),
                           item["text"].text(),
                           item["corrects"].boolean()};
  }

  Result<> deadline() {
    const auto* rule = pack_.deadline(value_["deadline"].text());
    if (rule == nullptr) return wrong(value_["deadline"], value_["deadline"].text());
    YAGURA_TRY(const auto event, instant(value_["event"]));
    YAGURA_TRY(auto due, cal::explain_due(rule->deadline, pack_.book, event));
    found_ = {{"due", cal::format_civil(due.at)}, {"forecast", due.forecast ? "true" : "false"}};
    out_.account = std::move(due.account);
    return {};
  }

  Result<> day() {
    const auto date = cal::parse_date(value_["day"].text());
    if (!date) return wrong(value_["day"], value_["day"].text());
    const auto id = value_["calendar"].is_null() ? pack_.office_calendar : value_["calendar"].text();
    const auto calendar = pack_.book.calendar(id);
    if (!calendar) return wrong(value_["calendar"], id);
    const auto why = (*calendar)->closed_because(*date);
    const auto next = (*calendar)->next_open(*date);
    found_ = {{"open", why ? "false" : "true"},
              {"because", why ? why->ja : ""},
              {"next_open", next ? cal::format_date(*next) : "none"}};
    return {};
  }

  Result<> hours() {
    const auto hours = pack_.book.service_hours(value_["hours"].text());
    if (!hours) return wrong(value_["hours"], value_["hours"].text());
    YAGURA_TRY(const auto at, instant(value_["at"]));
    YAGURA_TRY(const auto next, (*hours)->next_start(at));
    found_ = {{"inside", (*hours)->contains(at) ? "true" : "false"}, {"next_start", cal::format_civil(next)}};
    return {};
  }

  Result<std::vector<cal::Span>> spans(const Value& list) const {
    std::vector<cal::Span> out;
    for (const auto& item : list.items()) {
      YAGURA_TRY(const auto from, instant(item["from"]));
      YAGURA_TRY(const auto to, instant(item["to"]));
      out.push_back({from, to});
    }
    return out;
  }

  Result<> availability() {
    const auto target = std::ranges::find(pack_.availability, value_["availability"].text(), &Named::id);
    if (target == pack_.availability.end())
      return wrong(value_["availability"], value_["availability"].text());
    const auto date = cal::parse_date(value_["at"].text() + "-01");
    if (!date) return wrong(value_["at"], value_["at"].text());
    const std::chrono::year_month_day month{*date};
    YAGURA_TRY(auto outages, spans(value_["outages"]));
    YAGURA_TRY(auto excluded, spans(value_["excluded"]));
    const auto figure = cal::availability(cal::span_of({int(month.year()), unsigned(month.month())}),
                                          std::move(outages), std::move(excluded));
    found_ = {{"percent", fmt::format("{:.4f}", figure.percent())},
              {"down", cal::format_duration(figure.down).en},
              {"allowed", cal::format_duration(cal::allowed_downtime(figure.base, target->target_ppm)).en},
              {"kept", cal::meets(figure, target->target_ppm) ? "true" : "false"}};
    return {};
  }

  Result<> compare() {
    for (const auto& [name, expected] : value_["expect"].members()) {
      const auto found = std::ranges::find(found_, name, &Found::value_type::first);
      if (found == found_.end()) return wrong(expected, "expect: " + name);
      YAGURA_TRY(const auto wanted, normal(name, expected));
      if (wanted != found->second)
        out_.differences.push_back(fmt::format("{}: expected {}, is {}", name, wanted, found->second));
    }
    if (value_["expect"].members().empty()) return wrong(value_["expect"], "expect");
    return {};
  }

  // Times and lengths may be written in any way that reads the same.
  static Result<std::string> normal(const std::string& name, const Value& expected) {
    if (name == "due" || name == "warn_at" || name == "breached_at" || name == "next_start") {
      if (expected.text() == "none") return "none";
      YAGURA_TRY(const auto time, cal::parse_instant(expected.text()));
      return cal::format_civil(time);
    }
    if (name == "elapsed" || name == "remaining" || name == "down" || name == "allowed")
      if (const auto length = parse_duration(expected.text())) return cal::format_duration(*length).en;
    return expected.text();
  }
  static std::string shown(const std::optional<Time>& time) {
    return time ? cal::format_civil(*time) : "none";
  }

  const Pack& pack_;
  const Value& value_;
  std::string file_;
  CaseOutcome out_;
  Found found_;
};

}  // namespace

Result<ScenarioOutcome> run_scenario(const std::filesystem::path& file, const std::filesystem::path& packs) {
  YAGURA_TRY(const auto value, schema::read_yaml(file));
  const auto wrong = [&](int line, std::string what) {
    return fail("contract.scenario_invalid",
                {{"file", file.string()}, {"line", std::to_string(line)}, {"what", std::move(what)}});
  };
  for (const auto& [name, member] : value.members())
    if (name != "title" && name != "pack" && name != "cases") return wrong(member.line(), name);
  if (check_simple(value["pack"], "id")) return wrong(value["pack"].line(), "pack");
  if (value["cases"].items().empty()) return wrong(value.line(), "cases");
  YAGURA_TRY(const auto pack, load_pack(packs / value["pack"].text()));
  ScenarioOutcome outcome{value["title"].text(), pack.version, {}};
  for (const auto& item : value["cases"].items()) {
    YAGURA_TRY(auto one, Case(pack, item, file.string()).run());
    outcome.cases.push_back(std::move(one));
  }
  return outcome;
}

}  // namespace yagura::contract
