#include "store/database.hpp"

#include <algorithm>
#include <map>

#include "store/postgresql.hpp"
#include "store/sqlite.hpp"

namespace yagura::store {

std::optional<std::int64_t> Row::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<Time> Row::maybe_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

std::optional<double> Row::maybe_real(int column) const {
  if (is_null(column)) return std::nullopt;
  return real(column);
}

std::string like_anywhere(std::string_view text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

Result<std::unique_ptr<Database>> Database::open(const std::string& address) {
  constexpr std::string_view sqlite = "sqlite:";
  if (address.starts_with(sqlite)) return open_sqlite(address.substr(sqlite.size()));
  return open_postgresql(address);
}

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// The few type names the two differ in.
std::string in_dialect(std::string_view sql, Backend backend) {
  std::string out(sql);
  const bool pg = backend == Backend::postgresql;
  replace_all(out, "@id", pg ? "BIGINT PRIMARY KEY" : "INTEGER PRIMARY KEY");
  replace_all(out, "@blob", pg ? "BYTEA" : "BLOB");
  replace_all(out, "@json", pg ? "JSONB" : "TEXT");
  replace_all(out, "@by_key", pg ? "" : "WITHOUT ROWID");
  if (pg) replace_all(out, " TEXT", " TEXT COLLATE \"C\"");
  return out;
}

}  // namespace

Result<void> Database::migrate(std::span<const Migration> steps, int up_to) {
  YAGURA_CHECK(write([&](Session& s) {
    return script(s, in_dialect("CREATE TABLE IF NOT EXISTS schema_version ("
                                "room TEXT PRIMARY KEY, version BIGINT NOT NULL)",
                                backend()));
  }));
  std::map<std::string, int, std::less<>> reached;
  YAGURA_CHECK(read([&](Session& s) {
    return s.query("SELECT room, version FROM schema_version",
                   [&](const Row& row) { reached[row.string(0)] = static_cast<int>(row.integer(1)); });
  }));
  std::map<std::string_view, int> known;
  for (const auto& step : steps) known[step.room] = std::max(known[step.room], step.version);
  for (const auto& [room, version] : reached)
    if (known.contains(room) && version > known[room])
      return fail("store.newer", {{"room", room}, {"version", std::to_string(version)}});

  for (const auto& step : steps) {
    int& at = reached.try_emplace(std::string(step.room), 0).first->second;
    if (step.version <= at || step.version > up_to) continue;
    YAGURA_ASSERT(step.version == at + 1);
    auto done = write([&](Session& s) -> Result<void> {
      // Two servers may start at once: the second waits here and finds the work done.
      YAGURA_CHECK(s.lock("schema_version"));
      YAGURA_TRY(const auto now, s.integer("SELECT version FROM schema_version WHERE room = $1", step.room));
      if (now.value_or(0) >= step.version) return {};
      YAGURA_CHECK(script(s, in_dialect(step.sql, backend())));
      YAGURA_CHECK(
          s.exec("INSERT INTO schema_version (room, version) VALUES ($1, $2) "
                 "ON CONFLICT (room) DO UPDATE SET version = excluded.version",
                 step.room, step.version));
      return {};
    });
    if (!done)
      return fail("store.migration_failed", {{"room", std::string(step.room)},
                                             {"version", std::to_string(step.version)},
                                             {"reason", done.error().text()}});
    at = step.version;
  }
  return {};
}

}  // namespace yagura::store
