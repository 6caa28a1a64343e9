// How an incident comes to be: from an alert, a call, a mail, the portal; its number, its first clocks and
// who is told.
#include <fmt/format.h>

#include <algorithm>

#include "calendar/fiscal_year.hpp"
#include "desk/incident_rows.hpp"
#include "desk/notice.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

Result<std::string> Incidents::next_number(Session& s, std::string_view contract, Time at) {
  const int year = calendar::fiscal_year(at);
  YAGURA_CHECK(s.lock("incident_number"));
  YAGURA_TRY(
      const auto number,
      s.integer("INSERT INTO incident_number (contract, year, last) VALUES ($1, $2, 1)"
                " ON CONFLICT (contract, year) DO UPDATE SET last = incident_number.last + 1 RETURNING last",
                contract, year));
  return fmt::format("{}-{:04}", year, number.value_or(0));
}

Result<Id> Incidents::insert(Session& s, const contract::Pack& pack, const journal::Actor& by,
                             const NewIncident& n, Time detected, Id alert) {
  Incident i;
  i.id = at_.ids.next();
  i.contract = pack.id;
  YAGURA_TRY(i.number, next_number(s, pack.id, detected));
  i.title = n.title;
  i.title_en = n.title_en;
  i.severity = n.severity;
  i.detected_at = detected;
  i.place = n.place;
  i.service_stopped = n.service_stopped;
  i.detail = n.detail;
  i.kind = n.kind;
  i.channel = n.channel;
  i.caller = n.caller;
  YAGURA_CHECK(s.exec(
      "INSERT INTO incident (id, contract, number, title, severity, state, detected_at, device, device_name,"
      " device_class, site, site_name, site_kind, owner, owner_name, service_stopped, detail, close_reason,"
      " handed_to, handed_reference, search, title_en, kind, channel, caller_name, caller_section,"
      " caller_extension, caller_mail, caller_account, caller_contact, changed_at)"
      " VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10, $11, $12, 0, '', $13, $14, '', '', '', $15, "
      "$16, $17, $18, $19, $20, $21, $22, $23, $24, $25)",
      i.id, i.contract, i.number, i.title, i.severity, i.detected_at, i.place.device, i.place.device_name,
      i.place.device_class, i.place.site, i.place.site_name, i.place.site_kind, i.service_stopped, i.detail,
      search_text(i), i.title_en, i.kind, name_of(i.channel), i.caller.name, i.caller.section,
      i.caller.extension, i.caller.mail, i.caller.account, i.caller.contact, at_.clock.now()));
  Change change{s, std::make_shared<const contract::Pack>(pack), by, i};
  Value opened = Value::object({{"number", i.number},
                                {"kind", i.kind},
                                {"channel", name_of(i.channel)},
                                {"title", i.title},
                                {"severity", i.severity},
                                {"device", i.place.device_name},
                                {"site", i.place.site_name},
                                {"service_stopped", i.service_stopped},
                                {"detected_at", to_rfc3339(i.detected_at)}});
  YAGURA_TRY(const auto files, keep_files(change, n.attachments, by.name, i.caller.account));
  if (!files.empty()) {
    Value list = Value::array();
    for (const auto& file : files) list.push(Value(file.id));
    opened.set("attachments", std::move(list));
  }
  YAGURA_CHECK(change.journal(at_.journal, "incident.opened", std::move(opened)));
  if (alert != 0) {
    YAGURA_CHECK(s.exec("INSERT INTO incident_alert (incident, alert) VALUES ($1, $2)", i.id, alert));
    YAGURA_CHECK(change.journal(at_.journal, "incident.joined",
                                Value::object({{"alert", alert}, {"title", i.title}})));
  }
  YAGURA_CHECK(apply_event(change, "detected", detected, ""));
  // Who takes a call, man or machine, has begun to handle it; what was sent in waits until somebody does.
  if (i.channel == Channel::phone || i.channel == Channel::monitoring)
    YAGURA_CHECK(apply_event(change, "handling_started", alert != 0 ? detected : at_.clock.now(), ""));
  if (of_watch(i.kind)) YAGURA_CHECK(start_walk(change));
  YAGURA_CHECK(tickets_.put_ticket(s, i.id));
  tell(s, pack.id, "incident", i.id);
  return i.id;
}

Result<void> Incidents::start_walk(Change& c) {
  const auto* tree = c.pack->contact_tree(c.incident.severity, at_.clock.now());
  if (!tree) return {};
  const auto& i = c.incident;
  notify::Walk walk{i.contract, subject_of(i.id), i.severity, {}, {}};
  // As in the row by now: its clocks have started since `c` was read.
  YAGURA_TRY(const Incident now, read(c.session, i.contract, i.id));
  const auto* clock = now.next_rule.empty() ? nullptr : c.pack->clock(now.next_rule);
  walk.message = notice_of(now, c.pack->name, clock ? clock->rule.title : calendar::Words{});
  for (const auto& step : tree->steps) {
    const auto channel = step.channel == "phone"     ? notify::Channel::phone
                         : step.channel == "webhook" ? notify::Channel::webhook
                                                     : notify::Channel::mail;
    auto people = people_(i.contract, step);
    // Nobody known is said on the time line by the walk; it must not keep the incident from opening.
    walk.steps.push_back(
        {channel, step.title.ja, step.wait, people ? std::move(*people) : std::vector<notify::Recipient>{}});
  }
  return at_.contacts.start(c.session, walk);
}

Result<Id> Incidents::on_alert(const AlertFacts& alert) {
  const auto pack = packs_(alert.contract);
  if (!pack) return fail("desk.contract_not_found");
  if (std::ranges::find(pack->incident_severities, alert.severity) == pack->incident_severities.end())
    return Id{0};
  return at_.database.write([&](Session& s) -> Result<Id> {
    YAGURA_CHECK(s.lock("incident_opening/" + alert.contract));
    YAGURA_TRY(const auto known,
               s.integer("SELECT incident FROM incident_alert WHERE alert = $1", alert.alert));
    std::optional<Incident> current;
    const auto take = [&](const Row& row) { current = incident_of(row); };
    // Two questions: for one that asked for either, SQLite would walk all that the contract has.
    if (known)
      YAGURA_CHECK(s.query(std::string(incident_columns) + "i.id = $1 AND i.contract = $2", *known,
                           alert.contract, take));
    else if (alert.place.device != 0)
      YAGURA_CHECK(s.query(std::string(incident_columns) +
                               "i.contract = $1 AND i.device = $2 AND i.kind = 'incident' AND"
                               " i.state IN ('open', 'handed_over') ORDER BY i.id DESC LIMIT 1",
                           alert.contract, alert.place.device, take));
    if (!current)
      return insert(s, *pack, {},
                    {alert.contract, alert.title.ja, alert.severity, "", alert.place, alert.first, false,
                     alert.title.en, "incident", Channel::monitoring},
                    alert.first, alert.alert);
    if (known && (current->state == State::closed ||
                  severity_rank(alert.severity) >= severity_rank(current->severity)))
      return current->id;
    Change change{s, pack, {}, *current};
    if (!known) {
      YAGURA_CHECK(
          s.exec("INSERT INTO incident_alert (incident, alert) VALUES ($1, $2)", current->id, alert.alert));
      YAGURA_CHECK(change.journal(at_.journal, "incident.joined",
                                  Value::object({{"alert", alert.alert}, {"title", alert.title.ja}})));
    }
    // A worse alert makes the incident worse, and the people of that severity are told.
    if (severity_rank(alert.severity) < severity_rank(current->severity)) {
      YAGURA_CHECK(s.exec("UPDATE incident SET severity = $2 WHERE id = $1", current->id, alert.severity));
      YAGURA_CHECK(change.journal(at_.journal, "incident.changed",
                                  Value::object({{"severity", Value::object({{"before", current->severity},
                                                                             {"after", alert.severity}})}})));
      change.incident.severity = alert.severity;
      YAGURA_CHECK(drive_clocks(change, "detected", current->detected_at, ""));
      YAGURA_CHECK(at_.contacts.finish(s, alert.contract, subject_of(current->id)));
      YAGURA_CHECK(start_walk(change));
    }
    YAGURA_CHECK(tickets_.put_ticket(s, current->id));
    tell(s, alert.contract, "incident", current->id);
    return current->id;
  });
}

Result<void> Incidents::on_alert_cleared(std::string_view contract, Id incident, Id alert,
                                         const calendar::Words& title) {
  auto done = within({}, contract, incident, [&](Change& c) {
    return c.journal(at_.journal, "alert.cleared", Value::object({{"alert", alert}, {"title", title.ja}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Result<void> Incidents::on_evidence(std::string_view contract, Id incident, Id alert,
                                    const calendar::Words& title) {
  auto done = within({}, contract, incident, [&](Change& c) {
    return c.journal(at_.journal, "incident.joined",
                     Value::object({{"alert", alert}, {"title", title.ja}, {"evidence", true}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Result<void> Incidents::check_new(const contract::Pack& pack, const NewIncident& n) const {
  YAGURA_CHECK(check_text(n.title, 1'200, true));
  YAGURA_CHECK(check_text(n.detail, 40'000, false));
  if (!severity_known(n.severity)) return fail("desk.severity_unknown");
  if (!pack.desk.kind(n.kind)) return fail("desk.kind_unknown", {{"kind", n.kind.substr(0, 64)}});
  YAGURA_CHECK(check_caller(n.caller));
  return n.detected_at && *n.detected_at > at_.clock.now() ? fail("desk.time_in_future") : Result<void>{};
}

Result<Incident> Incidents::open(const journal::Actor& by, const NewIncident& n) {
  const auto pack = packs_(n.contract);
  if (!pack) return fail("desk.contract_not_found");
  YAGURA_CHECK(check_new(*pack, n));
  return at_.database.write([&](Session& s) -> Result<Incident> {
    YAGURA_TRY(const Id id, insert(s, *pack, by, n, n.detected_at.value_or(at_.clock.now()), 0));
    return read(s, n.contract, id);
  });
}

Result<Incident> Incidents::open_with(const journal::Actor& by, const NewIncident& n, Message first,
                                      std::string_view text_id) {
  const auto pack = packs_(n.contract);
  if (!pack) return fail("desk.contract_not_found");
  YAGURA_CHECK(check_new(*pack, n));
  return at_.database.write([&](Session& s) -> Result<Incident> {
    YAGURA_TRY(const Id id, insert(s, *pack, by, n, n.detected_at.value_or(at_.clock.now()), 0));
    YAGURA_TRY(auto incident, read(s, n.contract, id));
    Change change{s, pack, by, std::move(incident)};
    first.incoming = true;
    first.at = at_.clock.now();
    YAGURA_CHECK(write_message(change, std::move(first)));
    if (pack->desk.text(text_id)) {
      YAGURA_TRY(const auto words, filled_in(*pack, change.incident, text_id));
      YAGURA_CHECK(say(change, words.ja, {}, true));
    }
    YAGURA_CHECK(tickets_.put_ticket(s, id, change.said));
    return read(s, n.contract, id);
  });
}

}  // namespace yagura::desk
