#include "contract/pack_build.hpp"

#include <algorithm>
#include <cmath>

#include "contract/deadline_form.hpp"
#include "contract/value_types.hpp"

namespace yagura::contract {

namespace cal = calendar;
using schema::Value;

namespace {

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const auto& item : list.items()) out.push_back(item.text());
  return out;
}

Named named(const Value& value) { return {value["id"].text(), words_of(value["title"])}; }

bool flag(const Value& value, bool standard) { return value.is_null() ? standard : value.boolean(); }

// Types were checked before; a value that is absent stays as its struct has it.
Duration duration(const Value& value) { return parse_duration(value.text()).value_or(Duration::zero()); }
int number(const Value& value) {
  return static_cast<int>(std::clamp<std::int64_t>(value.integer(), 0, 1'000'000'000));
}

class Builder {
 public:
  Builder(Tree tree, std::vector<Fault>& faults) : faults_(faults) { pack_.tree = std::move(tree); }

  Pack build() {
    pack_.version = pack_.tree.digest();
    contract();
    calendars();
    devices();
    traps();
    clocks();
    contacts();
    people();
    silence();
    reports();
    meetings();
    pack_.obligations = build_obligations(pack_.tree, pack_.book, pack_.office_calendar, faults_);
    password_rotations();
    pack_.desk = build_desk_rules(pack_.tree);
    pack_.forms = build_forms(pack_.tree, pack_.book, pack_.office_calendar, faults_);
    pack_.work = build_work(pack_.tree, pack_.book, pack_.office_calendar, faults_);
    return std::move(pack_);
  }

 private:
  [[nodiscard]] const Value& root(std::string_view key) const { return pack_.tree.root()[key]; }
  void fault(const Value& at, Error error) {
    const auto place = pack_.tree.place(at);
    faults_.push_back({place.file, place.line, std::move(error)});
  }
  template <class T, class Use>
  void use(const Value& at, Result<T> result, Use&& then) {
    if (result)
      then(*std::move(result));
    else
      fault(at, result.error());
  }

  void contract() {
    const auto& contract = root("contract");
    pack_.id = contract["id"].text();
    pack_.name = words_of(contract["name"]);
    use(contract, cal::parse_date(contract["from"].text()), [&](cal::Date d) { pack_.from = d; });
    use(contract, cal::parse_date(contract["until"].text()), [&](cal::Date d) { pack_.until = d; });
    if (pack_.until < pack_.from) fault(contract["until"], {"contract.period_reversed", {}});
    for (const auto& value : root("organisation").items())
      pack_.organisation.push_back({named(value), value["parent"].text()});
    check_organisation();
    client(contract);
    for (const auto& value : root("site_kinds").items()) pack_.site_kinds.push_back(named(value));
    sites();
  }

  void sites() {
    for (const auto& value : root("sites").items()) {
      Site made{named(value), value["kind"].text(), value["address"].text(), {}};
      for (const auto& at : value["equipment"].items())
        made.equipment.push_back({at["of"].text(), number(at["count"])});
      pack_.sites.push_back(std::move(made));
    }
    for (const auto& value : root("equipment").items()) {
      Equipment made;
      static_cast<Named&>(made) = named(value);
      made.clause = value["clause"].text();
      made.category = value["category"].text();
      made.maker = value["maker"].text();
      made.model = value["model"].text();
      made.device_class = value["device_class"].text();
      if (value["count"].is_number()) made.count = number(value["count"]);
      made.about = value["about"].boolean();
      made.spare = number(value["spare"]);
      check_sum(value, made);
      pack_.equipment.push_back(std::move(made));
    }
  }
  // The specification gives both the table of sites and its sum: a wrong number in either is found.
  void check_sum(const Value& value, const Equipment& kind) {
    std::int64_t sum = kind.spare;
    bool somewhere = false;
    for (const auto& site : pack_.sites)
      for (const auto& at : site.equipment)
        if (at.of == kind.id) {
          somewhere = true;
          sum += at.count;
        }
    if (somewhere && kind.count && !kind.about && sum != *kind.count)
      fault(value, {"contract.equipment_sum",
                    {{"id", kind.id}, {"count", std::to_string(*kind.count)}, {"sum", std::to_string(sum)}}});
  }

  // Without a name of its own, the units at the top are the client.
  void client(const Value& contract) {
    if (!contract["client"].is_null()) {
      pack_.client = words_of(contract["client"]);
      return;
    }
    for (const auto& unit : pack_.organisation) {
      if (!unit.parent.empty()) continue;
      pack_.client.ja += (pack_.client.ja.empty() ? "" : "、") + unit.title.ja;
      pack_.client.en += (pack_.client.en.empty() ? "" : ", ") + unit.title.en;
    }
  }

  void check_organisation() {
    for (const auto& value : root("organisation").items()) {
      std::string at = value["id"].text();
      std::size_t steps = 0;
      while (!at.empty() && steps++ <= pack_.organisation.size()) {
        const auto unit = std::ranges::find(pack_.organisation, at, &Unit::id);
        at = unit == pack_.organisation.end() ? "" : unit->parent;
      }
      if (!at.empty()) return fault(value, {"contract.circle", {{"id", value["id"].text()}}});
    }
  }

  void calendars() {
    const auto& office = root("office");
    pack_.office_calendar = office["calendar"].text();
    pack_.office_hours = office["hours"].text();
    pack_.book.version = pack_.version;
    for (const auto& value : root("calendars").items())
      use(value, calendar_rule(value), [&](cal::CalendarRule rule) {
        use(value, cal::Calendar::make(rule), [&](cal::Calendar made) {
          pack_.book.calendars[rule.id] = std::make_shared<const cal::Calendar>(std::move(made));
        });
      });
    for (const auto& value : root("hours").items()) hours(value);
    for (const auto& value : root("products").items())
      pack_.products.push_back({named(value), value["category"].text(), value["reception"].text(),
                                value["hours"].text(), value["response"].text()});
  }

  Result<cal::CalendarRule> calendar_rule(const Value& value) const {
    cal::CalendarRule rule;
    rule.id = value["id"].text();
    rule.title = words_of(value["title"]);
    rule.decided_through = number(root("holidays_decided_through"));
    YAGURA_TRY(rule.open_weekdays, parse_weekdays(value["open_weekdays"].text()));
    rule.closed_on_national_holidays = flag(value["closed_on_national_holidays"], true);
    for (const auto& closure : value["closures"].items()) {
      YAGURA_TRY(const auto from, cal::parse_month_day(closure["from"].text()));
      YAGURA_TRY(const auto to, cal::parse_month_day(closure["to"].text()));
      rule.closures.push_back({from, to, words_of(closure["title"])});
    }
    YAGURA_CHECK(named_days(value["extra_closed"], rule.extra_closed));
    YAGURA_CHECK(named_days(value["extra_open"], rule.extra_open));
    return rule;
  }
  static Result<> named_days(const Value& list, std::vector<cal::NamedDay>& out) {
    for (const auto& item : list.items()) {
      YAGURA_TRY(const auto date, cal::parse_date(item["date"].text()));
      out.push_back({date, words_of(item["title"])});
    }
    return {};
  }

  void hours(const Value& value) {
    const auto calendar = pack_.book.calendars.find(value["calendar"].text());
    if (calendar == pack_.book.calendars.end()) return;  // its fault has been told
    cal::HoursRule rule{value["id"].text(), words_of(value["title"]), {}};
    for (const auto& window : value["windows"].items())
      use(window, cal::parse_window(window.text()),
          [&](cal::Window w) { rule.windows.push_back(std::move(w)); });
    use(value, cal::ServiceHours::make(rule, calendar->second),
        [&](cal::ServiceHours made) { pack_.book.hours.emplace(rule.id, std::move(made)); });
  }

  void devices() {
    const auto& standard = root("ping");
    use(standard, cal::parse_minutes(root("morning_round")["until"].text()),
        [&](cal::Minutes m) { pack_.morning_round_until = m; });
    for (const auto& value : root("device_classes").items()) {
      DeviceClass made;
      static_cast<Named&>(made) = named(value);
      const auto& ping = value["ping"];
      const auto either = [&](std::string_view key) -> const Value& {
        return ping[key].is_null() ? standard[key] : ping[key];
      };
      made.ping_on = flag(ping["on"], true);
      made.ping = {duration(either("interval")), duration(either("timeout")), number(either("retries"))};
      made.ping_severity = either("severity").text();
      made.traps_on = value["traps"].boolean();
      made.remote_log_on = value["remote_log"].boolean();
      made.remote_log_commands = value["commands"].text();
      made.profile = value["profile"].text();
      made.clock_site_kind = value["clock_site_kind"].text();
      made.product = value["product"].text();
      for (const auto& t : value["thresholds"].items()) threshold(t, made);
      const auto& rule = made.ping;
      if (made.ping_on &&
          (rule.timeout <= Duration::zero() || rule.interval < rule.timeout * (rule.retries + 1)))
        fault(value, {"contract.ping_too_slow", {{"id", made.id}}});
      if (made.remote_log_on && made.remote_log_commands.empty())
        fault(value, {"schema.missing", {{"path", "device_classes." + made.id + ".commands"}}});
      pack_.device_classes.push_back(std::move(made));
    }
  }
  void threshold(const Value& value, DeviceClass& out) {
    const Threshold made{value["id"].text(),    value["metric"].text(),     value["enter"].real(),
                         value["leave"].real(), duration(value["lasting"]), value["severity"].text()};
    if (made.leave == made.enter) fault(value, {"contract.threshold_without_gap", {{"id", out.id}}});
    out.thresholds.push_back(made);
  }

  void traps() {
    const auto& flapping = root("flapping");
    pack_.flapping = {number(flapping["changes"]), duration(flapping["within"]), duration(flapping["calm"])};
    for (const auto& value : root("traps").items())
      pack_.traps.push_back({value["id"].text(), value["severity"].text(), number(value["number"])});
  }

  void clocks() {
    const auto kinds = [](const Value& list) {
      auto out = texts(list);
      return out.empty() ? std::vector<std::string>{"incident", "fault"} : out;
    };
    for (const auto& value : root("incident_events").items())
      pack_.incident_events.push_back({named(value), kinds(value["kinds"])});
    pack_.incident_severities = texts(root("incident_severities"));
    for (const auto& value : root("clocks").items()) clock(value);
    for (const auto& value : root("deadlines").items())
      use(value["deadline"], sound_deadline(value["deadline"]), [&](cal::Deadline deadline) {
        pack_.deadlines.push_back(
            {named(value), value["clause"].text(), value["starts_on"].text(), std::move(deadline)});
      });
    for (const auto& value : root("availability").items())
      pack_.availability.push_back(
          {named(value), std::llround(value["percent"].real() * 10'000), texts(value["device_classes"])});
  }

  Result<cal::Deadline> sound_deadline(const Value& value) const {
    YAGURA_TRY(auto deadline, read_deadline(value, pack_.office_calendar));
    YAGURA_CHECK(cal::check_deadline(deadline, pack_.book));
    return deadline;
  }

  void clock(const Value& value) {
    Clock made;
    made.rule.id = value["id"].text();
    made.rule.title = words_of(value["title"]);
    made.rule.default_target = value["default_target"].text();
    made.rule.warn_before = duration(value["warn_before"]);
    made.rule.reopen =
        value["reopen"].text() == "starts_anew" ? cal::Reopen::starts_anew : cal::Reopen::goes_on;
    made.clause = value["clause"].text();
    made.starts_on = texts(value["starts_on"]);
    made.stops_on = texts(value["stops_on"]);
    made.pauses_on = texts(value["pauses_on"]);
    made.resumes_on = texts(value["resumes_on"]);
    made.reopens_on = texts(value["reopens_on"]);
    made.cancels_on = texts(value["cancels_on"]);
    made.kinds = texts(value["kinds"]);
    if (made.kinds.empty()) made.kinds = {"incident", "fault"};
    made.severities = texts(value["severities"]);
    made.only_service_stopped = value["only_service_stopped"].boolean();
    for (const auto& target : value["targets"].items()) {
      const auto id = target["id"].text();
      made.rule.names.emplace(id, words_of(target["title"]));
      use(target["deadline"], sound_deadline(target["deadline"]),
          [&](cal::Deadline deadline) { made.rule.targets.emplace(id, std::move(deadline)); });
      if (const auto& before = target["warn_before"]; !before.is_null())
        made.rule.warn_before_of.emplace(id, duration(before));
      for (const auto& kind : texts(target["site_kinds"]))
        if (!made.target_of_site_kind.emplace(kind, id).second)
          fault(target, {"contract.site_kind_twice", {{"id", made.rule.id}, {"site_kind", kind}}});
    }
    for (const auto& event : pack_.incident_events) made.rule.names.emplace(event.id, event.title);
    const auto& default_target = value["default_target"];
    const auto& targets = value["targets"].items();
    if (std::ranges::none_of(targets,
                             [&](const Value& t) { return t["id"].text() == default_target.text(); }))
      fault(default_target, {"contract.unknown_reference",
                             {{"path", "clocks." + made.rule.id + ".default_target"},
                              {"id", default_target.text()},
                              {"to", "targets"},
                              {"choices", ""}}});
    pack_.clocks.push_back(std::move(made));
  }

  void contacts() {
    for (const auto& value : root("contact_trees").items()) {
      ContactTree made;
      static_cast<Named&>(made) = named(value);
      made.severities = texts(value["severities"]);
      made.hours = value["hours"].text();
      made.out_of_hours = value["out_of_hours"].boolean();
      for (const auto& step : value["steps"].items()) {
        made.steps.push_back({step["channel"].text(), words_of(step["title"]), texts(step["roles"]),
                              texts(step["contacts"]), duration(step["wait"])});
        if (made.steps.back().roles.empty() && made.steps.back().contacts.empty())
          fault(step, {"contract.step_without_people", {{"id", made.id}}});
      }
      pack_.contact_trees.push_back(std::move(made));
    }
  }

  void people() {
    for (const auto& value : root("roles").items())
      pack_.roles.push_back({named(value), texts(value["permissions"]), texts(value["sources"]),
                             duration(value["session_timeout"]), flag(value["needs_roster"], true)});
    const auto& sign_in = root("sign_in");
    pack_.sign_in = {number(sign_in["password_length"]), number(sign_in["lock_after"]),
                     duration(sign_in["lock_for"]), flag(sign_in["second_factor"], true)};
    const auto& roster = root("roster");
    pack_.roster = {texts(roster["submitted_by"]),
                    texts(roster["approved_by"]),
                    {},
                    flag(roster["own_entry_refused"], true)};
    for (const auto& paper : roster["papers"].items())
      pack_.roster.papers.push_back(
          {named(paper), paper["clause"].text(), texts(paper["roles"]), texts(paper["holds"])});
  }

  void silence() {
    const auto& value = root("silence");
    pack_.silence.longest = duration(value["longest"]);
    pack_.silence.may_create = texts(value["may_create"]);
    pack_.silence.reason_required = flag(value["reason_required"], true);
    for (const auto& kind : value["kinds"].items()) pack_.silence.kinds.push_back(named(kind));
    for (const auto& kind : root("monitoring_changes").items())
      pack_.monitoring_changes.push_back(named(kind));
  }

  void password_rotations() {
    for (const auto& value : root("password_rotations").items()) {
      PasswordRotation made{named(value), value["clause"].text(), {}, 31};
      if (value["early_days"].is_number()) made.early_days = static_cast<int>(value["early_days"].integer());
      for (const auto& day : value["by"].items())
        if (auto on = parse_on_date(day.text())) made.by.push_back(*on);
      pack_.password_rotations.push_back(std::move(made));
    }
  }

  void reports() {
    for (const auto& value : root("report_parts").items())
      pack_.report_parts.push_back({named(value), texts(value["of"]), flag(value["required"], true)});
    for (const auto& value : root("reports").items())
      pack_.reports.push_back({named(value), value["clause"].text(), value["every"].text(),
                               value["deadline"].text(), texts(value["formats"])});
  }

  void meetings() {
    for (const auto& value : root("meetings").items()) {
      Meeting made{named(value),
                   value["clause"].text(),
                   value["every"].text(),
                   texts(value["attended_by"]),
                   value["material"].text(),
                   value["minutes"].text(),
                   value["report"].text(),
                   {}};
      for (const auto& subject : value["subjects"].items()) made.subjects.push_back(named(subject));
      pack_.meetings.push_back(std::move(made));
    }
  }

  std::vector<Fault>& faults_;
  Pack pack_;
};

}  // namespace

Pack build_pack(Tree tree, std::vector<Fault>& faults) { return Builder(std::move(tree), faults).build(); }

}  // namespace yagura::contract
