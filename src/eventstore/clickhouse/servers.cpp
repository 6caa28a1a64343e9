#include "eventstore/clickhouse/servers.hpp"

#include <algorithm>
#include <charconv>

#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/sql.hpp"
#include "schema/json.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

template <class N>
N parsed(std::string_view text) {
  N out{};
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::unexpected<Failure> unreadable(std::string reason) {
  return std::unexpected(
      Failure{{"eventstore.server_refused", {{"server", ""}, {"number", "0"}, {"reason", std::move(reason)}}},
              true,
              0});
}

std::vector<std::string> texts_of(const schema::Value& row) {
  std::vector<std::string> out;
  for (const auto& cell : row.items())
    out.push_back(cell.is_text() ? cell.text() : std::to_string(cell.integer()));
  return out;
}

std::expected<Table, Failure> table_of(std::expected<Answer, Failure> answer) {
  if (!answer) return std::unexpected(std::move(answer).error());
  Table out;
  out.end = answer->end;
  if (out.end != Answer::End::whole) return out;
  const auto json = schema::parse_json(answer->body, answer->body.size());
  if (!json) return unreadable(json.error().text());
  for (const auto& row : (*json)["data"].items()) out.rows.push_back(texts_of(row));
  out.totals = texts_of((*json)["totals"]);
  out.rows_read = (*json)["statistics"]["rows_read"].integer();
  out.elapsed = (*json)["statistics"]["elapsed"].real();
  return out;
}

// ('o\'hara',24315,0), as system.parts writes a partition.
bool read_partition(std::string_view text, Partition& out) {
  const auto constant = text.rfind(',');
  if (!text.starts_with("('") || constant == 0 || constant == std::string_view::npos) return false;
  const auto month = text.rfind(',', constant - 1);
  if (month == std::string_view::npos || month < 3) return false;
  out.month = parsed<std::int32_t>(text.substr(month + 1, constant - month - 1));
  const auto contract = text.substr(2, month - 3);
  for (std::size_t i = 0; i < contract.size(); ++i) {
    if (contract[i] != '\\' || i + 1 == contract.size()) {
      out.contract += contract[i];
      continue;
    }
    constexpr std::string_view escaped = "0nrtbf", meant("\0\n\r\t\b\f", 6);
    const auto which = escaped.find(contract[++i]);
    out.contract += which == std::string_view::npos ? contract[i] : meant[which];
  }
  return true;
}

// Of all contracts where contract is empty.
std::vector<Partition> partitions_of(const Table& table, std::string_view contract) {
  std::vector<Partition> out;
  for (const auto& row : table.rows) {
    Partition one;
    if (row.size() != 4 || !read_partition(row[0], one)) continue;
    if (!contract.empty() && one.contract != contract) continue;
    one.kind = row[1];
    one.rows = parsed<std::int64_t>(row[2]);
    one.bytes = parsed<std::int64_t>(row[3]);
    out.push_back(std::move(one));
  }
  return out;
}

constexpr auto even_within = std::chrono::minutes(5);

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Error gone(const Failure& failure) {
  if (failure.number == 243) return {"eventstore.disk_full", {}};
  return failure.error;
}

Result<void> check(const Settings& settings) {
  const auto clean = [](std::string_view text) {
    return text.find_first_of("\r\n") == std::string_view::npos;
  };
  if (settings.nodes.empty() || (settings.cluster.empty() && settings.nodes.size() > 1) ||
      !is_name(settings.database) || (!settings.cluster.empty() && !is_name(settings.cluster)) ||
      !clean(settings.account.user) || !clean(settings.account.password))
    return fail("eventstore.servers_invalid");
  return {};
}

Servers::Servers(Settings settings) : settings_(std::move(settings)) {
  for (const auto& node : settings_.nodes)
    nodes_.push_back(std::make_unique<Http>(node, settings_.account, settings_.ending));
}

std::string Servers::local(std::string_view kind) const {
  return settings_.database + ".k_" + std::string(kind);
}

std::string Servers::everywhere(std::string_view kind) const {
  return settings_.cluster.empty() ? local(kind) : settings_.database + ".all_k_" + std::string(kind);
}

std::vector<const Http*> Servers::order(std::size_t first) const {
  std::vector<const Http*> out, silent;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto* node = nodes_[(first + i) % nodes_.size()].get();
    (node->well() ? out : silent).push_back(node);
  }
  out.insert(out.end(), silent.begin(), silent.end());
  return out;
}

bool Servers::replicas(const Http& one, const Http& other) const {
  const auto a = shards_.find(&one), b = shards_.find(&other);
  return a != shards_.end() && b != shards_.end() && a->second == b->second;
}

Result<void> Servers::even(std::string_view kind) const {
  if (!settings_.replicated) return {};
  for (const auto& node : nodes_) {
    Request request;
    request.statement = "SYSTEM SYNC REPLICA " + local(kind);
    request.at_most = even_within;
    if (const auto done = node->send(request); !done) return std::unexpected(gone(done.error()));
  }
  return {};
}

std::expected<Answer, Failure> Servers::ask(const Request& request) const {
  bool begun = false;
  auto asked = request;
  if (request.take)
    asked.take = [&](std::string_view bytes) {
      begun = true;
      return request.take(bytes);
    };
  std::expected<Answer, Failure> answer;
  for (const auto* node : order(0)) {
    answer = node->send(asked);
    if (answer || answer.error().error.code != "eventstore.server_unreachable" || begun) break;
  }
  return answer;
}

std::expected<Table, Failure> Servers::table(Request request) const {
  request.statement += " FORMAT JSONCompact";
  return table_of(ask(request));
}

Result<void> Servers::run(const Http& node, std::string statement) const {
  Request request;
  request.statement = std::move(statement);
  if (auto done = node.send(request); !done) return std::unexpected(gone(done.error()));
  return {};
}

Result<void> Servers::prepare(const Kinds& kinds) {
  YAGURA_CHECK(check(settings_));
  for (const auto& node : nodes_) {
    YAGURA_CHECK(run(*node, "CREATE DATABASE IF NOT EXISTS " + settings_.database));
    if (settings_.replicated) {
      Request request;
      request.statement = "SELECT substitution FROM system.macros WHERE macro = 'shard'";
      const auto shard = node->send(request);
      if (!shard) return std::unexpected(gone(shard.error()));
      shards_[node.get()] = shard->body;
    }
    for (const auto& [name, kind] : kinds) YAGURA_CHECK(prepare(*node, kind));
    if (!settings_.cluster.empty())
      YAGURA_CHECK(run(*node, "CREATE TABLE IF NOT EXISTS " + settings_.database +
                                  ".all_parts AS system.parts ENGINE = Distributed(" + settings_.cluster +
                                  ", system, parts)"));
  }
  for (const auto& [name, kind] : kinds) YAGURA_CHECK(even(name));
  return {};
}

Result<void> Servers::prepare(const Http& node, const Kind& kind) const {
  std::string columns;
  for (const auto& [name, type] : columns_of(kind))
    columns.append(columns.empty() ? " (" : ", ").append(name).append(" ").append(type);
  const std::string engine =
      settings_.replicated
          ? "ReplicatedMergeTree('/yagura/{shard}/" + settings_.database + "/" + kind.kind + "', '{replica}')"
          : "MergeTree";
  // A batch that is sent again must be known though many came meanwhile; 100 are, unless said.
  const std::string settings =
      settings_.replicated ? " SETTINGS index_granularity = 8192, replicated_deduplication_window = 10000"
                           : "";
  // bitAnd(at, 0) divides nothing: it makes the server keep the least and greatest time of each part.
  YAGURA_CHECK(run(node, "CREATE TABLE IF NOT EXISTS " + local(kind.kind) + columns + ") ENGINE = " + engine +
                             " PARTITION BY (contract, month, bitAnd(at, 0)) ORDER BY (" +
                             folded_column(kind.source) + ", at)" + settings));
  YAGURA_CHECK(add_columns(node, local(kind.kind), kind));
  if (settings_.cluster.empty()) return {};
  YAGURA_CHECK(run(node, "CREATE TABLE IF NOT EXISTS " + everywhere(kind.kind) + columns +
                             ") ENGINE = Distributed(" + settings_.cluster + ", " + settings_.database +
                             ", k_" + kind.kind + ")"));
  return add_columns(node, everywhere(kind.kind), kind);
}

Result<void> Servers::add_columns(const Http& node, const std::string& table, const Kind& kind) const {
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
    constexpr int duplicate_column = 44;  // another node of ours was quicker
    if (const auto done = node.send(request); !done && done.error().number != duplicate_column)
      return std::unexpected(gone(done.error()));
  }
  return {};
}

std::string Servers::parts_statement(std::string_view from) const {
  return "SELECT partition, substring(table, 3), sum(rows), sum(bytes_on_disk) FROM " + std::string(from) +
         " WHERE active AND database = " + literal(settings_.database) +
         " AND substring(table, 1, 2) = 'k_' GROUP BY partition, table";
}

Result<std::vector<Partition>> Servers::partitions(std::string_view contract, const Stop& stop) const {
  Request request;
  request.stop = stop;
  request.statement =
      parts_statement(settings_.cluster.empty() ? "system.parts" : settings_.database + ".all_parts");
  const auto table = this->table(std::move(request));
  if (!table) return std::unexpected(gone(table.error()));
  return partitions_of(*table, contract);
}

Result<void> Servers::drop(const Http& node, std::string_view contract) const {
  Request request;
  request.statement = parts_statement("system.parts") + " FORMAT JSONCompact";
  const auto table = table_of(node.send(request));
  if (!table) return std::unexpected(gone(table.error()));
  for (const auto& one : partitions_of(*table, contract)) {
    Request alter;
    alter.statement = "ALTER TABLE " + local(one.kind) + " DROP PARTITION (" + literal(contract) + ", " +
                      std::to_string(one.month) + ", 0)";
    // A replica hands it to the one that leads as a user that need not be there; that one is asked, too.
    constexpr int unknown_user = 192;
    if (const auto done = node.send(alter);
        !done && !(settings_.replicated && done.error().number == unknown_user))
      return std::unexpected(gone(done.error()));
  }
  return {};
}

}  // namespace yagura::eventstore::clickhouse
