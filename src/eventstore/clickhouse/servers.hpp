// The servers of one event store on ClickHouse, and the tables on them.
//
// Purpose: asks whichever server answers; has the tables made (tables.hpp) on each before anything goes to it.
// Errors:  those of http.hpp and tables.hpp.
// Threads: safe from any thread once prepared.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "eventstore/clickhouse/http.hpp"
#include "eventstore/kind.hpp"
#include "schema/value.hpp"

namespace yagura::eventstore::clickhouse {

struct Settings {
  std::vector<std::string> nodes;  // "http://10.0.0.5:8123": one for each server, all replicas of all shards
  std::string cluster;             // its name in the servers' remote_servers; "": there is one node
  bool replicated = false;         // the servers have ZooKeeper, and macros {shard} and {replica}
  std::string database = "yagura";
  Account account;
  Duration takes_data_within = clickhouse::takes_data_within;
  const std::atomic<bool>* ending = nullptr;  // set: what runs ends with eventstore.closed
  std::filesystem::path folder;               // for the hashes of a day while it is sealed; "": the system's
};
// Errors: eventstore.servers_invalid. Nobody is asked.
Result<void> check(const Settings& settings);

struct Partition {
  std::string contract, kind;
  std::int32_t month = 0;  // native_block.hpp
  std::int64_t rows = 0, bytes = 0;
};

// Rows of texts, as JSONCompact has them, and how many rows were read for it.
struct Table {
  Answer::End end = Answer::End::whole;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> totals;
  std::int64_t rows_read = 0;
  double elapsed = 0;  // seconds
};

Error gone(const Failure& failure);

class Servers {
 public:
  // The kinds must outlive it.
  Servers(Settings settings, const Kinds& kinds);
  // With replicas, one server of each shard is enough; without, all must be there.
  Result<void> prepare();
  // Whether that server has the tables; makes sure of it where it has not been asked since it was away.
  Result<void> ready(const Http& node) const;
  // Asks each server whether it is there, and makes one ready that came back. Why each that is not is not.
  std::vector<Error> look() const;

  // Whether any of the servers has ZooKeeper and tables that can be written.
  Result<void> keeper_answers() const;

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const std::vector<std::unique_ptr<Http>>& nodes() const { return nodes_; }
  // The table of a kind on one server, and the one that is asked for the rows of all.
  [[nodiscard]] std::string local(std::string_view kind) const;
  [[nodiscard]] std::string everywhere(std::string_view kind) const;

  // The nodes from that one on; at the end those that did not answer when they were last asked, or are not
  // ready().
  [[nodiscard]] std::vector<const Http*> order(std::size_t first) const;
  [[nodiscard]] bool replicated() const { return settings_.replicated; }
  // Whether the two are replicas of one shard: a block that both are given is there once.
  [[nodiscard]] bool replicas(const Http& one, const Http& other) const;
  // Waits until every replica has what any has of a kind; all must be there. Nothing to do without replicas.
  Result<void> even(std::string_view kind) const;

  // For statements that only read. Goes to the next node where one cannot be reached or does not answer, unless
  // a part of the answer was given on.
  std::expected<Answer, Failure> ask(const Request& request) const;
  // The statement must not name a format.
  std::expected<Table, Failure> table(Request request) const;
  // What there is, by partition; of all contracts where contract is empty.
  Result<std::vector<Partition>> partitions(std::string_view contract, const Stop& stop) const;
  // All partitions of a contract on one server.
  Result<void> drop(const Http& node, std::string_view contract) const;

 private:
  [[nodiscard]] bool is_ready(const Http& node) const;
  Result<void> make_ready(const Http& node) const;
  Result<bool> has_each_shard() const;
  // Brings those that are there level, as far as they can be in a short time.
  void level_soon() const;
  std::string parts_statement(std::string_view from) const;

  const Settings settings_;
  const Kinds& kinds_;
  std::vector<std::unique_ptr<Http>> nodes_;
  mutable std::mutex making_;  // held while a server is made ready
  mutable std::mutex mutex_;
  mutable std::set<const Http*> ready_;
  mutable std::map<const Http*, std::string> shards_;  // by their macros; empty without replicas
};

}  // namespace yagura::eventstore::clickhouse
