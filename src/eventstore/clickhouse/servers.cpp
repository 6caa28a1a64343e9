#include "eventstore/clickhouse/servers.hpp"

#include <algorithm>
#include <charconv>

#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/sql.hpp"
#include "eventstore/clickhouse/tables.hpp"
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
constexpr auto level_within = std::chrono::seconds(5), looks_within = std::chrono::seconds(5);

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

Servers::Servers(Settings settings, const Kinds& kinds) : settings_(std::move(settings)), kinds_(kinds) {
  for (const auto& node : settings_.nodes)
    nodes_.push_back(
        std::make_unique<Http>(node, settings_.account, settings_.ending, settings_.takes_data_within));
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
    (node->well() && is_ready(*node) ? out : silent).push_back(node);
  }
  out.insert(out.end(), silent.begin(), silent.end());
  return out;
}

Result<void> Servers::prepare() {
  YAGURA_CHECK(check(settings_));
  std::optional<Error> away;
  for (const auto& node : nodes_) {
    const auto done = ready(*node);
    if (done) continue;
    if (!settings_.replicated || done.error().code != "eventstore.server_unreachable") return done;
    if (!away) away = done.error();
  }
  if (away) {
    YAGURA_TRY(const auto enough, has_each_shard());
    if (!enough) return std::unexpected(*away);
  }
  level_soon();
  return {};
}

bool Servers::is_ready(const Http& node) const {
  const std::lock_guard lock(mutex_);
  return ready_.contains(&node);
}

Result<void> Servers::ready(const Http& node) const {
  if (is_ready(node)) return {};
  const std::lock_guard one(making_);
  return is_ready(node) ? Result<void>() : make_ready(node);
}

Result<void> Servers::make_ready(const Http& node) const {
  std::string shard;
  if (settings_.replicated) {
    Request request;
    request.statement = "SELECT substitution FROM system.macros WHERE macro = 'shard'";
    auto answer = node.send(request);
    if (!answer) return std::unexpected(gone(answer.error()));
    shard = std::move(answer->body);
  }
  YAGURA_CHECK(make_tables(*this, node, kinds_));
  const std::lock_guard lock(mutex_);
  ready_.insert(&node);
  if (settings_.replicated) shards_[&node] = std::move(shard);
  return {};
}

Result<bool> Servers::has_each_shard() const {
  std::set<std::string> there;
  for (const auto* node : ready_) there.insert(shards_.at(node));
  if (there.empty() || settings_.cluster.empty()) return false;
  Request request;
  request.statement =
      "SELECT uniqExact(shard_num) FROM system.clusters WHERE cluster = " + literal(settings_.cluster);
  const auto all = (*ready_.begin())->send(request);
  if (!all) return std::unexpected(gone(all.error()));
  return there.size() >= parsed<std::size_t>(all->body);
}

std::vector<Error> Servers::look() const {
  std::vector<Error> out;
  for (const auto& node : nodes_) {
    // One that was away may come back without its tables, or on another disk.
    if (!node->well()) {
      const std::lock_guard lock(mutex_);
      ready_.erase(node.get());
    }
    Request request;
    request.statement = "SELECT 1";
    request.at_most = looks_within;
    if (const auto answer = node->send(request); !answer)
      out.push_back(gone(answer.error()));
    else if (auto made = ready(*node); !made)
      out.push_back(std::move(made).error());
  }
  return out;
}

Result<void> Servers::keeper_answers() const {
  Error last;
  for (const auto* node : order(0)) {
    Request request;
    request.at_most = looks_within;
    request.statement =
        "SELECT count() FROM system.replicas WHERE is_readonly AND database = " + literal(settings_.database);
    auto answer = node->send(request);
    if (answer && answer->body == "0\n") {
      request.statement = "SELECT count() FROM system.zookeeper WHERE path = '/'";
      answer = node->send(request);
      if (answer) return {};
    }
    last = {"eventstore.keeper_away",
            {{"server", node->address()},
             {"reason",
              answer ? "tables are in readonly mode" : std::string(answer.error().error.arg("reason"))}}};
  }
  return std::unexpected(last);
}

bool Servers::replicas(const Http& one, const Http& other) const {
  const std::lock_guard lock(mutex_);
  const auto a = shards_.find(&one), b = shards_.find(&other);
  return a != shards_.end() && b != shards_.end() && a->second == b->second;
}

Result<void> Servers::even(std::string_view kind) const {
  if (!settings_.replicated) return {};
  for (const auto& node : nodes_) {
    YAGURA_CHECK(ready(*node));
    Request request;
    request.statement = "SYSTEM SYNC REPLICA " + local(kind);
    request.settings = {{"receive_timeout", std::to_string(std::chrono::seconds(even_within).count())}};
    request.at_most = even_within;
    if (const auto done = node->send(request); !done) return std::unexpected(gone(done.error()));
  }
  return {};
}

// What only one that is away has cannot be waited for, nor a ZooKeeper that is.
void Servers::level_soon() const {
  if (!settings_.replicated) return;
  for (const auto& [name, kind] : kinds_)
    for (const auto* node : ready_) {
      Request request;
      request.statement = "SYSTEM SYNC REPLICA " + local(name);
      request.settings = {{"receive_timeout", std::to_string(level_within.count())}};
      request.at_most = level_within * 2;
      if (!node->send(request)) return;
    }
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
    const auto there = ready(*node);
    answer = there ? node->send(asked) : std::unexpected(Failure{there.error(), false});
    if (answer || answer.error().error.code != "eventstore.server_unreachable" || begun) break;
  }
  return answer;
}

std::expected<Table, Failure> Servers::table(Request request) const {
  request.statement += " FORMAT JSONCompact";
  return table_of(ask(request));
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
