// Where the log events of an installation are: in segments below its data folder, on ClickHouse, or, after a
// move, in both. For programs that work beside the server.
//
// Errors:  apps.events_clickhouse_invalid (file, what); those of the stores; eventstore.in_use while a server
//          has the segments.
// Threads: values.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "eventstore/clickhouse/clickhouse_store.hpp"
#include "eventstore/embedded.hpp"

namespace yagura::apps {

// The file of --events-clickhouse.
Result<eventstore::clickhouse::Settings> read_clickhouse(const std::filesystem::path& file);

// A server leaves the path of that file in its data folder: a program that is not told finds the events there.
Result<void> note_clickhouse(const std::filesystem::path& data, const std::filesystem::path& file);

struct EventPlaces {
  std::unique_ptr<eventstore::EmbeddedStore> embedded;
  std::unique_ptr<eventstore::ClickHouseStore> remote;

  // clickhouse: "": what the server noted.
  static Result<EventPlaces> open(const std::filesystem::path& data, const std::filesystem::path& clickhouse,
                                  const std::filesystem::path& kinds, const Clock& clock);
  [[nodiscard]] std::vector<eventstore::EventStore*> all() const;
  // Of each kind how many events there are in all places, for a certificate.
  Result<schema::Value> counts(const std::string& contract) const;
  Result<void> erase(const std::string& contract) const;
};

}  // namespace yagura::apps
