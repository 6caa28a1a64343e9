#include "monitor/poll/sample_store.hpp"

#include <algorithm>

#include "monitor/poll/sample_levels.hpp"

namespace yagura::monitor::poll {

namespace {

using store::Param;
using store::Row;
using store::Session;

constexpr std::size_t most_waiting = 2'000'000;
constexpr std::size_t rows_of_a_transaction = 20'000;
// A sample stamped at the end of a bucket may be handed over a little later.
constexpr std::int64_t grace = 60'000'000;

constexpr store::Migration steps[] = {
    {"samples", 1,
     "CREATE TABLE sample_series (id @id, metric TEXT NOT NULL, instance TEXT NOT NULL, UNIQUE (metric, "
     "instance));"
     "CREATE TABLE sample_raw (at BIGINT NOT NULL, device BIGINT NOT NULL, series BIGINT NOT NULL,"
     " value DOUBLE PRECISION NOT NULL, PRIMARY KEY (at, device, series)) @by_key;"
     "CREATE TABLE sample_5m (at BIGINT NOT NULL, device BIGINT NOT NULL, series BIGINT NOT NULL,"
     " average DOUBLE PRECISION NOT NULL, low DOUBLE PRECISION NOT NULL, high DOUBLE PRECISION NOT NULL,"
     " n BIGINT NOT NULL, PRIMARY KEY (at, device, series)) @by_key;"
     "CREATE TABLE sample_1h (at BIGINT NOT NULL, device BIGINT NOT NULL, series BIGINT NOT NULL,"
     " average DOUBLE PRECISION NOT NULL, low DOUBLE PRECISION NOT NULL, high DOUBLE PRECISION NOT NULL,"
     " n BIGINT NOT NULL, PRIMARY KEY (at, device, series)) @by_key;"
     "CREATE TABLE sample_1d (at BIGINT NOT NULL, device BIGINT NOT NULL, series BIGINT NOT NULL,"
     " average DOUBLE PRECISION NOT NULL, low DOUBLE PRECISION NOT NULL, high DOUBLE PRECISION NOT NULL,"
     " n BIGINT NOT NULL, PRIMARY KEY (at, device, series)) @by_key;"
     "CREATE TABLE sample_progress (level BIGINT PRIMARY KEY, until BIGINT NOT NULL)"},
    {"samples", 2,
     "CREATE TABLE sample_6h (at BIGINT NOT NULL, device BIGINT NOT NULL, series BIGINT NOT NULL,"
     " average DOUBLE PRECISION NOT NULL, low DOUBLE PRECISION NOT NULL, high DOUBLE PRECISION NOT NULL,"
     " n BIGINT NOT NULL, PRIMARY KEY (at, device, series)) @by_key;"
     "DELETE FROM sample_progress WHERE level = 3"},
};

}  // namespace

std::span<const store::Migration> SampleStore::migrations() { return steps; }

std::size_t SampleStore::KeyHash::operator()(const Key& key) const noexcept {
  std::uint64_t x =
      static_cast<std::uint64_t>(key.device) * 0x9e3779b97f4a7c15ULL + static_cast<std::uint64_t>(key.series);
  x ^= x >> 29;
  return x * 0xbf58476d1ce4e5b9ULL;
}

void SampleStore::Gathered::add(double value) {
  low = count == 0 ? value : std::min(low, value);
  high = count == 0 ? value : std::max(high, value);
  sum += value;
  ++count;
}

Result<std::unique_ptr<SampleStore>> SampleStore::open(store::Database& database, const Clock& clock,
                                                       SampleRetention retention) {
  std::unique_ptr<SampleStore> out(new SampleStore(database, clock, retention));
  YAGURA_CHECK(out->load());
  return out;
}

Result<> SampleStore::load() {
  std::array<std::int64_t, level_count> done{};
  Open open;
  YAGURA_CHECK(database_.read([&](Session& s) -> Result<void> {
    YAGURA_CHECK(s.query("SELECT level, until FROM sample_progress", [&](const Row& row) {
      if (row.integer(0) >= 0 && row.integer(0) < level_count)
        done[static_cast<std::size_t>(row.integer(0))] = row.integer(1);
    }));
    YAGURA_CHECK(s.query("SELECT id, metric, instance FROM sample_series", [&](const Row& row) {
      open.series[{row.string(1), row.string(2)}] = row.integer(0);
    }));
    // 5-minute rows that were being gathered when we stopped.
    open.closed_until = done[five];
    return s.query("SELECT at, device, series, value FROM sample_raw WHERE at >= $1 ORDER BY at",
                   open.closed_until, [&](const Row& row) {
                     const std::int64_t at = row.integer(0);
                     auto& one = open.buckets[floor_to(five, at)][{row.integer(1), row.integer(2)}];
                     one.add(row.real(3));
                     one.slot = at;
                   });
  }));
  done_.with([&](auto& d) { d = done; });
  open_.with([&](auto& o) { o = std::move(open); });
  return {};
}

void SampleStore::take(std::vector<Sample>&& batch) {
  std::size_t dropped = 0;
  const std::size_t count = batch.size();
  waiting_.with([&](auto& waiting) {
    const std::size_t room = most_waiting - std::min(most_waiting, waiting.size());
    dropped = count > room ? count - room : 0;
    batch.resize(count - dropped);
    if (waiting.empty())
      waiting = std::move(batch);
    else
      std::move(batch.begin(), batch.end(), std::back_inserter(waiting));
  });
  counts_.with([&](auto& c) {
    c.taken += count;
    c.dropped += dropped;
  });
}

std::optional<std::int64_t> SampleStore::known_series(std::string_view metric,
                                                      std::string_view instance) const {
  return open_.with([&](const Open& open) -> std::optional<std::int64_t> {
    const auto found = open.series.find({std::string(metric), std::string(instance)});
    return found == open.series.end() ? std::nullopt : std::optional(found->second);
  });
}

Result<std::int64_t> SampleStore::series_id(std::string_view metric, std::string_view instance) {
  if (const auto known = known_series(metric, instance)) return *known;
  YAGURA_TRY(const auto id, database_.write([&](Session& s) -> Result<std::int64_t> {
    YAGURA_CHECK(s.lock("sample_series"));
    YAGURA_CHECK(
        s.exec("INSERT INTO sample_series (id, metric, instance) SELECT coalesce(max(id), 0) + 1, $1, $2 "
               "FROM sample_series "
               "WHERE true ON CONFLICT (metric, instance) DO NOTHING",
               metric, instance));
    YAGURA_TRY(const auto found, s.integer("SELECT id FROM sample_series WHERE metric = $1 AND instance = $2",
                                           metric, instance));
    return found.value_or(0);
  }));
  open_.with([&](Open& open) { open.series[{std::string(metric), std::string(instance)}] = id; });
  return id;
}

Result<> SampleStore::write() {
  auto batch = waiting_.with([](auto& waiting) { return std::exchange(waiting, {}); });
  std::vector<RawRow> rows;
  rows.reserve(batch.size());
  std::uint64_t late = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Sample& s = batch[i];
    const auto series = series_id(s.metric, s.instance);
    if (!series) {
      // The database is away: what is not yet gathered waits for the next call.
      batch.erase(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(i));
      waiting_.with([&](auto& waiting) { waiting.insert(waiting.begin(), batch.begin(), batch.end()); });
      YAGURA_CHECK(write_raw(rows));
      return std::unexpected(series.error());
    }
    const std::int64_t at = floor_to(raw, to_micros(s.at)), start = floor_to(five, at);
    const Key key{s.device, *series};
    const bool fresh = open_.with([&](Open& open) {
      if (start < open.closed_until) {
        ++late;
        return true;
      }
      auto& one = open.buckets[start][key];
      one.add(s.value);
      return std::exchange(one.slot, std::max(one.slot, at)) < at;
    });
    if (fresh) rows.push_back({at, key, s.value});
  }
  counts_.with([&](auto& c) { c.late += late; });
  YAGURA_CHECK(write_raw(rows));
  const std::int64_t now = to_micros(clock_.now());
  while (true) {
    const auto over = open_.with([&](const Open& open) -> std::optional<std::int64_t> {
      if (open.buckets.empty() || open.buckets.begin()->first + step_of(five) + grace > now)
        return std::nullopt;
      return open.buckets.begin()->first;
    });
    if (!over) break;
    YAGURA_CHECK(write_bucket(*over));
  }
  return {};
}

Result<> SampleStore::write_raw(std::vector<RawRow>& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const RawRow& a, const RawRow& b) { return std::tie(a.at, a.key) < std::tie(b.at, b.key); });
  static constexpr std::string_view columns[] = {"at", "device", "series", "value"};
  for (std::size_t first = 0; first < rows.size(); first += rows_of_a_transaction) {
    std::vector<Param> values;
    const std::size_t end = std::min(rows.size(), first + rows_of_a_transaction);
    for (std::size_t i = first; i < end; ++i)
      values.insert(values.end(), {rows[i].at, rows[i].key.device, rows[i].key.series, rows[i].value});
    if (const auto done = insert("sample_raw", columns, values, 0); !done) {
      counts_.with([&](auto& c) { c.dropped += rows.size() - first; });
      return done;
    }
    counts_.with([&](auto& c) { c.written += end - first; });
  }
  return {};
}

Result<> SampleStore::write_bucket(std::int64_t start) {
  std::vector<std::pair<Key, Gathered>> rows;
  open_.with(
      [&](const Open& open) { rows.assign(open.buckets.at(start).begin(), open.buckets.at(start).end()); });
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  static constexpr std::string_view columns[] = {"at", "device", "series", "average", "low", "high", "n"};
  const std::int64_t end_of_bucket = start + step_of(five);
  for (std::size_t first = 0; first < rows.size(); first += rows_of_a_transaction) {
    std::vector<Param> values;
    const std::size_t end = std::min(rows.size(), first + rows_of_a_transaction);
    for (std::size_t i = first; i < end; ++i) {
      const auto& [key, g] = rows[i];
      values.insert(values.end(), {start, key.device, key.series, g.sum / static_cast<double>(g.count), g.low,
                                   g.high, g.count});
    }
    YAGURA_CHECK(insert("sample_5m", columns, values, end == rows.size() ? end_of_bucket : 0));
  }
  open_.with([&](Open& open) {
    open.buckets.erase(start);
    open.closed_until = end_of_bucket;
  });
  done_.with([&](auto& done) { done[five] = end_of_bucket; });
  bucket_size_ = rows.size();
  return {};
}

// Plain rows by the fastest way; where some are there already (written before a crash, or by another node),
// those stay.
Result<> SampleStore::insert(const char* table, std::span<const std::string_view> columns,
                             std::span<const Param> values, std::int64_t closed_until) {
  const auto progress = [&](Session& s) -> Result<void> {
    if (closed_until == 0) return {};
    YAGURA_CHECK(s.exec(set_progress, std::int64_t{five}, closed_until));
    return {};
  };
  auto done = database_.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(s.insert_many(table, columns, values));
    return progress(s);
  });
  if (done || done.error().code != "store.conflict") return done;
  std::string sql = std::string("INSERT INTO ") + table + " (", marks;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    sql.append(i ? "," : "").append(columns[i]);
    marks.append(i ? ",$" : "$").append(std::to_string(i + 1));
  }
  sql += ") VALUES (" + marks + ") ON CONFLICT DO NOTHING";
  return database_.write([&](Session& s) -> Result<void> {
    for (std::size_t at = 0; at < values.size(); at += columns.size())
      YAGURA_CHECK(s.run(sql, values.subspan(at, columns.size()), {}));
    return progress(s);
  });
}

SampleStoreCounts SampleStore::counts() const {
  auto out = counts_.with([](const auto& c) { return c; });
  out.waiting = waiting_.with([](const auto& waiting) { return waiting.size(); });
  return out;
}

}  // namespace yagura::monitor::poll
