#include "monitor/watch/alert_store.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "schema/json.hpp"

namespace yagura::monitor::watch {

using schema::Value;
using store::Row;
using store::Session;

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

std::string_view name_of(alert::Severity severity) {
  switch (severity) {
    case alert::Severity::critical:
      return "critical";
    case alert::Severity::major:
      return "major";
    case alert::Severity::minor:
      return "minor";
    case alert::Severity::warning:
      return "warning";
    case alert::Severity::info:
      break;
  }
  return "info";
}

alert::Severity severity_named(std::string_view name) {
  for (const auto severity :
       {alert::Severity::critical, alert::Severity::major, alert::Severity::minor, alert::Severity::warning})
    if (name_of(severity) == name) return severity;
  return alert::Severity::info;
}

namespace {

std::string_view state_of(const alert::Alert& a) {
  if (a.closed_at) return "cleared";
  if (a.standing == alert::Standing::suppressed) return "suppressed";
  if (a.standing == alert::Standing::held) return "held";
  return a.acknowledged ? "acknowledged" : "open";
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

std::string times_text(const std::vector<Time>& times) {
  if (times.empty()) return {};
  std::vector<Id> numbers;
  for (const Time at : times) numbers.push_back(to_micros(at));
  return ids_text(numbers);
}

std::vector<Time> times_of(std::string_view text) {
  std::vector<Time> out;
  for (const Id number : ids_of(text)) out.push_back(from_micros(number));
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

constexpr std::string_view view_columns =
    "SELECT a.id, a.contract, a.state, a.severity, a.title_ja, a.title_en, a.kind, a.object, a.device, "
    "a.site, a.device_name,"
    " a.site_name, a.first_at, a.last_at, a.cleared_at, a.count, a.flapping, a.standing, a.parent, "
    "a.incident,"
    " a.acknowledged_by, a.acknowledged_at, a.evidence, a.remarks,"
    " CASE WHEN a.parent = 0 THEN (SELECT count(*) FROM alert c WHERE c.parent = a.id) ELSE 0 END FROM alert "
    "a WHERE ";

AlertView view_of(const Row& row) {
  AlertView v;
  v.id = row.integer(0);
  v.contract = row.string(1);
  v.state = row.string(2);
  v.severity = row.string(3);
  v.title = {row.string(4), row.string(5)};
  v.kind = row.string(6);
  v.object = row.string(7);
  v.device = row.integer(8);
  v.site = row.integer(9);
  v.device_name = row.string(10);
  v.site_name = row.string(11);
  v.first = row.time(12);
  v.last = row.time(13);
  v.cleared = row.maybe_time(14);
  v.count = row.integer(15);
  v.flapping = row.flag(16);
  v.silenced = row.integer(17) == static_cast<int>(alert::Standing::silenced);
  v.parent = row.integer(18);
  v.incident = row.integer(19);
  v.acknowledged_by = row.string(20);
  v.acknowledged_at = row.maybe_time(21);
  v.evidence = row.string(22);
  v.comments = remarks_of(row.text(23));
  v.children = static_cast<int>(row.integer(24));
  return v;
}

alert::Silence silence_of(const Row& row) {
  return {row.integer(0),      row.time(1),   row.time(2),  ids_of(row.text(3)),
          ids_of(row.text(4)), row.string(5), row.string(6)};
}

}  // namespace

Result<void> AlertStore::save_new_words(Session& s, std::string_view contract, const AlertWords& words) {
  constexpr std::size_t most_remembered = 50'000;
  const bool known = words_.with([&](const auto& all) {
    return std::ranges::all_of(words.ids, [&](Id id) { return id == 0 || all.contains(id); });
  });
  if (known) return {};
  YAGURA_CHECK(save_words(s, contract, words));
  s.after_commit([this, ids = words.ids] {
    words_.with([&](auto& all) {
      if (all.size() > most_remembered) all.clear();
      all.insert(ids.begin(), ids.end());
    });
  });
  return {};
}

Result<void> AlertStore::save(Session& s, const Saved& v) {
  const auto& a = v.alert;
  const auto words = words_of({v.contract, v.device_name, v.site_name, v.title.ja, v.title.en, v.object});
  YAGURA_CHECK(save_new_words(s, v.contract, words));
  YAGURA_CHECK(s.exec(
      "INSERT INTO alert (id, contract, device, device_name, site, site_name, object_id, condition, kind, "
      "object, severity, state,"
      " nature, is_event, is_on, flapping, standing, parent, first_at, last_at, cleared_at, announced_at, "
      "count, title_ja, title_en,"
      " evidence, acknowledged_by, acknowledged_at, incident, remarks, search, device_word, site_word, "
      "title_word, object_word, quiet_until, changes)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, "
      "$21, $22, $23, $24, $25,"
      " $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37)"
      " ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, state = excluded.state, is_on = "
      "excluded.is_on,"
      " flapping = excluded.flapping, standing = excluded.standing, parent = excluded.parent, last_at = "
      "excluded.last_at,"
      " cleared_at = excluded.cleared_at, announced_at = excluded.announced_at, count = excluded.count, "
      "evidence = excluded.evidence,"
      " acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at, remarks = "
      "excluded.remarks, quiet_until = excluded.quiet_until, changes = excluded.changes",
      a.id, v.contract, a.key.device, v.device_name, v.site, v.site_name, a.key.object, a.key.condition,
      v.kind, v.object, name_of(a.severity), state_of(a), static_cast<int>(a.nature), a.event, a.on,
      a.flapping, static_cast<int>(a.standing), a.parent, a.first, a.last, a.closed_at, a.announced_at,
      static_cast<std::int64_t>(a.count), v.title.ja, v.title.en, a.evidence,
      a.acknowledged ? a.acknowledged->who : std::string(),
      a.acknowledged ? std::optional(a.acknowledged->at) : std::nullopt, v.incident, remarks_text(a.comments),
      fold_for_search(v.device_name + "\n" + v.site_name + "\n" + v.title.ja + "\n" + v.title.en + "\n" +
                      v.object),
      words.ids[0], words.ids[1], words.ids[2], words.ids[3], v.waits.quiet_until,
      times_text(v.waits.changes)));
  return {};
}

Result<bool> AlertStore::index_words() {
  constexpr int at_once = 1000;
  struct Old {
    Id id;
    std::string contract;
    AlertWords words;
  };
  return database_.write([&](Session& s) -> Result<bool> {
    std::vector<Old> rows;
    YAGURA_CHECK(s.query(
        "SELECT id, contract, device_name, site_name, title_ja, title_en, object FROM alert WHERE title_word "
        "= 0 LIMIT $1",
        at_once, [&](const Row& row) {
          rows.push_back(
              {row.integer(0), row.string(1),
               words_of({row.text(1), row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)})});
        }));
    for (const auto& row : rows) {
      YAGURA_CHECK(save_new_words(s, row.contract, row.words));
      YAGURA_CHECK(
          s.exec("UPDATE alert SET device_word = $2, site_word = $3, title_word = $4, object_word = $5 WHERE "
                 "id = $1",
                 row.id, row.words.ids[0], row.words.ids[1], row.words.ids[2], row.words.ids[3]));
    }
    return static_cast<int>(rows.size()) == at_once;
  });
}

Result<void> AlertStore::set_incident(Id alert, Id incident) {
  auto done = database_.write([&](Session& s) {
    return s.exec(
        "WITH RECURSIVE under (id) AS (SELECT id FROM alert WHERE id = $1 UNION SELECT a.id FROM alert a "
        "JOIN "
        "under u ON a.parent = u.id WHERE a.announced_at IS NULL)"
        " UPDATE alert SET incident = $2 WHERE id IN (SELECT id FROM under)",
        alert, incident);
  });
  if (!done) return std::unexpected(std::move(done).error());
  return {};
}

Result<Id> AlertStore::join_parent(Session& s, Id alert, Id parent) {
  YAGURA_TRY(const auto incident, s.integer("SELECT incident FROM alert WHERE id = $1", parent));
  YAGURA_CHECK(s.exec("UPDATE alert SET incident = $2 WHERE id = $1", alert, incident.value_or(0)));
  return incident.value_or(0);
}

Result<void> AlertStore::leave_incident(Session& s, Id alert) {
  YAGURA_CHECK(s.exec("UPDATE alert SET incident = 0 WHERE id = $1", alert));
  return {};
}

Result<std::vector<alert::EndedOutage>> AlertStore::ended_outages(Time since) {
  std::vector<alert::EndedOutage> out;
  // Of those above it, the parent that was written last stands for what people were told.
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT a.device, CASE WHEN a.announced_at IS NOT NULL OR a.standing = $3 THEN a.id ELSE p.id END, "
        "a.cleared_at FROM alert a LEFT JOIN alert p ON p.id = a.parent AND (p.announced_at IS NOT NULL OR "
        "p.standing = $3) WHERE a.cleared_at >= $1 AND a.nature = $2 ORDER BY a.cleared_at",
        since, static_cast<int>(alert::Nature::reachability), static_cast<int>(alert::Standing::silenced),
        [&](const Row& row) {
          if (!row.is_null(1)) out.push_back({row.integer(0), row.integer(1), row.time(2)});
        });
  }));
  return out;
}

Result<std::map<std::pair<Id, int>, std::string>> AlertStore::port_names() {
  std::map<std::pair<Id, int>, std::string> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query("SELECT device, if_index, name FROM port_name", [&](const Row& row) {
      out[{row.integer(0), static_cast<int>(row.integer(1))}] = row.string(2);
    });
  }));
  return out;
}

Result<void> AlertStore::save_port_name(Session& s, Id device, int index, std::string_view name) {
  YAGURA_CHECK(
      s.exec("INSERT INTO port_name (device, if_index, name) VALUES ($1, $2, $3)"
             " ON CONFLICT (device, if_index) DO UPDATE SET name = excluded.name",
             device, index, name));
  return {};
}

Result<std::vector<alert::Alert>> AlertStore::open_alerts() {
  std::vector<alert::Alert> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT id, device, object_id, condition, severity, nature, is_event, is_on, flapping, standing, "
        "parent, first_at,"
        " last_at, announced_at, count, evidence, acknowledged_by, acknowledged_at, remarks FROM alert"
        " WHERE state <> 'cleared' ORDER BY id",
        [&](const Row& row) {
          alert::Alert a;
          a.id = row.integer(0);
          a.key = {row.integer(1), row.integer(2), row.string(3)};
          a.severity = severity_named(row.text(4));
          a.nature = static_cast<alert::Nature>(row.integer(5));
          a.event = row.flag(6);
          a.on = row.flag(7);
          a.flapping = row.flag(8);
          a.standing = static_cast<alert::Standing>(row.integer(9));
          a.parent = row.integer(10);
          a.first = row.time(11);
          a.last = row.time(12);
          a.announced_at = row.maybe_time(13);
          a.count = static_cast<std::uint64_t>(row.integer(14));
          a.evidence = row.string(15);
          if (const auto at = row.maybe_time(17)) a.acknowledged = alert::Remark{*at, row.string(16), ""};
          a.comments = remarks_of(row.text(18));
          out.push_back(std::move(a));
        });
  }));
  return out;
}

Result<std::vector<alert::Snapshot::Quiet>> AlertStore::open_quiets() {
  std::vector<alert::Snapshot::Quiet> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query("SELECT id, quiet_until FROM alert WHERE state <> 'cleared' AND quiet_until IS NOT NULL",
                   [&](const Row& row) { out.push_back({row.integer(0), row.time(1)}); });
  }));
  return out;
}

Result<std::vector<alert::Snapshot::Changes>> AlertStore::changes(Time cleared_since) {
  std::map<alert::Key, std::pair<Id, std::vector<Time>>> newest;
  YAGURA_CHECK(database_.read([&](Session& s) {
    // Not in the order of ids, for which SQLite would read every alert there is.
    return s.query(
        "SELECT device, object_id, condition, changes, id FROM alert WHERE state <> 'cleared' AND changes <> "
        "'' UNION ALL SELECT device, object_id, condition, changes, id FROM alert WHERE cleared_at >= $1 AND "
        "changes <> ''",
        cleared_since, [&](const Row& row) {
          auto& [id, times] = newest[{row.integer(0), row.integer(1), row.string(2)}];
          if (row.integer(4) < id) return;
          id = row.integer(4);
          times = times_of(row.text(3));
        });
  }));
  std::vector<alert::Snapshot::Changes> out;
  for (auto& [key, last] : newest) out.push_back({key, std::move(last.second)});
  return out;
}

Result<std::vector<log_rules::Told>> AlertStore::told_of_logs(Time cleared_since) {
  std::vector<log_rules::Told> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT device, condition, first_at, last_at, state FROM alert WHERE state <> 'cleared' UNION ALL "
        "SELECT device, condition, first_at, last_at, state FROM alert WHERE cleared_at >= $1",
        cleared_since, [&](const Row& row) {
          out.push_back({row.integer(0), row.string(1), row.time(2), row.time(3), row.text(4) != "cleared"});
        });
  }));
  return out;
}

Result<std::set<Id>> AlertStore::without_incident() {
  std::set<Id> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT id FROM alert WHERE state <> 'cleared' AND standing = $1 AND "
        "incident = 0",
        static_cast<int>(alert::Standing::announced), [&](const Row& row) { out.insert(row.integer(0)); });
  }));
  return out;
}

namespace {

// What a list asks for besides the contract, the words and the cursor; its parameters are $4 and on.
Fitting fitting_of(const AlertQuery& q) {
  Fitting out;
  const auto where = [&](std::string_view condition, store::Param param) {
    out.params.push_back(param);
    out.sql.append(" AND a.").append(condition).append(" $").append(std::to_string(out.params.size() + 3));
  };
  if (!q.state.empty()) where("state =", store::to_param(q.state));
  if (!q.severity.empty()) where("severity =", store::to_param(q.severity));
  if (q.device != 0) where("device =", store::to_param(q.device));
  if (q.parent != 0) where("parent =", store::to_param(q.parent));
  if (q.incident != 0) where("incident =", store::to_param(q.incident));
  if (q.from) {
    where("first_at >=", store::to_param(*q.from));
    // Ids grow with time, and an alert's is given when it is first seen or later: the list can end there. A
    // day is for clocks that were set.
    where("id >=", store::to_param(IdSource::lowest_at(*q.from - std::chrono::days(1))));
  }
  if (q.to) where("first_at <", store::to_param(*q.to));
  out.severity = q.severity;
  out.ends = q.to.has_value();
  return out;
}

constexpr int most_by_words = 1000;  // each is a parameter of a statement

// Few alerts fit these: reading them is quicker than finding words first.
bool names_few(const AlertQuery& q) {
  return q.device != 0 || q.parent != 0 || q.incident != 0 || (!q.state.empty() && q.state != "cleared");
}

}  // namespace

Result<std::vector<AlertView>> AlertStore::list(const AlertQuery& q) {
  const Fitting fitting = fitting_of(q);
  const Id before = q.before == 0 ? Id{1} << 53 : q.before;
  const std::string folded = fold_for_search(trim(q.search));
  std::vector<AlertView> out;
  const auto sink = [&](const Row& row) -> Result<void> {
    out.push_back(view_of(row));
    return {};
  };
  const auto read = [&](Session& s) -> Result<void> {
    if (!folded.empty() && !names_few(q) && q.limit <= most_by_words) {
      YAGURA_TRY(const auto wordless, s.integer("SELECT id FROM alert WHERE title_word = 0 LIMIT 1"));
      if (!wordless) {
        YAGURA_TRY(auto ids, find_by_words(s, q.contract, folded, fitting, before, q.limit));
        if (ids.empty()) return {};
        // Always the same statement for the same length of page.
        ids.resize(static_cast<std::size_t>(q.limit), Id{0});
        std::string sql = std::string(view_columns) + "a.id IN (";
        std::vector<store::Param> params;
        for (const Id id : ids) {
          params.push_back(store::to_param(id));
          sql.append(params.size() == 1 ? "$" : ", $").append(std::to_string(params.size()));
        }
        YAGURA_CHECK(s.run(sql + ") ORDER BY a.id DESC", params, sink));
        return {};
      }
    }
    // $2 stands for the words even when none are asked for, so that the numbers stay the same.
    const std::string pattern = store::like_anywhere(folded);
    std::vector<store::Param> params{store::to_param(q.contract), store::to_param(pattern),
                                     store::to_param(before)};
    params.insert(params.end(), fitting.params.begin(), fitting.params.end());
    std::string sql = std::string(view_columns) + "a.contract = $1 AND a.id < $3" + fitting.sql;
    sql += folded.empty() ? std::string(" AND CAST($2 AS TEXT) IS NOT NULL")
                          : " AND a.search LIKE $2" + std::string(store::like_escape);
    params.push_back(store::to_param(q.limit));
    const std::string limit = " ORDER BY a.id DESC LIMIT $" + std::to_string(params.size());
    if (q.to) {
      // Walking back from the newest would read all that is younger. Nearly every alert has its id within the
      // hour after it was first seen; the few others are found by an index of their own.
      const Id young = IdSource::lowest_at(*q.to + std::chrono::hours(1));
      params.push_back(store::to_param(std::min(before, young)));
      const std::string end = "$" + std::to_string(params.size());
      params.push_back(store::to_param(young));
      std::string fits = sql.substr(sql.rfind("a.contract = $1"));
      std::string early = fits;
      early.replace(early.find("a.id < $3"), 9, "a.id < " + end);
      // The sign keeps the database from walking through all times before.
      fits.replace(fits.rfind("a.first_at <"), 1, "+a");
      sql = std::string(view_columns) + "a.id IN (SELECT id FROM (SELECT a.id FROM alert a WHERE " + early +
            limit + ") early UNION ALL SELECT a.id FROM alert a WHERE " + fits +
            " AND a.id IN (SELECT l.id FROM alert l WHERE l.contract = $1 AND l.id >= $" +
            std::to_string(params.size()) +
            " AND (l.id / 4096 + 1577836800000) * 1000 - l.first_at > 3540000000))";
    }
    YAGURA_CHECK(s.run(sql + limit, params, sink));
    return {};
  };
  YAGURA_CHECK(database_.read(read));
  return out;
}

Result<AlertView> AlertStore::get(std::string_view contract, Id id) {
  std::optional<AlertView> found;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(std::string(view_columns) + "a.id = $1 AND a.contract = $2", id, contract,
                   [&](const Row& row) { found = view_of(row); });
  }));
  if (!found) return fail("monitor.alert_not_found");
  return std::move(*found);
}

Result<std::map<std::string, int>> AlertStore::open_by_severity(std::string_view contract) {
  std::map<std::string, int> out;
  YAGURA_CHECK(database_.read([&](Session& s) -> Result<void> {
    // State by state: asked for both at once, SQLite would count over all alerts in the order of severity.
    for (const char* state : {"open", "acknowledged"})
      YAGURA_CHECK(s.query(
          "SELECT severity, count(*) FROM alert WHERE contract = $1 AND state = $2 GROUP BY severity",
          contract, state, [&](const Row& row) { out[row.string(0)] += static_cast<int>(row.integer(1)); }));
    return {};
  }));
  return out;
}

Result<void> AlertStore::save_silence(Session& s, std::string_view contract, const alert::Silence& v) {
  YAGURA_CHECK(
      s.exec("INSERT INTO silence (id, contract, from_at, to_at, devices, sites, who, why, ended_by)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')",
             v.id, contract, v.from, v.to, ids_text(v.devices), ids_text(v.sites), v.who, v.why));
  return {};
}

Result<void> AlertStore::end_silence(Session& s, Id silence, Time at, std::string_view who) {
  YAGURA_CHECK(s.exec("UPDATE silence SET to_at = $2, ended_by = $3 WHERE id = $1", silence, at, who));
  return {};
}

Result<std::vector<alert::Silence>> AlertStore::open_silences() {
  std::vector<alert::Silence> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query("SELECT id, from_at, to_at, devices, sites, who, why FROM silence WHERE ended_by = ''",
                   [&](const Row& row) { out.push_back(silence_of(row)); });
  }));
  return out;
}

namespace {
constexpr std::string_view silence_columns =
    "SELECT id, from_at, to_at, devices, sites, who, why, contract, ended_by,"
    " (SELECT count(*) FROM alert a WHERE a.contract = silence.contract AND a.state IN ('open', "
    "'acknowledged') AND "
    "a.standing = 2) FROM silence WHERE ";

SilenceView silence_view(const Row& row) {
  return {silence_of(row), row.string(7), row.string(8), static_cast<int>(row.integer(9))};
}
}  // namespace

Result<std::vector<SilenceView>> AlertStore::silences(std::string_view contract, std::string_view state,
                                                      Time now, Id before, int limit) {
  std::vector<SilenceView> out;
  const auto sink = [&](const Row& row) { out.push_back(silence_view(row)); };
  const std::string select = std::string(silence_columns) + "contract = $1 AND id < $2";
  const Id below = before == 0 ? Id{1} << 53 : before;
  YAGURA_CHECK(database_.read([&](Session& s) {
    if (state == "planned")
      return s.query(select + " AND from_at > $4 ORDER BY id DESC LIMIT $3", contract, below, limit, now,
                     sink);
    if (state == "running")
      return s.query(select + " AND from_at <= $4 AND to_at > $4 ORDER BY id DESC LIMIT $3", contract, below,
                     limit, now, sink);
    if (state == "ended")
      return s.query(select + " AND to_at <= $4 ORDER BY id DESC LIMIT $3", contract, below, limit, now,
                     sink);
    return s.query(select + " ORDER BY id DESC LIMIT $3", contract, below, limit, sink);
  }));
  return out;
}

Result<SilenceView> AlertStore::silence(std::string_view contract, Id id) {
  std::optional<SilenceView> found;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(std::string(silence_columns) + "contract = $1 AND id = $2", contract, id,
                   [&](const Row& row) { found = silence_view(row); });
  }));
  if (!found) return fail("monitor.silence_not_found");
  return std::move(*found);
}

Result<void> AlertStore::begin_outage(Session& s, Id id, std::string_view contract, Id device, Time at) {
  YAGURA_TRY(const auto open,
             s.integer("SELECT count(*) FROM ping_outage WHERE device = $1 AND ended IS NULL", device));
  if (open.value_or(0) > 0) return {};
  YAGURA_CHECK(s.exec("INSERT INTO ping_outage (id, contract, device, began) VALUES ($1, $2, $3, $4)", id,
                      contract, device, at));
  return {};
}

Result<void> AlertStore::end_outage(Session& s, Id device, Time at) {
  YAGURA_CHECK(s.exec("UPDATE ping_outage SET ended = $2 WHERE device = $1 AND ended IS NULL", device, at));
  return {};
}

namespace {

std::string names_text(const std::vector<RoundView::Name>& names) {
  if (names.empty()) return {};
  Value out = Value::array();
  for (const auto& n : names)
    out.push(Value::object({{"device", n.device}, {"name", n.name}, {"site", n.site_name}}));
  return schema::to_json(out);
}

std::vector<RoundView::Name> names_of(std::string_view text) {
  std::vector<RoundView::Name> out;
  if (text.empty()) return out;
  if (const auto value = schema::parse_json(text))
    for (const auto& n : value->items())
      out.push_back({n["device"].integer(), n["name"].text(), n["site"].text()});
  return out;
}

}  // namespace

Result<void> AlertStore::save_round(const RoundView& r) {
  return database_.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(
        s.exec("INSERT INTO ping_round (id, contract, started, finished, due, answered, silent, missing, "
               "names, unfinished) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
               r.id, r.contract, r.started, r.finished, r.due, r.answered, r.silent, ids_text(r.missing),
               names_text(r.names), r.unfinished));
    YAGURA_CHECK(journal_.append(
        s, {r.contract,
            {},
            "ping.round",
            "round/" + std::to_string(r.id),
            Value::object({{"answered", r.answered},
                           {"silent", r.silent},
                           {"unfinished", r.unfinished},
                           {"missed", !r.finished},
                           {"in_time", r.finished && r.due ? Value(*r.finished <= *r.due) : Value()}})}));
    return {};
  });
}

Result<std::vector<RoundView>> AlertStore::rounds(std::string_view contract, Id before, int limit,
                                                  bool with_due) {
  std::vector<RoundView> out;
  YAGURA_CHECK(database_.read([&](Session& s) {
    return s.query(
        "SELECT id, contract, started, finished, due, answered, silent, missing, names, unfinished FROM "
        "ping_round WHERE "
        "contract = $1 AND id < $2 AND ($4 = 0 OR due IS NOT NULL)"
        " ORDER BY id DESC LIMIT $3",
        contract, before == 0 ? Id{1} << 53 : before, limit, with_due, [&](const Row& row) {
          out.push_back({row.integer(0), row.string(1), row.time(2), row.maybe_time(3), row.maybe_time(4),
                         row.integer(5), row.integer(6), ids_of(row.text(7)), names_of(row.text(8)),
                         row.integer(9)});
        });
  }));
  return out;
}

}  // namespace yagura::monitor::watch
