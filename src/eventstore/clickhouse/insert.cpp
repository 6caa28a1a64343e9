#include "eventstore/clickhouse/insert.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/sql.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

using namespace std::chrono_literals;
constexpr std::size_t most_cells = 512U << 20;
constexpr int tries = 4, asks = 100;
constexpr auto between_asks = 100ms;

std::uint64_t new_number() {
  static thread_local std::mt19937_64 random{std::random_device{}()};
  return random();
}

Result<void> check(const Kind& kind, const Batch& batch) {
  const auto invalid = [](std::string reason) {
    return fail("eventstore.batch_invalid", {{"reason", std::move(reason)}});
  };
  if (batch.columns.size() != kind.fields.size()) return invalid("another number of columns");
  if (!batch.days.empty() && batch.days.size() != batch.rows()) return invalid("days of other rows");
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    const auto& column = batch.columns[i];
    const bool numbers = kind.fields[i].type == FieldType::number;
    if ((numbers ? column.numbers.size() : column.ids.size()) != batch.rows())
      return invalid("column " + kind.fields[i].name);
    if (std::ranges::any_of(column.ids, [&](auto id) { return id >= batch.strings.size(); }))
      return invalid("a string that is not there");
  }
  return {};
}

// The server's exceptions where a table has no ZooKeeper: no batch is taken (225, 242), or nobody knows whether
// this one was (319, 999).
bool is_without_keeper(int number) { return number == 225 || number == 242; }
bool is_unknown(int number) { return number == 319 || number == 999; }

enum class There : std::uint8_t { no, yes, unknown };

// Whether a batch whose answer was lost is on that server; waits until nobody works on it any more.
There is_there(const Http& node, const std::string& table, std::string_view contract, std::int32_t month,
               std::uint64_t id) {
  const auto asked = [&](std::string statement) {
    Request request;
    request.statement = std::move(statement);
    return node.send(request);
  };
  const auto name = std::to_string(id);
  for (int i = 0; i < asks; ++i) {
    const auto working = asked("SELECT count() FROM system.processes WHERE query_id = 'batch-" + name + "'");
    if (working && working->body == "0\n") break;
    // One that hangs would be asked in vain for minutes.
    if (!working && (working.error().late || working.error().error.code == "eventstore.closed"))
      return There::unknown;
    std::this_thread::sleep_for(between_asks);
    if (i + 1 == asks) return There::unknown;
  }
  const auto rows = asked("SELECT count() FROM " + table + " WHERE contract = " + literal(contract) +
                          " AND month = " + std::to_string(month) + " AND batch = " + name);
  if (!rows) return There::unknown;
  return rows->body == "0\n" ? There::no : There::yes;
}

}  // namespace

Result<void> insert(const Servers& servers, Doubts& doubts, std::string_view contract, const Kind& kind,
                    std::span<const Batch> batches, std::int64_t today) {
  NativeBlock::Common common{contract, INT32_MIN, new_number(), today};
  std::size_t rows = 0, bytes = 0;
  std::int64_t newest = INT64_MIN;
  for (const auto& batch : batches) {
    YAGURA_CHECK(check(kind, batch));
    rows += batch.rows();
    bytes += cells_bytes(batch);
    for (const auto time : batch.times) newest = std::max(newest, time);
  }
  if (rows == 0) return {};
  if (bytes > most_cells) return fail("eventstore.batch_too_large", {{"bytes", std::to_string(bytes)}});
  common.month = month_of(newest);
  std::string columns;
  for (const auto& [name, type] : columns_of(kind)) columns.append(columns.empty() ? "" : ", ").append(name);
  Error last;
  auto nodes = servers.order(common.id % servers.nodes().size());
  const auto next = [&] { std::ranges::rotate(nodes, nodes.begin() + 1); };
  // It must be that server's shard, whose replicas take the same block once.
  const Http* taken_by = nullptr;
  const auto doubt = [&](const Http& node) {
    taken_by = &node;
    std::erase_if(
        nodes, [&](const Http* other) { return !servers.ready(*other) || !servers.replicas(node, *other); });
  };
  if (!doubts.empty())
    if (const auto known = doubts.take(Doubts::key_of(contract, kind.kind, batches))) {
      common.id = known->id;
      common.today = known->today;
      doubt(*known->node);
    }
  for (int attempt = 0; attempt < tries && !nodes.empty(); ++attempt) {
    NativeBlock block(kind, batches, common);
    Request request;
    request.statement = "INSERT INTO " + servers.local(kind.kind) + " (" + columns + ") FORMAT Native";
    request.query_id = "batch-" + std::to_string(common.id);
    // One part, whatever the server makes of the block; whole as it comes it is not copied before.
    request.settings = {{"min_insert_block_size_rows", std::to_string(rows)},
                        {"min_insert_block_size_bytes", std::to_string(most_cells * 4)}};
    request.data = [&](char* to, std::size_t size) { return block.fill(to, size); };
    const auto& node = *nodes.front();
    const auto ready = servers.ready(node);
    const auto done = ready ? node.send(request) : std::unexpected(Failure{ready.error(), false});
    if (done) return {};
    const auto& why = done.error();
    last = gone(why);
    if (servers.replicated() && (is_without_keeper(why.number) || is_unknown(why.number)))
      last = {"eventstore.keeper_away",
              {{"server", node.address()}, {"reason", std::string(last.arg("reason"))}}};
    if (!why.sent || (servers.replicated() && is_without_keeper(why.number))) {
      next();
      continue;
    }
    if (servers.replicated() && (why.number == 0 || is_unknown(why.number))) {
      doubt(node);
      if (last.code == "eventstore.closed") break;
      if (!nodes.empty()) next();
      continue;
    }
    if (why.number != 0) break;
    // From here on it must be this server.
    nodes = {&node};
    const auto there = is_there(node, servers.local(kind.kind), contract, common.month, common.id);
    if (there == There::yes) return {};
    if (there == There::unknown) break;
  }
  if (taken_by != nullptr)
    doubts.keep(Doubts::key_of(contract, kind.kind, batches), {common.id, common.today, taken_by});
  return std::unexpected(last);
}

}  // namespace yagura::eventstore::clickhouse
