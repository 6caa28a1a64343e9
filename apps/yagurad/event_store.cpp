// Where log events are kept: in segments of our own, or on ClickHouse as the file of --events-clickhouse
// says.
#include <algorithm>

#include "base/text.hpp"
#include "eventstore/clickhouse/reached_store.hpp"
#include "schema/yaml.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr Duration tried_every = std::chrono::seconds(2);

Result<eventstore::clickhouse::Settings> clickhouse_settings(const std::filesystem::path& path) {
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

}  // namespace

Result<std::vector<std::string>> Server::Parts::open_events() {
  YAGURA_TRY(auto kinds, eventstore::read_kinds(options.share / "events"));
  if (!options.events_clickhouse.empty()) {
    if (!options.events_backup.empty())
      return fail("apps.option_invalid", {{"option", "--events-backup"}, {"value", "--events-clickhouse"}});
    YAGURA_TRY(auto settings, clickhouse_settings(options.events_clickhouse));
    YAGURA_TRY(auto store,
               eventstore::ReachedStore::make(std::move(settings), std::move(kinds), clock, tried_every));
    remote_events = store.get();
    events = std::move(store);
    return std::vector<std::string>{};
  }
  eventstore::EmbeddedOptions settings;
  settings.memory = options.events_memory << 20U;
  YAGURA_TRY(auto store,
             eventstore::EmbeddedStore::open(options.data / "events", std::move(kinds), clock, settings));
  embedded_events = store.get();
  events = std::move(store);
  return embedded_events->state().damage;
}

}  // namespace yagura::yagurad
