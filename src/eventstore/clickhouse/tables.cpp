#include "eventstore/clickhouse/tables.hpp"

#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/sql.hpp"
#include "schema/json.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

// So long a replica that died a moment ago is waited for.
constexpr auto others_within = std::chrono::seconds(5);
// The server's exceptions: another node of ours was quicker; a replica that is away follows when it is back.
constexpr int duplicate_column = 44, unfinished = 341;

Result<void> run(const Http& node, std::string statement) {
  Request request;
  request.statement = std::move(statement);
  if (auto done = node.send(request); !done) return std::unexpected(gone(done.error()));
  return {};
}

Result<void> add_columns(const Http& node, const std::string& table, const Kind& kind) {
  Request request;
  request.statement = "DESCRIBE TABLE " + table + " FORMAT JSONCompact";
  const auto answer = node.send(request);
  if (!answer) return std::unexpected(gone(answer.error()));
  YAGURA_TRY(const auto json, schema::parse_json(answer->body));
  std::map<std::string, std::string> there;
  for (const auto& row : json["data"].items())
    if (row.items().size() > 1) there[row.items()[0].text()] = row.items()[1].text();
  for (const auto& [name, type] : columns_of(kind)) {
    const auto at = there.find(name);
    if (at != there.end() && at->second != type)
      return fail("eventstore.kind_invalid",
                  {{"kind", kind.kind}, {"reason", "column " + name + " is " + at->second}});
    if (at != there.end()) continue;
    request.statement = "ALTER TABLE " + table + " ADD COLUMN " + name + " " + type;
    request.settings = {{"replication_alter_columns_timeout", std::to_string(others_within.count())}};
    if (const auto done = node.send(request);
        !done && done.error().number != duplicate_column && done.error().number != unfinished)
      return std::unexpected(gone(done.error()));
  }
  return {};
}

Result<void> make_table(const Servers& servers, const Http& node, const Kind& kind) {
  const auto& settings = servers.settings();
  std::string columns;
  for (const auto& [name, type] : columns_of(kind))
    columns.append(columns.empty() ? " (" : ", ").append(name).append(" ").append(type);
  const std::string engine = settings.replicated ? "ReplicatedMergeTree('/yagura/{shard}/" +
                                                       settings.database + "/" + kind.kind + "', '{replica}')"
                                                 : "MergeTree";
  // A batch that is sent again must be known though many came meanwhile; 100 are, unless said.
  const std::string more = settings.replicated
                               ? " SETTINGS index_granularity = 8192, replicated_deduplication_window = 10000"
                               : "";
  const auto local = servers.local(kind.kind), everywhere = servers.everywhere(kind.kind);
  // bitAnd(at, 0) divides nothing: it makes the server keep the least and greatest time of each part.
  YAGURA_CHECK(run(node, "CREATE TABLE IF NOT EXISTS " + local + columns + ") ENGINE = " + engine +
                             " PARTITION BY (contract, month, bitAnd(at, 0)) ORDER BY (" +
                             folded_column(kind.source) + ", at)" + more));
  YAGURA_CHECK(add_columns(node, local, kind));
  if (settings.cluster.empty()) return {};
  YAGURA_CHECK(run(node, "CREATE TABLE IF NOT EXISTS " + everywhere + columns + ") ENGINE = Distributed(" +
                             settings.cluster + ", " + settings.database + ", k_" + kind.kind + ")"));
  return add_columns(node, everywhere, kind);
}

}  // namespace

Result<void> make_tables(const Servers& servers, const Http& node, const Kinds& kinds) {
  const auto& settings = servers.settings();
  YAGURA_CHECK(run(node, "CREATE DATABASE IF NOT EXISTS " + settings.database));
  for (const auto& [name, kind] : kinds) YAGURA_CHECK(make_table(servers, node, kind));
  if (settings.cluster.empty()) return {};
  return run(node, "CREATE TABLE IF NOT EXISTS " + settings.database +
                       ".all_parts AS system.parts ENGINE = Distributed(" + settings.cluster +
                       ", system, parts)");
}

}  // namespace yagura::eventstore::clickhouse
