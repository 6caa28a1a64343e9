#include "records/event_places.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "eventstore/file.hpp"
#include "schema/yaml.hpp"

namespace yagura::apps {

namespace fs = std::filesystem;
using schema::Value;

namespace {

constexpr std::string_view note_name = "events.clickhouse";

}  // namespace

Result<eventstore::clickhouse::Settings> read_clickhouse(const std::filesystem::path& path) {
  const auto invalid = [&](std::string what) {
    return fail("apps.events_clickhouse_invalid", {{"file", path.string()}, {"what", std::move(what)}});
  };
  YAGURA_TRY(const auto file, schema::read_yaml(path));
  constexpr std::string_view known[] = {"nodes", "cluster",       "replicated", "database",
                                        "user",  "password_file", "ca_file"};
  for (const auto& [word, value] : file.members())
    if (std::ranges::find(known, word) == std::end(known)) return invalid(word);
  eventstore::clickhouse::Settings out;
  for (const auto& node : file["nodes"].items()) {
    const auto& address = node.text();
    // An account in an address would stand in logs and errors.
    if ((!address.starts_with("http://") && !address.starts_with("https://")) || address.contains('@'))
      return invalid("nodes");
    out.nodes.push_back(address);
  }
  if (out.nodes.empty()) return invalid("nodes");
  out.cluster = file["cluster"].text();
  out.replicated = file["replicated"].boolean();
  if (const auto* database = file.find("database")) out.database = database->text();
  out.account.user = file["user"].text();
  if (out.account.user.empty()) return invalid("user");
  out.account.ca_file = file["ca_file"].text();
  if (const auto* password = file.find("password_file")) {
    YAGURA_TRY(const auto text, schema::read_file(password->text(), 4096));
    out.account.password = trim(text);
  }
  return out;
}

Result<void> note_clickhouse(const fs::path& data, const fs::path& file) {
  std::error_code ec;
  const auto whole = fs::absolute(file, ec).string();
  const auto note = data / note_name;
  if (const auto known = schema::read_file(note, 4096); known && *known == whole) return {};
  YAGURA_TRY(auto out, eventstore::OutFile::create(note));
  YAGURA_CHECK(out.append(whole));
  return out.sync();
}

Result<EventPlaces> EventPlaces::open(const fs::path& data, const fs::path& clickhouse, const fs::path& kinds,
                                      const Clock& clock) {
  EventPlaces out;
  std::error_code ec;
  YAGURA_TRY(const auto known, eventstore::read_kinds(kinds));
  auto file = clickhouse;
  if (const auto note = data / note_name; file.empty() && !data.empty() && fs::exists(note, ec)) {
    YAGURA_TRY(file, schema::read_file(note, 4096));
  }
  if (!file.empty()) {
    YAGURA_TRY(auto settings, read_clickhouse(file));
    YAGURA_TRY(out.remote, eventstore::ClickHouseStore::open(std::move(settings), known, clock));
    // What is handed over or erased is everything.
    YAGURA_CHECK(out.remote->level());
  }
  if (!data.empty() && fs::is_directory(data / "events", ec)) {
    YAGURA_TRY(out.embedded,
               eventstore::EmbeddedStore::open(data / "events", known, clock, {.background = false}));
  }
  return out;
}

std::vector<eventstore::EventStore*> EventPlaces::all() const {
  std::vector<eventstore::EventStore*> out;
  if (embedded) out.push_back(embedded.get());
  if (remote) out.push_back(remote.get());
  return out;
}

Result<Value> EventPlaces::counts(const std::string& contract) const {
  std::map<std::string, std::int64_t> kinds;
  for (auto* store : all()) {
    YAGURA_TRY(const auto extents, store->extents());
    for (const auto& one : extents)
      if (one.contract == contract) kinds[one.kind] += one.rows;
  }
  Value out = Value::object();
  for (const auto& [kind, rows] : kinds) out.set(kind, rows);
  return out;
}

Result<void> EventPlaces::erase(const std::string& contract) const {
  if (embedded) YAGURA_CHECK(embedded->erase(contract));
  if (remote) YAGURA_CHECK(remote->erase(contract));
  return {};
}

}  // namespace yagura::apps
