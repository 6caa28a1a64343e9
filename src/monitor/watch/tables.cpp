#include "monitor/watch/tables.hpp"

#include <charconv>

#include "base/text.hpp"
#include "schema/json.hpp"

namespace yagura::monitor::watch {

using schema::Value;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"watch", 1,
       "CREATE TABLE alert (id @id, contract TEXT NOT NULL, device BIGINT NOT NULL, device_name TEXT NOT "
       "NULL,"
       " site BIGINT NOT NULL, site_name TEXT NOT NULL, object_id BIGINT NOT NULL, condition TEXT NOT NULL,"
       " kind TEXT NOT NULL, object TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, nature "
       "BIGINT NOT NULL,"
       " is_event BIGINT NOT NULL, is_on BIGINT NOT NULL, flapping BIGINT NOT NULL, standing BIGINT NOT NULL,"
       " parent BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, cleared_at BIGINT,"
       " announced_at BIGINT, count BIGINT NOT NULL, title_ja TEXT NOT NULL, title_en TEXT NOT NULL,"
       " evidence TEXT NOT NULL, acknowledged_by TEXT NOT NULL, acknowledged_at BIGINT, incident BIGINT NOT "
       "NULL,"
       " remarks TEXT NOT NULL, search TEXT NOT NULL);"
       "CREATE INDEX alert_newest ON alert (contract, id);"
       "CREATE INDEX alert_state ON alert (contract, state, id);"
       "CREATE INDEX alert_device ON alert (contract, device, id);"
       "CREATE INDEX alert_parent ON alert (parent);"
       "CREATE INDEX alert_incident ON alert (incident);"
       "CREATE INDEX alert_first ON alert (contract, first_at);"
       "CREATE TABLE silence (id @id, contract TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL,"
       " devices TEXT NOT NULL, sites TEXT NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, ended_by TEXT NOT "
       "NULL);"
       "CREATE INDEX silence_time ON silence (contract, to_at);"
       "CREATE TABLE ping_outage (id @id, contract TEXT NOT NULL, device BIGINT NOT NULL, began BIGINT NOT "
       "NULL, ended BIGINT);"
       "CREATE INDEX ping_outage_device ON ping_outage (device, ended);"
       "CREATE INDEX ping_outage_began ON ping_outage (contract, began);"
       "CREATE TABLE ping_round (id @id, contract TEXT NOT NULL, started BIGINT NOT NULL, finished BIGINT, "
       "due BIGINT,"
       " answered BIGINT NOT NULL, silent BIGINT NOT NULL, missing TEXT NOT NULL);"
       "CREATE INDEX ping_round_newest ON ping_round (contract, id)"},
      {"watch", 2,
       "CREATE TABLE port_name (device BIGINT NOT NULL, if_index BIGINT NOT NULL, name TEXT NOT NULL,"
       " PRIMARY KEY (device, if_index)) @by_key;"
       "CREATE INDEX alert_cleared ON alert (cleared_at)"},
      {"watch", 3,
       "CREATE TABLE alert_word (id @id, contract TEXT NOT NULL, place BIGINT NOT NULL, folded TEXT NOT "
       "NULL);"
       "CREATE INDEX alert_word_place ON alert_word (contract, place);"
       "ALTER TABLE alert ADD COLUMN device_word BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE alert ADD COLUMN site_word BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE alert ADD COLUMN title_word BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE alert ADD COLUMN object_word BIGINT NOT NULL DEFAULT 0;"
       "CREATE INDEX alert_device_word ON alert (device_word, id);"
       "CREATE INDEX alert_site_word ON alert (site_word, id);"
       "CREATE INDEX alert_title_word ON alert (title_word, severity, id);"
       "CREATE INDEX alert_object_word ON alert (object_word, id);"
       "CREATE INDEX alert_severity ON alert (contract, severity, id);"
       "CREATE INDEX alert_not_over ON alert (id) WHERE state <> 'cleared';"
       "CREATE INDEX alert_state_severity ON alert (contract, state, severity, id)"},
      // Alerts whose id is younger than what they tell of; list() names the same expression.
      {"watch", 4,
       "CREATE INDEX alert_late ON alert (contract, id)"
       " WHERE (id / 4096 + 1577836800000) * 1000 - first_at > 3540000000"},
      {"watch", 5,
       "ALTER TABLE alert ADD COLUMN quiet_until BIGINT;"
       "ALTER TABLE alert ADD COLUMN changes TEXT NOT NULL DEFAULT '';"
       "ALTER TABLE ping_round ADD COLUMN unfinished BIGINT NOT NULL DEFAULT 0;"
       "ALTER TABLE ping_round ADD COLUMN names TEXT NOT NULL DEFAULT ''"}};
  return steps;
}

std::string ids_text(const std::vector<Id>& ids) {
  std::string out = ",";
  for (const Id id : ids) out += std::to_string(id) + ",";
  return out;
}

std::vector<Id> ids_of(std::string_view text) {
  std::vector<Id> out;
  for (const auto part : split(text, ',')) {
    Id id = 0;
    if (std::from_chars(part.data(), part.data() + part.size(), id).ec == std::errc{}) out.push_back(id);
  }
  return out;
}

std::string remarks_text(const std::vector<alert::Remark>& remarks) {
  Value out = Value::array();
  for (const auto& r : remarks)
    out.push(Value::object({{"at", to_micros(r.at)}, {"who", r.who}, {"text", r.text}}));
  return schema::to_json(out);
}

std::vector<alert::Remark> remarks_of(std::string_view text) {
  std::vector<alert::Remark> out;
  if (const auto value = schema::parse_json(text))
    for (const auto& r : value->items())
      out.push_back({from_micros(r["at"].integer()), r["who"].text(), r["text"].text()});
  return out;
}

}  // namespace yagura::monitor::watch
