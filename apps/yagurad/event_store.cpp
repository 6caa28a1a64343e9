// Where log events are kept: in segments of our own, or on ClickHouse as the file of --events-clickhouse
// says.
#include "eventstore/clickhouse/reached_store.hpp"
#include "records/event_places.hpp"
#include "yagurad/parts.hpp"

namespace yagura::yagurad {

namespace {

constexpr Duration tried_every = std::chrono::seconds(2);

}  // namespace

Result<std::vector<std::string>> Server::Parts::open_events() {
  YAGURA_TRY(auto kinds, eventstore::read_kinds(options.share / "events"));
  if (!options.events_clickhouse.empty()) {
    if (!options.events_backup.empty())
      return fail("apps.option_invalid", {{"option", "--events-backup"}, {"value", "--events-clickhouse"}});
    YAGURA_TRY(auto settings, apps::read_clickhouse(options.events_clickhouse));
    settings.folder = options.data;
    YAGURA_TRY(auto store,
               eventstore::ReachedStore::make(std::move(settings), std::move(kinds), clock, tried_every));
    YAGURA_CHECK(apps::note_clickhouse(options.data, options.events_clickhouse));
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
