#include "monitor/watch/alert_store.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::monitor::watch {

using store::Row;
using store::Session;

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

}  // namespace yagura::monitor::watch
