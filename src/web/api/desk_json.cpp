#include "web/api/desk_json.hpp"

#include <algorithm>
#include <charconv>

namespace yagura::web {

using calendar::ClockState;

namespace {

Value clock_name(PackRef pack, const std::string& rule) {
  if (const auto* found = pack ? pack->clock(rule) : nullptr) return text2(found->rule.title);
  return text2(rule, rule);
}

// The length of time allowed; null for limits that are days and dates.
Value limit_of(const contract::Pack& pack, const desk::ClockRow& clock) {
  const auto* rule = pack.clock(clock.rule);
  if (!rule || !clock.judged.started) return {};
  const auto target = rule->rule.targets.find(clock.judged.target);
  if (target == rule->rule.targets.end()) return {};
  const auto limit = calendar::limit_for(target->second, pack.book, *clock.judged.started);
  if (!limit) return {};
  const auto seconds = [](Duration length) {
    return Value(std::int64_t{std::chrono::floor<std::chrono::seconds>(length).count()});
  };
  if (const auto* service = std::get_if<calendar::WithinServiceTime>(&(*limit)->form))
    return seconds(service->limit);
  if (const auto* wall = std::get_if<calendar::WithinWallTime>(&(*limit)->form)) return seconds(wall->limit);
  return {};
}

bool holds(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

bool drives_any(const contract::Clock& clock, std::string_view event) {
  return holds(clock.starts_on, event) || holds(clock.stops_on, event) || holds(clock.pauses_on, event) ||
         holds(clock.resumes_on, event) || holds(clock.reopens_on, event) || holds(clock.cancels_on, event);
}

bool drives_now(const contract::Clock& clock, const desk::ClockRow* row, std::string_view event) {
  if (!row) return holds(clock.starts_on, event);
  const auto& judged = row->judged;
  if (judged.stopped || judged.state == ClockState::cancelled) return holds(clock.reopens_on, event);
  if (holds(clock.stops_on, event) || holds(clock.cancels_on, event)) return true;
  return judged.state == ClockState::paused ? holds(clock.resumes_on, event) : holds(clock.pauses_on, event);
}

}  // namespace

const std::string& title_in(const std::string& ja, const std::string& en, Language language) {
  return language == Language::en && !en.empty() ? en : ja;
}

std::string step_name(PackRef pack, const std::string& title, Language language) {
  if (!pack || language == Language::ja) return title;
  for (const auto& tree : pack->contact_trees)
    for (const auto& step : tree.steps)
      if (step.title.ja == title) return step.title.en;
  return title;
}

calendar::Words rule_sentence(const contract::Pack& pack, const contract::Clock& clock,
                              const calendar::Judgement& judged) {
  const auto& rule = clock.rule;
  const auto events = [&](const std::vector<std::string>& ids) {
    calendar::Words out;
    for (const auto& id : ids) {
      const auto named = rule.names.find(id);
      const auto words = named == rule.names.end() ? calendar::Words{id, id} : named->second;
      out.ja += (out.ja.empty() ? "「" : "・「") + words.ja + "」";
      out.en += (out.en.empty() ? "“" : ", “") + words.en + "”";
    }
    return out;
  };
  const auto target = rule.targets.find(judged.target.empty() ? rule.default_target : judged.target);
  if (target == rule.targets.end()) return {};
  // Of limits by the hour, the one that holds for this start.
  const calendar::Deadline* limit = &target->second;
  if (judged.started)
    if (const auto held = calendar::limit_for(target->second, pack.book, *judged.started)) limit = *held;
  const auto place = rule.names.find(target->first);
  const auto length = calendar::describe(*limit);
  const auto from = events(clock.starts_on), until = events(clock.stops_on);
  calendar::Words out{from.ja + "から" + length.ja, length.en + " of " + from.en};
  if (place != rule.names.end()) {
    out.ja += "（" + place->second.ja + "）";
    out.en += " (" + place->second.en + ")";
  }
  if (std::holds_alternative<calendar::WithinWallTime>(limit->form)) {
    out.ja += "。昼夜・休日を問わず計測";
    out.en += "; counted day and night";
  } else if (std::holds_alternative<calendar::WithinServiceTime>(limit->form)) {
    out.ja += "。受付時間だけ計測";
    out.en += "; counted in service hours only";
  }
  out.ja += "。" + until.ja + "で停止";
  out.en += "; ends with " + until.en;
  const auto pauses = events(clock.pauses_on);
  out.ja += pauses.ja.empty() ? "。一時停止なし" : "。" + pauses.ja + "の間は一時停止";
  out.en += pauses.en.empty() ? "; never paused" : "; stands still while " + pauses.en;
  if (const auto warning = rule.warning_of(target->first); warning > Duration::zero()) {
    const auto before = calendar::format_duration(warning);
    out.ja += "。期限の" + before.ja + "前に警告";
    out.en += "; warns " + before.en + " before";
  }
  return {out.ja + "。", out.en + "."};
}

Value incident_value(const desk::Incident& i, PackRef pack, Language language) {
  return Value::object({{"id", i.id},
                        {"number", i.number},
                        {"title", title_in(i.title, i.title_en, language)},
                        {"kind", i.kind},
                        {"severity", i.severity},
                        {"state", desk::name_of(i.state)},
                        {"detected_at", time_value(i.detected_at)},
                        {"restored_at", time_value(i.restored_at)},
                        {"closed_at", time_value(i.closed_at)},
                        {"device", id_or_null(i.place.device)},
                        {"device_name", i.place.device_name},
                        {"site", id_or_null(i.place.site)},
                        {"site_name", i.place.site_name},
                        {"owner", id_or_null(i.owner)},
                        {"owner_name", i.owner_name},
                        {"service_stopped", i.service_stopped},
                        {"alerts", i.alert_count},
                        {"next_due", time_value(i.next_due)},
                        {"next_clock", i.next_rule.empty() ? Value() : clock_name(pack, i.next_rule)},
                        {"breached", i.breached}});
}

Value clock_value(const desk::ClockRow& c, PackRef pack, bool judged_now, Language language) {
  const auto& j = c.judged;
  // A clock has a row from its start on, so that idle is not among the states told.
  const auto state = j.state == ClockState::idle ? ClockState::running : j.state;
  Value out = Value::object({{"id", c.id},
                             {"incident", id_or_null(c.incident)},
                             {"incident_number", c.incident_number},
                             {"incident_title", title_in(c.incident_title, c.incident_title_en, language)},
                             {"rule", c.rule},
                             {"name", clock_name(pack, c.rule)}});
  if (const auto* rule = pack ? pack->clock(c.rule) : nullptr) {
    if (!rule->clause.empty()) out.set("clause", Value(rule->clause));
    out.set("rule_words", text2(rule_sentence(*pack, *rule, j)));
  }
  out.set("state", Value(calendar::name_of(state)));
  if (j.started) out.set("started", time_value(*j.started));
  out.set("warn_at", time_value(j.warn_at));
  out.set("due", time_value(j.due));
  out.set("stopped", time_value(j.stopped));
  out.set("limit_s", pack ? limit_of(*pack, c) : Value());
  // While it runs, the kept figure is as old as the last judgement: better none than that.
  if (judged_now || j.stopped)
    out.set("counted_s", Value(std::int64_t{std::chrono::floor<std::chrono::seconds>(j.elapsed).count()}));
  out.set("reason", Value(j.reason));
  out.set("reason_missing", Value(j.reason_missing));
  return out;
}

Value clock_account(const desk::ClockRow& clock) {
  return Value(each_of(clock.judged.account, [](const calendar::Line& line) { return text2(line.text); }));
}

Value incident_report_value(const desk::Report& r) {
  Value parts = Value::object();
  for (const auto& [part, text] : r.parts) parts.set(part, Value(text));
  return Value::object({{"kind", word(r.kind)},
                        {"state", r.submitted ? "submitted" : "draft"},
                        {"parts", std::move(parts)},
                        {"by", r.by},
                        {"at", time_value(r.at)}});
}

Value contact_value(const notify::Contact& c, const desk::Incident* incident, PackRef pack, bool with_address,
                    Language language) {
  Value out = Value::object({{"id", c.id},
                             {"incident", id_or_null(incident_of_subject(c.subject))},
                             {"severity", c.severity},
                             {"channel", notify::name_of(c.channel)},
                             {"state", notify::name_of(c.state)},
                             {"name", c.name},
                             {"step", c.step},
                             {"step_name", step_name(pack, c.step_title, language)},
                             {"created", time_value(c.created)},
                             {"done", time_value(c.done)},
                             {"escalates_at", time_value(c.escalates_at)},
                             {"result", c.result},
                             {"by", c.by},
                             {"note", c.note}});
  if (incident) {
    out.set("incident_number", Value(incident->number));
    out.set("incident_title", Value(title_in(incident->title, incident->title_en, language)));
  }
  if (with_address) out.set("to", Value(c.to));
  return out;
}

Id incident_of_subject(std::string_view subject) {
  constexpr std::string_view prefix = "incident/";
  if (!subject.starts_with(prefix)) return 0;
  subject.remove_prefix(prefix.size());
  Id id = 0;
  const auto [end, ec] = std::from_chars(subject.data(), subject.data() + subject.size(), id);
  return ec == std::errc{} && end == subject.data() + subject.size() ? id : 0;
}

Value recordable_events(const desk::Incident& incident, const std::vector<desk::ClockRow>& clocks,
                        const contract::Pack& pack) {
  constexpr std::string_view with_own_way[] = {"detected",       "closed",           "reopened",
                                               "first_reported", "report_submitted", "handling_started"};
  Value out = Value::array();
  if (incident.state == desk::State::closed) return out;
  for (const auto& event : pack.incident_events) {
    if (std::ranges::find(with_own_way, event.id) != std::end(with_own_way) ||
        !holds(event.kinds, incident.kind))
      continue;
    const auto* kind = pack.desk.kind(incident.kind);
    if (kind && !kind->stages.empty()) {
      // Of a kind with stages: what its order and its loan machine allow.
      const auto rule = kind->after.find(event.id);
      const bool early =
          rule != kind->after.end() && !std::ranges::all_of(rule->second, [&](const auto& first) {
            return holds(incident.happened, first);
          });
      const bool lent = incident.loan != 0;
      if (early || (event.id == kind->lends_on && lent) || (event.id == kind->takes_back_on && !lent))
        continue;
      out.push(Value::object({{"id", event.id}, {"name", text2(event.title)}}));
      continue;
    }
    bool known = false, now = false;
    for (const auto& clock : pack.clocks) {
      known = known || drives_any(clock, event.id);
      const auto row = std::ranges::find(clocks, clock.rule.id, &desk::ClockRow::rule);
      now = now || drives_now(clock, row == clocks.end() ? nullptr : &*row, event.id);
    }
    // Restoring changes the incident itself, whatever the clocks do.
    const bool restores = event.id == "restored" && incident.state != desk::State::restored;
    if (restores || now || (!known && event.id != "restored"))
      out.push(Value::object({{"id", event.id}, {"name", text2(event.title)}}));
  }
  return out;
}

}  // namespace yagura::web
