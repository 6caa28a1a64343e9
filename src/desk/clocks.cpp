#include <algorithm>

#include "base/text.hpp"
#include "desk/incident_rows.hpp"

namespace yagura::desk {

using calendar::ClockEvent;
using calendar::ClockEventKind;
using schema::Value;
using store::Row;
using store::Session;

namespace {

bool holds(const std::vector<std::string>& list, std::string_view wanted) {
  return std::ranges::find(list, wanted) != list.end();
}

bool applies(const contract::Clock& clock, const Incident& i) {
  if (clock.only_service_stopped && !i.service_stopped) return false;
  if (!holds(clock.kinds, i.kind)) return false;
  return clock.severities.empty() || holds(clock.severities, i.severity);
}

// What an incident event means to a clock that has started; none when nothing.
std::optional<ClockEventKind> meaning(const contract::Clock& clock, std::string_view event) {
  if (holds(clock.stops_on, event)) return ClockEventKind::stop;
  if (holds(clock.pauses_on, event)) return ClockEventKind::pause;
  if (holds(clock.resumes_on, event)) return ClockEventKind::resume;
  if (holds(clock.reopens_on, event)) return ClockEventKind::reopen;
  if (holds(clock.cancels_on, event)) return ClockEventKind::cancel;
  return std::nullopt;
}

// A pause ends by the cause that began it: the event at the same place of the rule's other list.
std::string pause_ended_by(const contract::Clock& clock, std::string_view event) {
  if (clock.pauses_on.empty()) return std::string(event);
  const auto place = std::ranges::find(clock.resumes_on, event) - clock.resumes_on.begin();
  return clock.pauses_on[std::min(static_cast<std::size_t>(place), clock.pauses_on.size() - 1)];
}

Result<void> in_order(const contract::Pack& pack, const contract::TicketKind& kind, const Incident& incident,
                      const std::string& event) {
  const auto rule = kind.after.find(event);
  if (rule == kind.after.end()) return {};
  const auto title = [&](const std::string& id) {
    const auto found = std::ranges::find(pack.incident_events, id, &contract::IncidentEvent::id);
    return found == pack.incident_events.end() ? calendar::Words{id, id} : found->title;
  };
  for (const auto& first : rule->second)
    if (!holds(incident.happened, first))
      return fail("desk.event_too_early", {{"event", title(event).ja},
                                           {"event_en", title(event).en},
                                           {"first", title(first).ja},
                                           {"first_en", title(first).en}});
  return {};
}

const char* journal_kind(ClockEventKind kind) {
  switch (kind) {
    case ClockEventKind::start:
    case ClockEventKind::reopen:
      return "clock.started";
    case ClockEventKind::pause:
      return "clock.paused";
    case ClockEventKind::resume:
      return "clock.resumed";
    default:
      return "clock.stopped";
  }
}

}  // namespace

Result<void> add_clock_event(Session& s, Id clock, const ClockEvent& e) {
  YAGURA_CHECK(
      s.exec("INSERT INTO incident_clock_event (clock, seq, at, kind, target, cause, text, corrects)"
             " VALUES ($1, (SELECT COALESCE(max(seq), 0) + 1 FROM incident_clock_event WHERE clock = $1), "
             "$2, $3, $4, $5, $6, $7)",
             clock, e.at, calendar::name_of(e.kind), e.target, e.cause, e.text, e.corrects));
  return {};
}

Result<std::vector<ClockEvent>> Incidents::clock_events(Session& s, Id clock) {
  std::vector<ClockEvent> out;
  YAGURA_CHECK(
      s.query("SELECT at, kind, target, cause, text, corrects FROM incident_clock_event WHERE clock = $1 "
              "ORDER BY seq",
              clock, [&](const Row& row) -> Result<void> {
                YAGURA_TRY(const auto kind, calendar::parse_event_kind(row.text(1)));
                out.push_back({row.time(0), kind, row.string(2), row.string(3), row.string(4), row.flag(5)});
                return {};
              }));
  return out;
}

// By the ticket, whose contract is asked there: by a clock's own contract SQLite would walk all that it has.
constexpr std::string_view of_incident = "i.id = $2 AND i.contract = $1 AND c.incident = i.id ORDER BY c.id";

Result<std::vector<ClockRow>> Incidents::clocks_where(Session& s, std::string_view condition,
                                                      std::span<const store::Param> params) {
  std::vector<ClockRow> out;
  const Time now = at_.clock.now();
  const auto ran = s.run(
      "SELECT c.id, c.contract, c.rule, c.incident, i.number, i.title, c.pack_version, c.state, c.breached, "
      "c.target,"
      " c.started, c.stopped, c.due, c.warn_at, c.breached_at, c.elapsed, c.reason, i.title_en"
      " FROM incident_clock c JOIN incident i ON i.id = c.incident WHERE " +
          std::string(condition),
      params, [&](const Row& row) -> Result<void> {
        ClockRow c{row.integer(0), row.string(1), row.string(2),  row.integer(3),
                   row.string(4),  row.string(5), row.string(17), {},
                   row.string(6)};
        for (const auto state :
             {calendar::ClockState::idle, calendar::ClockState::running, calendar::ClockState::paused,
              calendar::ClockState::met, calendar::ClockState::breached, calendar::ClockState::cancelled})
          if (calendar::name_of(state) == row.text(7)) c.judged.state = state;
        c.judged.breached = row.flag(8);
        c.judged.target = row.string(9);
        c.judged.started = row.maybe_time(10);
        c.judged.stopped = row.maybe_time(11);
        c.judged.due = row.maybe_time(12);
        c.judged.warn_at = row.maybe_time(13);
        c.judged.breached_at = row.maybe_time(14);
        c.judged.elapsed = Duration(row.integer(15));
        c.judged.reason = row.string(16);
        c.judged.reason_missing = c.judged.breached && c.judged.reason.empty();
        c.judged.warning =
            c.judged.state == calendar::ClockState::running && c.judged.warn_at && *c.judged.warn_at <= now;
        out.push_back(std::move(c));
        return {};
      });
  if (!ran) return std::unexpected(ran.error());
  return out;
}

// Judges a clock by its events now and writes the judgement into its row.
Result<void> Incidents::judge(Session& s, const contract::Pack& pack, const contract::Clock& rule,
                              ClockRow& row, bool tell_it) {
  YAGURA_TRY(const auto events, clock_events(s, row.id));
  const Time now = at_.clock.now();
  YAGURA_TRY(row.judged, calendar::judge(rule.rule, pack.book, events, now));
  row.pack_version = pack.version;
  const auto& j = row.judged;
  // When to look again: at the warning, then at the limit.
  std::optional<Time> look;
  if (j.state == calendar::ClockState::running && !j.breached)
    look = j.warn_at && *j.warn_at > now ? j.warn_at : j.due;
  YAGURA_CHECK(s.exec(
      "UPDATE incident_clock SET pack_version = $2, state = $3, breached = $4, target = $5, started = $6, "
      "stopped = $7,"
      " due = $8, warn_at = $9, breached_at = $10, elapsed = $11, reason = $12, look_at = $13 WHERE id = $1",
      row.id, row.pack_version, calendar::name_of(j.state), j.breached, j.target, j.started, j.stopped, j.due,
      j.warn_at, j.breached_at, j.elapsed.count(), j.reason, look));
  if (tell_it) tell(s, row.contract, "clock", row.id);
  return {};
}

Result<void> Incidents::apply_event(Change& c, const std::string& event, Time at, const std::string& text) {
  YAGURA_CHECK(
      c.session.exec("INSERT INTO incident_event (incident, seq, event, at) VALUES ($1, (SELECT "
                     "COALESCE(max(seq), 0) + 1 FROM"
                     " incident_event WHERE incident = $1), $2, $3)",
                     c.incident.id, event, at));
  c.incident.happened.push_back(event);
  const auto* kind = c.pack->desk.kind(c.incident.kind);
  if (const auto* stage = kind ? kind->stage_on(event) : nullptr; stage && stage->id != c.incident.stage) {
    c.incident.stage = stage->id;
    YAGURA_CHECK(c.session.exec("UPDATE incident SET stage = $2 WHERE id = $1", c.incident.id, stage->id));
  }
  return drive_clocks(c, event, at, text);
}

Result<void> Incidents::drive_clocks(Change& c, const std::string& event, Time at, const std::string& text) {
  const store::Param params[] = {store::to_param(c.incident.id)};
  YAGURA_TRY(auto rows, clocks_where(c.session, "c.incident = $1", params));
  for (const auto& clock : c.pack->clocks) {
    const auto found = std::ranges::find(rows, clock.rule.id, &ClockRow::rule);
    std::optional<ClockEventKind> kind;
    ClockRow row;
    if (found == rows.end()) {
      if (!holds(clock.starts_on, event) || !applies(clock, c.incident)) continue;
      row = {at_.ids.next(),    c.incident.contract, clock.rule.id,       c.incident.id,
             c.incident.number, c.incident.title,    c.incident.title_en, {},
             c.pack->version};
      YAGURA_CHECK(
          c.session.exec("INSERT INTO incident_clock (id, contract, incident, rule, pack_version, state, "
                         "breached, target, elapsed,"
                         " reason, warned) VALUES ($1, $2, $3, $4, $5, 'idle', 0, '', 0, '', 0)",
                         row.id, row.contract, row.incident, row.rule, row.pack_version));
      kind = ClockEventKind::start;
    } else {
      row = *found;
      kind = meaning(clock, event);
      // What has stopped stays stopped; the first arrival counts, not the second.
      const bool over = row.judged.stopped || row.judged.state == calendar::ClockState::cancelled;
      if (!kind || (over && *kind != ClockEventKind::reopen)) continue;
    }
    const std::string& kind_of_site = c.incident.place.site_kind;
    const auto* device_class = c.pack->device_class(c.incident.place.device_class);
    const std::string& site_kind =
        device_class && !device_class->clock_site_kind.empty() ? device_class->clock_site_kind : kind_of_site;
    YAGURA_CHECK(add_clock_event(
        c.session, row.id,
        {at, *kind, *kind == ClockEventKind::start ? clock.target_for(site_kind) : "",
         *kind == ClockEventKind::resume ? pause_ended_by(clock, event) : event, text, false}));
    YAGURA_CHECK(judge(c.session, *c.pack, clock, row, true));
    Value data = Value::object({{"clock", clock.rule.title.ja}, {"event", event}, {"at", to_rfc3339(at)}});
    if (row.judged.due) data.set("due", Value(to_rfc3339(*row.judged.due)));
    YAGURA_CHECK(c.journal(at_.journal, journal_kind(*kind), std::move(data)));
    if (!c.incident.next_due || (row.judged.due && *row.judged.due < *c.incident.next_due))
      c.incident.next_due = row.judged.due;
  }
  return {};
}

Result<Incident> Incidents::event(const journal::Actor& by, std::string_view contract, Id id,
                                  const std::string& event, std::optional<Time> at, const std::string& note,
                                  Id loan) {
  if (note.size() > 8000 || !is_utf8(note)) return fail("desk.text_invalid", {{"limit", "8000"}});
  const Time now = at_.clock.now();
  const Time when = at.value_or(now);
  if (when > now) return fail("desk.time_in_future");
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    const bool known = std::ranges::any_of(c.pack->incident_events, [&](const auto& e) {
      return e.id == event && holds(e.kinds, c.incident.kind);
    });
    // Opening, closing and reopening have ways of their own, with a reason.
    if (!known || event == "detected" || event == "closed" || event == "reopened")
      return fail("desk.event_unknown", {{"event", event.substr(0, 64)}});
    if (c.incident.state == State::closed && event != "report_submitted") return fail("desk.closed_conflict");
    if (when < c.incident.detected_at) return fail("desk.time_before_detection");
    const auto* kind = c.pack->desk.kind(c.incident.kind);
    if (kind) {
      YAGURA_CHECK(in_order(*c.pack, *kind, c.incident, event));
      YAGURA_CHECK(lend(c, *kind, event, loan));
    }
    c.said = note;
    YAGURA_CHECK(c.journal(at_.journal, "incident.event",
                           Value::object({{"event", event}, {"at", to_rfc3339(when)}, {"note", note}})));
    YAGURA_CHECK(apply_event(c, event, when, note));
    if (event == "restored")
      YAGURA_CHECK(
          c.session.exec("UPDATE incident SET state = 'restored', restored_at = $2 WHERE id = $1", id, when));
    // Of what the contract says he is told in the words it gives; who cannot be reached is told by hand.
    const auto& caller = c.incident.caller;
    if (!kind || !kind->tells_on.contains(event) || (caller.mail.empty() && caller.account == 0)) return {};
    YAGURA_TRY(const auto words, filled_in(*c.pack, c.incident, kind->tells_on.at(event)));
    return say(c, words.ja, {});
  });
}

Result<std::vector<ClockRow>> Incidents::clocks(std::string_view contract, Id incident) {
  return at_.database.read([&](Session& s) {
    const store::Param params[] = {store::to_param(contract), store::to_param(incident)};
    return clocks_where(s, of_incident, params);
  });
}

Result<std::vector<ClockRow>> Incidents::clocks_now(std::string_view contract, Id incident) {
  const auto pack = packs_(contract);
  if (!pack) return fail("desk.contract_not_found");
  return at_.database.read([&](Session& s) -> Result<std::vector<ClockRow>> {
    const store::Param params[] = {store::to_param(contract), store::to_param(incident)};
    YAGURA_TRY(auto rows, clocks_where(s, of_incident, params));
    std::map<Id, std::vector<ClockEvent>> events;
    YAGURA_CHECK(s.query(
        "SELECT e.clock, e.at, e.kind, e.target, e.cause, e.text, e.corrects FROM incident_clock_event e"
        " JOIN incident_clock c ON c.id = e.clock WHERE c.incident = $1 ORDER BY e.clock, e.seq",
        incident, [&](const Row& row) -> Result<void> {
          YAGURA_TRY(const auto kind, calendar::parse_event_kind(row.text(2)));
          events[row.integer(0)].push_back(
              {row.time(1), kind, row.string(3), row.string(4), row.string(5), row.flag(6)});
          return {};
        }));
    // A rule that the pack no longer has keeps its last judgement.
    for (auto& row : rows)
      if (const auto* rule = pack->clock(row.rule)) {
        YAGURA_TRY(row.judged, calendar::judge(rule->rule, pack->book, events[row.id], at_.clock.now()));
      }
    return rows;
  });
}

Result<std::vector<ClockRow>> Incidents::running(std::string_view contract) {
  // A missed limit of a closed incident is explained and done with, unless it can still be met: a paper that
  // may be handed in afterwards. Ids of rules are [a-z0-9_].
  std::string later = "''";
  if (const auto pack = packs_(contract))
    for (const auto& clock : pack->clocks)
      if (holds(clock.stops_on, "report_submitted")) later += ", '" + clock.rule.id + "'";
  return at_.database.read([&](Session& s) {
    const store::Param params[] = {store::to_param(contract)};
    return clocks_where(s,
                        "c.contract = $1 AND NOT (i.state = 'closed' AND c.reason <> '' AND c.rule NOT IN (" +
                            later +
                            "))"
                            " AND c.state IN ('running', 'paused', 'breached') AND (c.state <> 'breached' OR "
                            "c.stopped IS NULL OR c.reason = '')"
                            " ORDER BY CASE WHEN c.due IS NULL THEN 1 ELSE 0 END, c.due, c.id LIMIT 500",
                        params);
  });
}

Result<std::vector<ClockRow>> Incidents::clocks_between(std::string_view contract, Time from, Time to,
                                                        std::optional<Time> as_of) {
  const auto pack = as_of ? packs_(contract) : nullptr;
  if (as_of && !pack) return fail("desk.contract_not_found");
  return at_.database.read([&](Session& s) -> Result<std::vector<ClockRow>> {
    const store::Param params[] = {store::to_param(contract), store::to_param(from), store::to_param(to)};
    YAGURA_TRY(auto rows, clocks_where(s,
                                       "c.contract = $1 AND c.started >= $2 AND c.started < $3 ORDER BY "
                                       "c.started, c.id",
                                       params));
    for (auto& row : rows) {
      const auto* rule = pack ? pack->clock(row.rule) : nullptr;
      if (!rule) continue;
      YAGURA_TRY(const auto events, clock_events(s, row.id));
      YAGURA_TRY(row.judged, calendar::judge(rule->rule, pack->book, events, *as_of));
    }
    return rows;
  });
}

Result<ClockRow> Incidents::clock_under(std::string_view contract, Id id, const contract::Pack& pack) {
  return at_.database.read([&](Session& s) -> Result<ClockRow> {
    const store::Param params[] = {store::to_param(contract), store::to_param(id)};
    YAGURA_TRY(auto rows, clocks_where(s, "c.contract = $1 AND c.id = $2", params));
    const auto* rule = rows.empty() ? nullptr : pack.clock(rows.front().rule);
    if (!rule) return fail("desk.clock_not_found");
    ClockRow row = std::move(rows.front());
    YAGURA_TRY(const auto events, clock_events(s, row.id));
    YAGURA_TRY(row.judged, calendar::judge(rule->rule, pack.book, events, at_.clock.now()));
    row.pack_version = pack.version;
    return row;
  });
}

Result<ClockRow> Incidents::clock(std::string_view contract, Id id) {
  const auto pack = packs_(contract);
  if (!pack) return fail("desk.contract_not_found");
  return at_.database.read([&](Session& s) -> Result<ClockRow> {
    const store::Param params[] = {store::to_param(contract), store::to_param(id)};
    YAGURA_TRY(auto rows, clocks_where(s, "c.contract = $1 AND c.id = $2", params));
    if (rows.empty()) return fail("desk.clock_not_found");
    ClockRow row = std::move(rows.front());
    // A rule that the pack no longer has keeps its last judgement.
    if (const auto* rule = pack->clock(row.rule)) {
      YAGURA_TRY(const auto events, clock_events(s, row.id));
      YAGURA_TRY(row.judged, calendar::judge(rule->rule, pack->book, events, at_.clock.now()));
    }
    return row;
  });
}

Result<ClockRow> Incidents::give_reason(const journal::Actor& by, std::string_view contract, Id id,
                                        const std::string& reason) {
  if (trim(reason).empty()) return fail("desk.text_missing");
  if (reason.size() > 16'000 || !is_utf8(reason)) return fail("desk.text_invalid", {{"limit", "16000"}});
  YAGURA_TRY(const ClockRow now, clock(contract, id));
  if (!now.judged.breached) return fail("desk.not_breached");
  auto done = within(by, contract, now.incident, [&](Change& c) -> Result<void> {
    const auto* rule = c.pack->clock(now.rule);
    if (!rule) return fail("desk.clock_not_found");
    ClockRow row = now;
    YAGURA_CHECK(
        add_clock_event(c.session, id, {at_.clock.now(), ClockEventKind::reason, "", "", reason, false}));
    YAGURA_CHECK(judge(c.session, *c.pack, *rule, row, true));
    return c.journal(at_.journal, "clock.reason_given",
                     Value::object({{"clock", rule->rule.title.ja}, {"reason", reason}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return clock(contract, id);
}

Result<int> Incidents::tick() {
  const Time now = at_.clock.now();
  YAGURA_TRY(const auto due, at_.database.read([&](Session& s) {
    return s.integer("SELECT count(*) FROM incident_clock WHERE look_at <= $1", now);
  }));
  if (due.value_or(0) == 0) return 0;
  return at_.database.write([&](Session& s) -> Result<int> {
    YAGURA_CHECK(s.lock("incident_clock_tick"));
    const store::Param params[] = {store::to_param(now)};
    YAGURA_TRY(auto rows, clocks_where(s, "c.look_at <= $1 ORDER BY c.look_at LIMIT 500", params));
    for (auto& row : rows) {
      const auto pack = packs_(row.contract);
      const auto* rule = pack ? pack->clock(row.rule) : nullptr;
      if (!rule) {
        // A contract that is no longer loaded: its clocks wait until it is.
        YAGURA_CHECK(s.exec("UPDATE incident_clock SET look_at = $2 WHERE id = $1", row.id,
                            now + std::chrono::minutes(10)));
        continue;
      }
      const bool breached_before = row.judged.breached;
      YAGURA_CHECK(judge(s, *pack, *rule, row, true));
      Value data = Value::object({{"clock", rule->rule.title.ja}});
      if (row.judged.due) data.set("due", Value(to_rfc3339(*row.judged.due)));
      const bool breached = row.judged.breached && !breached_before;
      if (!breached && !row.judged.warning) continue;
      if (breached || row.judged.warning)
        YAGURA_CHECK(at_.journal.append(s, {row.contract,
                                            {},
                                            breached ? "clock.breached" : "clock.warned",
                                            subject_of(row.incident),
                                            std::move(data)}));
      YAGURA_CHECK(tickets_.put_ticket(s, row.incident));
      tell(s, row.contract, "incident", row.incident);
    }
    return static_cast<int>(rows.size());
  });
}

}  // namespace yagura::desk
