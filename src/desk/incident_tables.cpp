// The tables of the desk, and the words that stand in them.
#include "desk/incidents.hpp"

namespace yagura::desk {

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
                         "CREATE INDEX desk_view_of ON desk_view (contract, account)"},
      {"desk", 5,
       "ALTER TABLE incident_message ADD COLUMN account BIGINT NOT NULL DEFAULT 0;"
       "CREATE INDEX incident_merged ON incident (merged_into)"},
      {"desk", 6,
       "CREATE INDEX incident_alert_of ON incident_alert (alert);"
       "CREATE INDEX desk_row_open_due ON desk_row (contract, open, due, id);"
       "CREATE INDEX desk_row_owner_due ON desk_row (contract, owner, due, id)"}};
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

}  // namespace yagura::desk
