// A case as it goes on: one transaction a change, handing over, closing, opening again.
#include "desk/incidents.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "desk/incident_rows.hpp"

namespace yagura::desk {

using schema::Value;
using store::Session;

Result<void> Incidents::Change::journal(journal::Journal& journal, const char* kind, Value data) {
  auto entry =
      journal.append(session, {incident.contract, by, kind, subject_of(incident.id), std::move(data)});
  if (!entry) return std::unexpected(std::move(entry).error());
  return {};
}

Incidents::Incidents(Ground ground, PackSource packs, StepPeople people)
    : at_(ground), packs_(std::move(packs)), people_(std::move(people)) {}

void Incidents::tell(Session& s, std::string_view contract, std::string_view topic, Id id) {
  s.after_commit([this, c = std::string(contract), t = std::string(topic), id] {
    if (listener_) listener_(c, t, id);
  });
}

Result<Incident> Incidents::within(const journal::Actor& by, std::string_view contract, Id id,
                                   const std::function<Result<void>(Change&)>& work) {
  const auto pack = packs_(contract);
  if (!pack) return fail("desk.contract_not_found");
  return at_.database.write([&](Session& s) -> Result<Incident> {
    YAGURA_CHECK(s.lock("incident/" + std::to_string(id)));
    YAGURA_TRY(Incident incident, read(s, contract, id));
    Change change{s, pack, by, std::move(incident)};
    YAGURA_CHECK(work(change));
    YAGURA_CHECK(s.exec("UPDATE incident SET changed_at = $2 WHERE id = $1", id, at_.clock.now()));
    YAGURA_CHECK(tickets_.put_ticket(s, id, change.said));
    tell(s, contract, "incident", id);
    return read(s, contract, id);
  });
}

Result<Incident> Incidents::change(const journal::Actor& by, std::string_view contract, Id id,
                                   const IncidentChange& change) {
  if (change.title) YAGURA_CHECK(check_text(*change.title, 1'200, true));
  if (change.severity && !severity_known(*change.severity)) return fail("desk.severity_unknown");
  YAGURA_CHECK(check_text(change.reason, 16'000, false));
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    Incident& i = c.incident;
    Value changes = Value::object();
    const auto put = [&](std::string_view name, const auto& before, const auto& after) {
      if (before != after)
        changes.set(name, Value::object({{"before", Value(before)}, {"after", Value(after)}}));
    };
    const Incident before = i;
    if (change.title && *change.title != i.title) i.title = *change.title, i.title_en.clear();
    if (change.severity) i.severity = *change.severity;
    if (change.owner) i.owner = *change.owner, i.owner_name = change.owner_name;
    if (change.service_stopped) i.service_stopped = *change.service_stopped;
    if (change.place) i.place = *change.place;
    if (change.caller) {
      YAGURA_CHECK(check_caller(*change.caller));
      i.caller = *change.caller;
      i.caller.account = before.caller.account;
    }
    put("device", before.place.device_name, i.place.device_name);
    put("site", before.place.site_name, i.place.site_name);
    put("section", before.caller.section, i.caller.section);
    // Who it is is told nowhere else; that it changed is.
    if (before.caller.name != i.caller.name || before.caller.mail != i.caller.mail ||
        before.caller.extension != i.caller.extension || before.caller.contact != i.caller.contact)
      changes.set("caller", Value(true));
    put("title", before.title, i.title);
    put("severity", before.severity, i.severity);
    put("owner", before.owner_name, i.owner_name);
    put("service_stopped", before.service_stopped, i.service_stopped);
    if (changes.members().empty()) return {};
    if ((before.title != i.title || before.severity != i.severity) && trim(change.reason).empty())
      return fail("desk.change_reason_missing");
    if (before.service_stopped != i.service_stopped) changes.set("detected_at", to_rfc3339(i.detected_at));
    if (!trim(change.reason).empty()) changes.set("reason", Value(trim(change.reason)));
    YAGURA_CHECK(c.session.exec(
        "UPDATE incident SET title = $2, severity = $3, owner = $4, owner_name = $5, service_stopped = $6,"
        " search = $7, title_en = $8, device = $9, device_name = $10, device_class = $11, site = $12,"
        " site_name = $13, site_kind = $14, caller_name = $15, caller_section = $16, caller_extension = $17,"
        " caller_mail = $18, caller_contact = $19 WHERE id = $1",
        id, i.title, i.severity, i.owner, i.owner_name, i.service_stopped, search_text(i), i.title_en,
        i.place.device, i.place.device_name, i.place.device_class, i.place.site, i.place.site_name,
        i.place.site_kind, i.caller.name, i.caller.section, i.caller.extension, i.caller.mail,
        i.caller.contact));
    YAGURA_CHECK(c.journal(at_.journal, "incident.changed", std::move(changes)));
    // Clocks that hold only for such incidents begin with the detection.
    YAGURA_CHECK(drive_clocks(c, "detected", i.detected_at, ""));
    if (!of_watch(i.kind) || severity_rank(i.severity) >= severity_rank(before.severity) ||
        i.state == State::closed)
      return {};
    // It is worse than was thought: the people of that severity are told.
    YAGURA_CHECK(at_.contacts.finish(c.session, i.contract, subject_of(id)));
    return start_walk(c);
  });
}

Result<Incident> Incidents::hand_over(const journal::Actor& by, std::string_view contract, Id id,
                                      const std::string& to, const std::string& reason,
                                      const std::string& reference) {
  YAGURA_CHECK(check_text(to, 400, true));
  YAGURA_CHECK(check_text(reason, 16'000, true));
  YAGURA_CHECK(check_text(reference, 400, false));
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    if (c.incident.state == State::closed) return fail("desk.closed_conflict");
    YAGURA_CHECK(c.session.exec(
        "UPDATE incident SET state = 'handed_over', handed_to = $2, handed_reference = $3 WHERE id = $1", id,
        to, reference));
    return c.journal(at_.journal, "incident.handed_over",
                     Value::object({{"to", to}, {"reason", reason}, {"reference", reference}}));
  });
}

Result<Incident> Incidents::close(const journal::Actor& by, std::string_view contract, Id id,
                                  const std::string& reason) {
  YAGURA_CHECK(check_text(reason, 16'000, true));
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    if (c.incident.state == State::closed) return fail("desk.closed_conflict");
    if (c.incident.loan != 0) return fail("desk.loan_out_conflict", {{"machine", c.incident.loan_name}});
    const Time now = at_.clock.now();
    YAGURA_CHECK(apply_event(c, "closed", now, reason));
    const store::Param params[] = {store::to_param(id)};
    YAGURA_TRY(const auto rows, clocks_where(c.session, "c.incident = $1", params));
    for (const auto& row : rows)
      if (row.judged.reason_missing) {
        const auto* rule = c.pack->clock(row.rule);
        return fail("desk.reason_missing_conflict", {{"clock", rule ? rule->rule.title.ja : row.rule},
                                                     {"clock_en", rule ? rule->rule.title.en : row.rule}});
      }
    YAGURA_CHECK(c.session.exec(
        "UPDATE incident SET state = 'closed', closed_at = $2, close_reason = $3 WHERE id = $1", id, now,
        reason));
    YAGURA_CHECK(at_.contacts.finish(c.session, contract, subject_of(id)));
    return c.journal(at_.journal, "incident.closed", Value::object({{"reason", reason}}));
  });
}

Result<Incident> Incidents::reopen(const journal::Actor& by, std::string_view contract, Id id,
                                   const std::string& reason) {
  YAGURA_CHECK(check_text(reason, 16'000, true));
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    if (c.incident.state != State::closed && c.incident.state != State::restored)
      return fail("desk.not_closed_conflict");
    if (c.incident.merged_into != 0) return fail("desk.merged_conflict");
    return open_again(c, reason);
  });
}

Result<void> Incidents::open_again(Change& c, const std::string& reason) {
  YAGURA_CHECK(
      c.session.exec("UPDATE incident SET state = 'open', closed_at = NULL, restored_at = NULL, "
                     "close_reason = '', merged_into = 0 WHERE id = $1",
                     c.incident.id));
  c.incident.state = State::open;
  c.incident.merged_into = 0;
  YAGURA_CHECK(c.journal(at_.journal, "incident.reopened", Value::object({{"reason", reason}})));
  return apply_event(c, "reopened", at_.clock.now(), reason);
}

}  // namespace yagura::desk
