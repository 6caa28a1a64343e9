#include "monitor/remote_log/remote_logs.hpp"

#include <algorithm>
#include <limits>

#include "schema/error_json.hpp"

namespace yagura::monitor::remote_log {

using schema::Value;
using store::Row;
using store::Session;

std::span<const store::Migration> migrations() {
  static constexpr store::Migration steps[] = {
      {"remote_log", 1,
       "CREATE TABLE remote_log (id @id, contract TEXT NOT NULL, device BIGINT NOT NULL,"
       " device_name TEXT NOT NULL, incident BIGINT NOT NULL, state TEXT NOT NULL, dialect TEXT NOT NULL,"
       " started BIGINT NOT NULL, finished BIGINT, error TEXT NOT NULL);"
       "CREATE INDEX remote_log_device ON remote_log (contract, device, id);"
       "CREATE INDEX remote_log_incident ON remote_log (contract, incident, id);"
       "CREATE INDEX remote_log_state ON remote_log (state);"
       "CREATE TABLE remote_log_command (log BIGINT NOT NULL REFERENCES remote_log (id), seq BIGINT NOT NULL,"
       " command TEXT NOT NULL, started BIGINT NOT NULL, took BIGINT NOT NULL, output TEXT NOT NULL,"
       " raw_bytes BIGINT NOT NULL, cut BIGINT NOT NULL, exit_status BIGINT, error TEXT NOT NULL,"
       " PRIMARY KEY (log, seq)) @by_key"},
      {"remote_log", 2, "CREATE INDEX remote_log_started ON remote_log (contract, started)"}};
  return steps;
}

std::string_view name_of(State state) {
  switch (state) {
    case State::done:
      return "done";
    case State::partial:
      return "partial";
    case State::failed:
      return "failed";
    case State::cancelled:
      return "cancelled";
  }
  return {};
}

namespace {

constexpr std::string_view columns =
    "l.id, l.contract, l.device, l.device_name, l.incident, l.state, l.dialect, l.started, l.finished, "
    "l.error,"
    " (SELECT count(*) FROM remote_log_command c WHERE c.log = l.id)";

std::string kept_text(const std::optional<Error>& error) { return error ? schema::error_text(*error) : ""; }

std::optional<Error> kept_error(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return schema::error_from(text);
}

Log log_from(const Row& row) {
  Log out;
  out.id = row.integer(0);
  out.contract = row.string(1);
  out.device = row.integer(2);
  out.device_name = row.string(3);
  out.incident = row.integer(4);
  out.state = row.string(5);
  out.dialect = row.string(6);
  out.started = row.time(7);
  out.finished = row.maybe_time(8);
  out.error = kept_error(row.text(9));
  out.command_count = static_cast<int>(row.integer(10));
  return out;
}

CommandOutput command_from(const Row& row) {
  CommandOutput out;
  out.command = row.string(0);
  out.started = row.time(1);
  out.took = Duration{row.integer(2)};
  out.text = row.string(3);
  out.raw_bytes = static_cast<std::uint64_t>(row.integer(4));
  out.cut = row.flag(5);
  if (const auto status = row.maybe_integer(6)) out.exit_status = static_cast<int>(*status);
  out.error = kept_error(row.text(7));
  return out;
}

Result<Log> find(Session& session, std::string_view condition, std::string_view contract, Id id) {
  std::optional<Log> out;
  YAGURA_CHECK(session.query(
      "SELECT " + std::string(columns) + " FROM remote_log l WHERE l.id = $1" + std::string(condition), id,
      contract, [&](const Row& row) { out = log_from(row); }));
  if (!out) return fail("remote_log.not_found", {{"id", std::to_string(id)}});
  return *std::move(out);
}

Result<std::vector<Log>> list(Session& session, std::string_view column, std::string_view contract, Id of,
                              int limit, Id before) {
  std::vector<Log> out;
  YAGURA_CHECK(
      session.query("SELECT " + std::string(columns) + " FROM remote_log l WHERE l.contract = $1 AND l." +
                        std::string(column) + " = $2 AND l.id < $3 ORDER BY l.id DESC LIMIT $4",
                    contract, of, before == 0 ? std::numeric_limits<Id>::max() : before,
                    std::clamp(limit, 1, 500), [&](const Row& row) { out.push_back(log_from(row)); }));
  return out;
}

}  // namespace

Result<> RemoteLogs::note(Session& session, const Log& log, const journal::Actor& actor, std::string kind,
                          Value data) {
  const std::string subject =
      log.incident != 0 ? "incident/" + std::to_string(log.incident) : "device/" + std::to_string(log.device);
  data.set("log", log.id);
  data.set("device", log.device);
  data.set("device_name", log.device_name);
  auto entry = journal_.append(session, {log.contract, actor, std::move(kind), subject, std::move(data)});
  if (!entry) return std::unexpected(std::move(entry).error());
  return {};
}

Result<Id> RemoteLogs::requested(Session& session, const NewLog& log) {
  Log row;
  row.id = ids_.next();
  row.contract = log.contract;
  row.device = log.device;
  row.device_name = log.device_name;
  row.incident = log.incident;
  YAGURA_CHECK(session.exec(
      "INSERT INTO remote_log (id, contract, device, device_name, incident, state, dialect, started, error)"
      " VALUES ($1, $2, $3, $4, $5, 'running', '', $6, '')",
      row.id, row.contract, row.device, row.device_name, row.incident, clock_.now()));
  YAGURA_CHECK(note(session, row, log.actor, "log.requested", Value::object()));
  return row.id;
}

Result<> RemoteLogs::ended(Session& session, Id id, const Retrieved& result, const journal::Actor& actor) {
  YAGURA_TRY(const Log log,
             find(session, " AND ($2 = '' OR l.contract = $2) AND l.state = 'running'", "", id));
  YAGURA_CHECK(session.exec(
      "UPDATE remote_log SET state = $2, dialect = $3, started = $4, finished = $5, error = $6 WHERE id = $1",
      id, name_of(result.state), result.dialect, result.started, result.finished, kept_text(result.error)));
  std::int64_t seq = 0, bytes = 0, failed = 0;
  for (const CommandOutput& c : result.commands) {
    YAGURA_CHECK(
        session.exec("INSERT INTO remote_log_command (log, seq, command, started, took, output,"
                     " raw_bytes, cut, exit_status, error)"
                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                     id, ++seq, c.command, c.started, c.took.count(), c.text, c.raw_bytes, c.cut,
                     c.exit_status, kept_text(c.error)));
    bytes += static_cast<std::int64_t>(c.text.size());
    failed += c.error.has_value();
  }
  Value data = Value::object();
  data.set("state", name_of(result.state));
  data.set("commands", seq);
  data.set("commands_failed", failed);
  data.set("bytes", bytes);
  if (result.error) data.set("error", schema::error_value(*result.error));
  const bool something = result.state == State::done || result.state == State::partial;
  return note(session, log, actor, something ? "log.attached" : "log.failed", std::move(data));
}

Result<> RemoteLogs::join(Session& session, Id id, Id incident) {
  YAGURA_TRY(
      const auto changed,
      session.exec("UPDATE remote_log SET incident = $2 WHERE id = $1 AND incident = 0", id, incident));
  if (changed == 0) return fail("remote_log.not_found", {{"id", std::to_string(id)}});
  return {};
}

Result<std::int64_t> RemoteLogs::interrupted(Session& session) {
  std::vector<Log> running;
  YAGURA_CHECK(
      session.query("SELECT " + std::string(columns) + " FROM remote_log l WHERE l.state = 'running'",
                    [&](const Row& row) { running.push_back(log_from(row)); }));
  for (const Log& log : running) {
    Retrieved result;
    result.device = log.device;
    result.error = Error{"remote_log.interrupted", {}};
    result.started = log.started;
    result.finished = clock_.now();
    YAGURA_CHECK(ended(session, log.id, result));
  }
  return static_cast<std::int64_t>(running.size());
}

Result<std::int64_t> RemoteLogs::purge(Session& session, const std::string& contract, Time before, int most) {
  std::vector<Id> old;
  std::optional<Time> first, last;
  YAGURA_CHECK(session.query(
      "SELECT id, started FROM remote_log WHERE contract = $1 AND started < $2 AND state <> 'running'"
      " ORDER BY started LIMIT $3",
      contract, before, most, [&](const Row& row) {
        old.push_back(row.integer(0));
        if (!first) first = row.time(1);
        last = row.time(1);
      }));
  if (old.empty()) return 0;
  for (const Id id : old) {
    YAGURA_CHECK(session.exec("DELETE FROM remote_log_command WHERE log = $1", id));
    YAGURA_CHECK(session.exec("DELETE FROM remote_log WHERE id = $1", id));
  }
  const auto count = static_cast<std::int64_t>(old.size());
  auto entry = journal_.append(session, {contract,
                                         {},
                                         "log.purged",
                                         "contract/" + contract,
                                         Value::object({{"count", count},
                                                        {"first", to_rfc3339(*first)},
                                                        {"last", to_rfc3339(*last)},
                                                        {"older_than", to_rfc3339(before)}})});
  if (!entry) return std::unexpected(std::move(entry).error());
  return count;
}

Result<std::vector<Log>> RemoteLogs::of_device(Session& session, std::string_view contract, Id device,
                                               int limit, Id before) const {
  return list(session, "device", contract, device, limit, before);
}

Result<std::vector<Log>> RemoteLogs::of_incident(Session& session, std::string_view contract, Id incident,
                                                 int limit, Id before) const {
  return list(session, "incident", contract, incident, limit, before);
}

Result<Log> RemoteLogs::get(Session& session, std::string_view contract, Id id) const {
  YAGURA_TRY(Log out, find(session, " AND l.contract = $2", contract, id));
  YAGURA_CHECK(
      session.query("SELECT command, started, took, output, raw_bytes, cut, exit_status, error"
                    " FROM remote_log_command WHERE log = $1 ORDER BY seq",
                    id, [&](const Row& row) { out.commands.push_back(command_from(row)); }));
  return out;
}

}  // namespace yagura::monitor::remote_log
