#include "desk/incidents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "desk/incident_rows.hpp"
#include "desk/notice.hpp"
#include "schema/json.hpp"

namespace yagura::desk {

using schema::Value;
using store::Row;
using store::Session;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"desk", 1,
       "CREATE TABLE incident (id @id, contract TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL,"
       " severity TEXT NOT NULL, state TEXT NOT NULL, detected_at BIGINT NOT NULL, restored_at BIGINT, "
       "closed_at BIGINT,"
       " device BIGINT NOT NULL, device_name TEXT NOT NULL, device_class TEXT NOT NULL, site BIGINT NOT NULL,"
       " site_name TEXT NOT NULL, site_kind TEXT NOT NULL, owner BIGINT NOT NULL, owner_name TEXT NOT NULL,"
       " service_stopped BIGINT NOT NULL, detail TEXT NOT NULL, close_reason TEXT NOT NULL, handed_to TEXT "
       "NOT NULL,"
       " handed_reference TEXT NOT NULL, search TEXT NOT NULL, UNIQUE (contract, number));"
       "CREATE INDEX incident_newest ON incident (contract, id);"
       "CREATE INDEX incident_state ON incident (contract, state, id);"
       "CREATE INDEX incident_device ON incident (contract, device, id);"
       "CREATE INDEX incident_detected ON incident (contract, detected_at);"
       "CREATE TABLE incident_number (contract TEXT NOT NULL, year BIGINT NOT NULL, last BIGINT NOT NULL,"
       " PRIMARY KEY (contract, year));"
       "CREATE TABLE incident_alert (incident BIGINT NOT NULL REFERENCES incident (id), alert BIGINT NOT "
       "NULL,"
       " PRIMARY KEY (incident, alert));"
       "CREATE TABLE incident_report (incident BIGINT NOT NULL REFERENCES incident (id), kind TEXT NOT NULL,"
       " submitted BIGINT NOT NULL, parts TEXT NOT NULL, who TEXT NOT NULL, at BIGINT NOT NULL,"
       " PRIMARY KEY (incident, kind));"
       "CREATE TABLE incident_clock (id @id, contract TEXT NOT NULL, incident BIGINT NOT NULL REFERENCES "
       "incident (id),"
       " rule TEXT NOT NULL, pack_version TEXT NOT NULL, state TEXT NOT NULL, breached BIGINT NOT NULL,"
       " target TEXT NOT NULL, started BIGINT, stopped BIGINT, due BIGINT, warn_at BIGINT, breached_at "
       "BIGINT,"
       " elapsed BIGINT NOT NULL, reason TEXT NOT NULL, look_at BIGINT, warned BIGINT NOT NULL,"
       " UNIQUE (incident, rule));"
       "CREATE INDEX incident_clock_look ON incident_clock (look_at);"
       "CREATE INDEX incident_clock_started ON incident_clock (contract, started);"
       "CREATE INDEX incident_clock_state ON incident_clock (contract, state, due);"
       "CREATE TABLE incident_clock_event (clock BIGINT NOT NULL REFERENCES incident_clock (id), seq BIGINT "
       "NOT NULL,"
       " at BIGINT NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, cause TEXT NOT NULL, text TEXT NOT "
       "NULL,"
       " corrects BIGINT NOT NULL, PRIMARY KEY (clock, seq))"},
      {"desk", 2, "ALTER TABLE incident ADD COLUMN title_en TEXT NOT NULL DEFAULT ''"},
      {"desk", 3,
       "CREATE TABLE incident_attachment (incident BIGINT NOT NULL REFERENCES incident (id), attachment "
       "BIGINT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, size BIGINT NOT NULL, sha256 TEXT NOT NULL,"
       " who TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (incident, attachment))"},
      {"desk", 4,
       "ALTER TABLE incident ADD COLUMN kind TEXT NOT NULL DEFAULT 'incident';"
       "ALTER TABLE incident ADD COLUMN channel TEXT NOT NULL DEFAULT 'monitoring';"
       "ALTER TABLE incident ADD COLUMN caller_name TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE incident ADD COLUMN caller_section TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE incident ADD COLUMN caller_extension TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE incident ADD COLUMN caller_mail TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE incident ADD COLUMN caller_account BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE incident ADD COLUMN caller_contact BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE incident ADD COLUMN stage TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE incident ADD COLUMN merged_into BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE incident ADD COLUMN loan BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE incident ADD COLUMN loan_name TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE incident ADD COLUMN acknowledged_at BIGINT;"
       "ALTER TABLE incident ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE incident ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;"
       "UPDATE incident SET changed_at = detected_at;"
       "CREATE TABLE incident_event (incident BIGINT NOT NULL REFERENCES incident (id), seq BIGINT NOT NULL,"
       " event TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (incident, seq));"
       "CREATE TABLE incident_link (incident BIGINT NOT NULL REFERENCES incident (id), other BIGINT NOT NULL,"
       " relation TEXT NOT NULL, who TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (incident, other));"
       "CREATE INDEX incident_link_other ON incident_link (other);"
       "CREATE TABLE incident_message (id @id, incident BIGINT NOT NULL REFERENCES incident (id),"
       " incoming BIGINT NOT NULL, channel TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL,"
       " subject TEXT NOT NULL, body TEXT NOT NULL, message_id TEXT NOT NULL, attachments TEXT NOT NULL,"
       " who TEXT NOT NULL, automatic BIGINT NOT NULL, state TEXT NOT NULL, tries BIGINT NOT NULL, next_try "
       "BIGINT, at BIGINT NOT NULL);"
       "CREATE INDEX incident_message_of ON incident_message (incident, id);"
       "CREATE INDEX incident_message_named ON incident_message (message_id);"
       "CREATE INDEX incident_message_next ON incident_message (next_try);"
       "CREATE TABLE desk_place (contract TEXT PRIMARY KEY, last BIGINT NOT NULL);"
       "CREATE TABLE desk_row (id @id, contract TEXT NOT NULL, place BIGINT NOT NULL, request BIGINT NOT "
       "NULL,"
       " kind TEXT NOT NULL, number TEXT NOT NULL, title TEXT NOT NULL, title_en TEXT NOT NULL, state TEXT "
       "NOT "
       "NULL, open BIGINT NOT NULL, severity TEXT NOT NULL, owner BIGINT NOT NULL, owner_name TEXT NOT NULL,"
       " section TEXT NOT NULL, device BIGINT NOT NULL, device_name TEXT NOT NULL, site_name TEXT NOT NULL,"
       " stage TEXT NOT NULL, person BIGINT NOT NULL, contact BIGINT NOT NULL, opened_at BIGINT NOT NULL,"
       " changed_at BIGINT NOT NULL, due BIGINT NOT NULL, rule TEXT NOT NULL, breached BIGINT NOT NULL,"
       " acknowledged BIGINT NOT NULL, UNIQUE (contract, place));"
       "CREATE INDEX desk_row_newest ON desk_row (contract, id);"
       "CREATE INDEX desk_row_kind ON desk_row (contract, kind, id);"
       "CREATE INDEX desk_row_open ON desk_row (contract, open, id);"
       "CREATE INDEX desk_row_due ON desk_row (contract, due, id);"
       "CREATE INDEX desk_row_changed ON desk_row (contract, changed_at, id);"
       "CREATE INDEX desk_row_owner ON desk_row (contract, owner, id);"
       "CREATE INDEX desk_row_section ON desk_row (contract, section, id);"
       "CREATE INDEX desk_row_device ON desk_row (contract, device, id);"
       "CREATE INDEX desk_row_person ON desk_row (contract, person, id);"
       "CREATE INDEX desk_row_contact ON desk_row (contract, contact, id);"
       "CREATE TABLE desk_text (id @id, search TEXT NOT NULL, said TEXT NOT NULL);" YAGURA_FRAGMENT_TABLE(
           "desk_piece") ";"
                         "CREATE TABLE desk_view (id @id, contract TEXT NOT NULL, account BIGINT NOT NULL, "
                         "shared BIGINT NOT NULL,"
                         " name TEXT NOT NULL, query TEXT NOT NULL);"
                         "CREATE INDEX desk_view_of ON desk_view (contract, account)"}};
  return steps;
}

std::span<const std::pair<std::string_view, State>> enum_names(State) {
  static constexpr std::pair<std::string_view, State> names[] = {{"open", State::open},
                                                                 {"handed_over", State::handed_over},
                                                                 {"restored", State::restored},
                                                                 {"closed", State::closed}};
  return names;
}

std::string_view name_of(State state) {
  for (const auto& [name, s] : enum_names(state))
    if (s == state) return name;
  return {};
}

std::span<const std::pair<std::string_view, Channel>> enum_names(Channel) {
  static constexpr std::pair<std::string_view, Channel> names[] = {{"phone", Channel::phone},
                                                                   {"mail", Channel::mail},
                                                                   {"portal", Channel::portal},
                                                                   {"monitoring", Channel::monitoring}};
  return names;
}

std::string_view name_of(Channel channel) {
  for (const auto& [name, c] : enum_names(channel))
    if (c == channel) return name;
  return {};
}

std::span<const std::pair<std::string_view, ReportKind>> enum_names(ReportKind) {
  static constexpr std::pair<std::string_view, ReportKind> names[] = {
      {"first", ReportKind::first}, {"interim", ReportKind::interim}, {"final", ReportKind::final}};
  return names;
}

namespace {

constexpr std::string_view incident_columns =
    "SELECT i.id, i.contract, i.number, i.title, i.severity, i.state, i.detected_at, i.restored_at, "
    "i.closed_at, i.device,"
    " i.device_name, i.device_class, i.site, i.site_name, i.site_kind, i.owner, i.owner_name, "
    "i.service_stopped, i.detail,"
    " i.close_reason, i.handed_to, i.handed_reference,"
    " (SELECT min(due) FROM incident_clock c WHERE c.incident = i.id AND c.state = 'running'),"
    " (SELECT rule FROM incident_clock c WHERE c.incident = i.id AND c.state = 'running' ORDER BY due LIMIT "
    "1),"
    " (SELECT count(*) FROM incident_clock c WHERE c.incident = i.id AND c.breached = 1),"
    " (SELECT count(*) FROM incident_alert a WHERE a.incident = i.id), i.title_en,"
    " i.kind, i.channel, i.caller_name, i.caller_section, i.caller_extension, i.caller_mail, "
    "i.caller_account,"
    " i.caller_contact, i.stage, i.merged_into, i.loan, i.loan_name, i.acknowledged_at, i.acknowledged_by"
    " FROM incident i WHERE ";

Incident incident_of(const Row& row) {
  Incident i;
  i.id = row.integer(0);
  i.contract = row.string(1);
  i.number = row.string(2);
  i.title = row.string(3);
  i.severity = row.string(4);
  for (const auto& [name, state] : enum_names(State{}))
    if (name == row.text(5)) i.state = state;
  i.detected_at = row.time(6);
  i.restored_at = row.maybe_time(7);
  i.closed_at = row.maybe_time(8);
  i.place = {row.integer(9), row.string(10), row.string(11), row.integer(12), row.string(13), row.string(14)};
  i.owner = row.integer(15);
  i.owner_name = row.string(16);
  i.service_stopped = row.flag(17);
  i.detail = row.string(18);
  i.close_reason = row.string(19);
  i.handed_to = row.string(20);
  i.handed_reference = row.string(21);
  i.next_due = row.maybe_time(22);
  if (!row.is_null(23)) i.next_rule = row.string(23);
  i.breached = static_cast<int>(row.integer(24));
  i.alert_count = static_cast<int>(row.integer(25));
  i.title_en = row.string(26);
  i.kind = row.string(27);
  for (const auto& [name, channel] : enum_names(Channel{}))
    if (name == row.text(28)) i.channel = channel;
  i.caller = {row.string(29), row.string(30),  row.string(31),
              row.string(32), row.integer(33), row.integer(34)};
  i.stage = row.string(35);
  i.merged_into = row.integer(36);
  i.loan = row.integer(37);
  i.loan_name = row.string(38);
  i.acknowledged_at = row.maybe_time(39);
  i.acknowledged_by = row.string(40);
  return i;
}

std::string search_text(const Incident& i) {
  return fold_for_search(i.number + "\n" + i.title + "\n" + i.title_en + "\n" + i.place.device_name + "\n" +
                         i.place.site_name + "\n" + i.caller.section + "\n" + i.detail);
}

Result<void> check_text(std::string_view text, std::size_t most, bool required) {
  if (text.size() > most || !is_utf8(text) || text.find('\0') != std::string_view::npos)
    return fail("desk.text_invalid", {{"limit", std::to_string(most)}});
  if (required && trim(text).empty()) return fail("desk.text_missing");
  return {};
}

Result<void> check_caller(const Caller& caller) {
  for (const auto* text : {&caller.name, &caller.section, &caller.extension, &caller.mail})
    YAGURA_CHECK(check_text(*text, 400, false));
  // An address goes into the head of a mail.
  if (caller.mail.find_first_of("\r\n<>,;\" ") != std::string::npos) return fail("desk.mail_invalid");
  return {};
}

constexpr std::string_view severities[] = {"critical", "major", "minor", "warning", "info"};

// Kinds that are faults: those of whom people are told, and which reports count.
bool of_watch(std::string_view kind) { return kind == "incident" || kind == "fault"; }

std::size_t rank(std::string_view severity) {
  return static_cast<std::size_t>(std::ranges::find(severities, severity) - std::begin(severities));
}

}  // namespace

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

Result<Incident> Incidents::read(Session& s, std::string_view contract, Id id) {
  std::optional<Incident> found;
  YAGURA_CHECK(s.query(std::string(incident_columns) + "i.id = $1 AND i.contract = $2", id, contract,
                       [&](const Row& row) { found = incident_of(row); }));
  if (!found) return fail("desk.incident_not_found");
  YAGURA_CHECK(s.query("SELECT alert FROM incident_alert WHERE incident = $1 ORDER BY alert", id,
                       [&](const Row& row) { found->alerts.push_back(row.integer(0)); }));
  YAGURA_CHECK(s.query("SELECT event FROM incident_event WHERE incident = $1 ORDER BY seq", id,
                       [&](const Row& row) { found->happened.push_back(row.string(0)); }));
  return std::move(*found);
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

Result<std::string> Incidents::next_number(Session& s, std::string_view contract, Time at) {
  const int year =
      int(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(calendar::to_japan(at))).year());
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
  YAGURA_CHECK(change.journal(at_.journal, "incident.opened",
                              Value::object({{"number", i.number},
                                             {"kind", i.kind},
                                             {"channel", name_of(i.channel)},
                                             {"title", i.title},
                                             {"severity", i.severity},
                                             {"device", i.place.device_name},
                                             {"site", i.place.site_name}})));
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
    if (known || alert.place.device != 0)
      YAGURA_CHECK(s.query(
          std::string(incident_columns) +
              "i.contract = $1 AND (i.id = $3 OR ($3 = 0 AND i.device = $2 AND i.kind = 'incident' AND"
              " i.state IN ('open', 'handed_over'))) ORDER BY i.id DESC LIMIT 1",
          alert.contract, alert.place.device, known.value_or(0),
          [&](const Row& row) { current = incident_of(row); }));
    if (!current)
      return insert(s, *pack, {},
                    {alert.contract, alert.title.ja, alert.severity, "", alert.place, alert.first, false,
                     alert.title.en, "incident", Channel::monitoring},
                    alert.first, alert.alert);
    if (known && (current->state == State::closed || rank(alert.severity) >= rank(current->severity)))
      return current->id;
    Change change{s, pack, {}, *current};
    if (!known) {
      YAGURA_CHECK(
          s.exec("INSERT INTO incident_alert (incident, alert) VALUES ($1, $2)", current->id, alert.alert));
      YAGURA_CHECK(change.journal(at_.journal, "incident.joined",
                                  Value::object({{"alert", alert.alert}, {"title", alert.title.ja}})));
    }
    // A worse alert makes the incident worse, and the people of that severity are told.
    if (rank(alert.severity) < rank(current->severity)) {
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
  if (rank(n.severity) == std::size(severities)) return fail("desk.severity_unknown");
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

Result<Incident> Incidents::get(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) { return read(s, contract, id); });
}

Result<std::vector<Incident>> Incidents::list(const IncidentQuery& q) {
  std::vector<std::string> held;
  held.reserve(2);
  std::vector<store::Param> params{store::to_param(q.contract)};
  std::string sql = std::string(incident_columns) + "i.contract = $1 AND i.kind IN ('incident', 'fault')";
  const auto where = [&](std::string_view condition, store::Param param, std::string_view behind = "") {
    params.push_back(param);
    sql.append(" AND ").append(condition).append("$").append(std::to_string(params.size())).append(behind);
  };
  if (q.state) where("i.state = ", store::to_param(name_of(*q.state)));
  if (q.device != 0) where("i.device = ", store::to_param(q.device));
  if (q.before != 0) where("i.id < ", store::to_param(q.before));
  if (q.from) where("i.detected_at >= ", store::to_param(*q.from));
  if (q.to) where("i.detected_at < ", store::to_param(*q.to));
  if (!trim(q.search).empty())
    where("i.search LIKE ",
          store::to_param(held.emplace_back(store::like_anywhere(fold_for_search(trim(q.search))))),
          store::like_escape);
  params.push_back(store::to_param(q.limit));
  sql += " ORDER BY i.id DESC LIMIT $" + std::to_string(params.size());
  std::vector<Incident> out;
  const auto ran = at_.database.read([&](Session& s) {
    return s.run(sql, params, [&](const Row& row) -> Result<void> {
      out.push_back(incident_of(row));
      return {};
    });
  });
  if (!ran) return std::unexpected(ran.error());
  return out;
}

Result<Incident> Incidents::change(const journal::Actor& by, std::string_view contract, Id id,
                                   const IncidentChange& change) {
  if (change.title) YAGURA_CHECK(check_text(*change.title, 1'200, true));
  if (change.severity && rank(*change.severity) == std::size(severities))
    return fail("desk.severity_unknown");
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
    if (!of_watch(i.kind) || rank(i.severity) >= rank(before.severity) || i.state == State::closed) return {};
    // It is worse than was thought: the people of that severity are told.
    YAGURA_CHECK(at_.contacts.finish(c.session, i.contract, subject_of(id)));
    return start_walk(c);
  });
}

namespace {
constexpr std::size_t most_attached = 20;  // to one note
}

Result<std::vector<AttachedFile>> Incidents::attachments(std::string_view contract, Id id) {
  std::vector<AttachedFile> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(read(s, contract, id));
    return s.query(
        "SELECT attachment, name, type, sha256, size, who, at FROM incident_attachment WHERE incident = $1 "
        "ORDER BY at, attachment",
        id, [&](const Row& row) {
          out.push_back({row.integer(0), row.string(1), row.string(2), row.string(3), row.integer(4),
                         row.string(5), row.time(6)});
        });
  }));
  return out;
}

Result<void> Incidents::note(const journal::Actor& by, std::string_view contract, Id id,
                             const std::string& text, const std::vector<Id>& attachments) {
  YAGURA_CHECK(check_text(text, 40'000, true));
  if (attachments.size() > most_attached) return fail("desk.attachments_too_many", {{"limit", "20"}});
  auto done = within(by, contract, id, [&](Change& c) -> Result<void> {
    Value list = Value::array(), files = Value::array();
    for (const Id attachment : attachments) {
      std::optional<AttachedFile> file;
      YAGURA_CHECK(c.session.query(
          "SELECT name, type, size, sha256 FROM attachment WHERE id = $1 AND contract = $2", attachment,
          contract, [&](const Row& row) {
            file = {attachment, row.string(0), row.string(1), row.string(3), row.integer(2), by.name, {}};
          }));
      if (!file) return fail("desk.attachment_unknown");
      YAGURA_CHECK(c.session.exec(
          "INSERT INTO incident_attachment (incident, attachment, name, type, size, sha256, who, at)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (incident, attachment) DO NOTHING",
          id, attachment, file->name, file->type, file->size, file->sha256, file->who, at_.clock.now()));
      list.push(Value(attachment));
      files.push(Value::object({{"id", attachment}, {"name", file->name}, {"sha256", file->sha256}}));
    }
    c.said = text;
    return c.journal(
        at_.journal, "incident.commented",
        Value::object({{"text", text}, {"attachments", std::move(list)}, {"files", std::move(files)}}));
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Result<Incident> Incidents::report(const journal::Actor& by, std::string_view contract, Id id,
                                   ReportKind kind, const std::map<std::string, std::string>& parts,
                                   bool submit) {
  std::string_view kind_name;
  for (const auto& [name, k] : enum_names(kind))
    if (k == kind) kind_name = name;
  return within(by, contract, id, [&](Change& c) -> Result<void> {
    Value kept = Value::object();
    for (const auto& part : c.pack->report_parts) {
      if (std::ranges::find(part.of, kind_name) == part.of.end()) continue;
      const auto given = parts.find(part.id);
      const std::string text = given == parts.end() ? std::string() : given->second;
      YAGURA_CHECK(check_text(text, 40'000, false));
      if (submit && part.required && trim(text).empty())
        return fail("desk.part_missing", {{"part", part.title.ja}, {"part_en", part.title.en}});
      kept.set(part.id, Value(text));
    }
    for (const auto& [part, text] : parts)
      if (!kept.find(part)) return fail("desk.part_unknown", {{"part", part.substr(0, 64)}});
    YAGURA_TRY(const auto submitted,
               c.session.integer("SELECT submitted FROM incident_report WHERE incident = $1 AND kind = $2",
                                 id, kind_name));
    if (submitted.value_or(0) == 1 && !submit) return fail("desk.report_conflict");
    YAGURA_CHECK(c.session.exec(
        "INSERT INTO incident_report (incident, kind, submitted, parts, who, at) VALUES ($1, $2, $3, $4, $5, "
        "$6)"
        " ON CONFLICT (incident, kind) DO UPDATE SET submitted = excluded.submitted, parts = excluded.parts,"
        " who = excluded.who, at = excluded.at",
        id, kind_name, submit, schema::to_json(kept), by.name, at_.clock.now()));
    if (!submit) return {};
    YAGURA_CHECK(c.journal(at_.journal, "incident.report",
                           Value::object({{"kind", kind_name}, {"parts", std::move(kept)}})));
    if (kind == ReportKind::first) YAGURA_CHECK(apply_event(c, "first_reported", at_.clock.now(), ""));
    if (kind == ReportKind::final) YAGURA_CHECK(apply_event(c, "report_submitted", at_.clock.now(), ""));
    return {};
  });
}

Result<std::vector<Report>> Incidents::reports(std::string_view contract, Id id) {
  std::vector<Report> out;
  YAGURA_CHECK(at_.database.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(read(s, contract, id));
    return s.query(
        "SELECT kind, submitted, parts, who, at FROM incident_report WHERE incident = $1 ORDER BY at", id,
        [&](const Row& row) {
          Report r;
          for (const auto& [name, kind] : enum_names(ReportKind{}))
            if (name == row.text(0)) r.kind = kind;
          r.submitted = row.flag(1);
          if (const auto parts = schema::parse_json(row.text(2)))
            for (const auto& [part, text] : parts->members()) r.parts[part] = text.text();
          r.by = row.string(3);
          r.at = row.time(4);
          out.push_back(std::move(r));
        });
  }));
  return out;
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
