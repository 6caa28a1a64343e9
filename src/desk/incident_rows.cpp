// Reading incidents, and what their texts may be.
#include "desk/incident_rows.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::desk {

using store::Row;
using store::Session;

const std::string_view incident_columns =
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

namespace {
constexpr std::string_view severities[] = {"critical", "major", "minor", "warning", "info"};
}  // namespace

bool of_watch(std::string_view kind) { return kind == "incident" || kind == "fault"; }

std::size_t severity_rank(std::string_view severity) {
  return static_cast<std::size_t>(std::ranges::find(severities, severity) - std::begin(severities));
}

bool severity_known(std::string_view severity) { return severity_rank(severity) < std::size(severities); }

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
Result<Incident> Incidents::get(std::string_view contract, Id id) {
  return at_.database.read([&](Session& s) { return read(s, contract, id); });
}

Result<std::vector<Incident>> Incidents::several(std::string_view contract, std::span<const Id> ids) {
  std::vector<Incident> out;
  if (ids.empty()) return out;
  std::string list;
  for (const Id id : ids) list += (list.empty() ? "" : ", ") + std::to_string(id);
  YAGURA_CHECK(at_.database.read([&](Session& s) {
    return s.query(std::string(incident_columns) + "i.contract = $1 AND i.id IN (" + list + ")", contract,
                   [&](const Row& row) { out.push_back(incident_of(row)); });
  }));
  return out;
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

}  // namespace yagura::desk
