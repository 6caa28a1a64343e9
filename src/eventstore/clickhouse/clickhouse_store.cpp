#include "eventstore/clickhouse/clickhouse_store.hpp"

#include <charconv>

#include "calendar/civil.hpp"
#include "eventstore/clickhouse/count.hpp"
#include "eventstore/clickhouse/day_seal.hpp"
#include "eventstore/clickhouse/insert.hpp"
#include "eventstore/clickhouse/native_block.hpp"
#include "eventstore/clickhouse/search.hpp"
#include "eventstore/clickhouse/sql.hpp"

namespace yagura::eventstore {

using namespace clickhouse;

ClickHouseStore::ClickHouseStore(Settings settings, Kinds kinds, const Clock& clock)
    : kinds_(std::move(kinds)),
      clock_(clock),
      room_{settings.folder.empty() ? std::filesystem::temp_directory_path() : settings.folder},
      ending_(settings.ending),
      servers_(std::move(settings), kinds_) {}

Result<std::unique_ptr<ClickHouseStore>> ClickHouseStore::open(Settings settings, Kinds kinds,
                                                               const Clock& clock) {
  std::unique_ptr<ClickHouseStore> out(new ClickHouseStore(std::move(settings), std::move(kinds), clock));
  YAGURA_CHECK(out->servers_.prepare());
  return out;
}

Result<std::vector<const Kind*>> ClickHouseStore::kinds_of(const Query& query) const {
  std::vector<const Kind*> out;
  if (query.kinds.empty())
    for (const auto& [name, kind] : kinds_) out.push_back(&kind);
  for (const auto& name : query.kinds) {
    const auto at = kinds_.find(name);
    if (at == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", name}});
    out.push_back(&at->second);
  }
  return out;
}

Result<void> ClickHouseStore::append(std::string_view contract, std::string_view name, Batch batch) {
  const auto at = kinds_.find(name);
  if (at == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  return insert(servers_, doubts_, contract, at->second, {&batch, 1}, today());
}

Result<void> ClickHouseStore::append_together(std::string_view contract, std::string_view name,
                                              std::vector<Batch> batches) {
  const auto at = kinds_.find(name);
  if (at == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  return insert(servers_, doubts_, contract, at->second, batches, today());
}

std::int64_t ClickHouseStore::today() const {
  return calendar::date_of(clock_.now()).time_since_epoch().count();
}

Result<EventSum> ClickHouseStore::sum(const Query& query) {
  YAGURA_TRY(const auto kinds, kinds_of(query));
  return clickhouse::sum(servers_, clock_, *kinds.front(), query);
}

Result<Outcome> ClickHouseStore::search(const Query& query, const Page& page, const Limits& limits,
                                        const EventSink& sink) {
  YAGURA_TRY(auto kinds, kinds_of(query));
  return Search(servers_, clock_, std::move(kinds), query, page, limits, sink).run();
}

Result<Seal> ClickHouseStore::seal(std::string_view contract, std::string_view name, std::int64_t day,
                                   std::span<SourceProof> prove) {
  const auto kind = kinds_.find(name);
  if (kind == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  SealMaker maker(day, room_, [this] { return ending_ != nullptr && ending_->load(); }, prove);
  return seal_of(servers_, clock_, contract, kind->second, day, maker);
}

Result<std::vector<EventStore::Days>> ClickHouseStore::days_received(std::string_view contract,
                                                                     std::string_view name, Time first,
                                                                     Time last) {
  const auto kind = kinds_.find(name);
  if (kind == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  YAGURA_TRY(const auto days,
             days_of(servers_, clock_, contract, kind->second, to_micros(first), to_micros(last)));
  std::vector<Days> out;
  for (const auto day : days) out.emplace_back(day, day);
  return out;
}

Result<Counts> ClickHouseStore::count(const Query& query, const Counting& counting, const Limits& limits) {
  YAGURA_TRY(const auto kinds, kinds_of(query));
  YAGURA_TRY(auto out, clickhouse::count(servers_, clock_, kinds, query, counting, limits));
  if (out.outcome.partial()) out.complete_from = Time::max();
  return out;
}

Result<std::vector<Error>> ClickHouseStore::look() const {
  auto out = servers_.look();
  if (out.size() == servers_.nodes().size()) return std::unexpected(std::move(out.front()));
  return out;
}

Result<void> ClickHouseStore::takes_events() const { return servers_.keeper_answers(); }

Result<void> ClickHouseStore::level() const {
  for (const auto& [name, kind] : kinds_) YAGURA_CHECK(servers_.even(name));
  return {};
}

Result<std::int64_t> ClickHouseStore::erase(std::string_view contract) {
  std::int64_t rows = 0;
  YAGURA_CHECK(level());
  YAGURA_TRY(const auto before, servers_.partitions(contract, {}));
  for (const auto& one : before) rows += one.rows;
  for (const auto& node : servers_.nodes()) {
    YAGURA_CHECK(servers_.ready(*node));
    YAGURA_CHECK(servers_.drop(*node, contract));
  }
  YAGURA_CHECK(level());
  YAGURA_TRY(const auto left, servers_.partitions(contract, {}));
  if (!left.empty()) return fail("eventstore.not_erased", {{"contract", std::string(contract)}});
  return rows;
}

Result<std::vector<Extent>> ClickHouseStore::extents() {
  YAGURA_TRY(const auto partitions, servers_.partitions("", {}));
  struct Months {
    Extent extent;
    std::int32_t first = INT32_MAX, last = INT32_MIN;
  };
  std::map<std::pair<std::string, std::string>, Months> found;
  for (const auto& one : partitions) {
    if (!kinds_.contains(one.kind)) continue;
    auto& months = found[{one.contract, one.kind}];
    months.extent.rows += one.rows;
    months.extent.bytes += one.bytes;
    months.first = std::min(months.first, one.month);
    months.last = std::max(months.last, one.month);
  }
  const auto ask = [&](const Extent& extent, std::string_view what, std::string_view where) -> Result<Time> {
    Request request;
    request.statement = "SELECT " + std::string(what) + "(at) FROM " + servers_.everywhere(extent.kind) +
                        " WHERE contract = " + literal(extent.contract) + " AND " + std::string(where);
    const auto table = servers_.table(std::move(request));
    if (!table) return std::unexpected(gone(table.error()));
    std::int64_t at = 0;
    if (!table->rows.empty() && !table->rows[0].empty())
      std::from_chars(table->rows[0][0].data(), table->rows[0][0].data() + table->rows[0][0].size(), at);
    return from_micros(at);
  };
  std::vector<Extent> out;
  for (auto& [key, months] : found) {
    auto& extent = months.extent;
    extent.contract = key.first;
    extent.kind = key.second;
    // The newest event stands in the last month; the oldest may have come late, with a newer one.
    YAGURA_TRY(extent.last, ask(extent, "max", "month = " + std::to_string(months.last)));
    YAGURA_TRY(extent.first, ask(extent, "min", "month = " + std::to_string(months.first)));
    YAGURA_TRY(extent.first, ask(extent, "min", "at <= " + number(to_micros(extent.first))));
    out.push_back(extent);
  }
  return out;
}

}  // namespace yagura::eventstore
