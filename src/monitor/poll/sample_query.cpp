// Thinning in the background, and reading one series.
#include <algorithm>

#include "monitor/poll/sample_levels.hpp"
#include "monitor/poll/sample_store.hpp"

namespace yagura::monitor::poll {

namespace {

using store::Row;
using store::Session;

// A roll-up is done by parts of the devices, each a transaction over about this many series.
constexpr std::size_t series_at_once = 5000;
// Rows deleted at once are those of this much time.
constexpr std::int64_t forget_at_once[] = {300'000'000, 3'600'000'000, 43'200'000'000, 259'200'000'000,
                                           2'592'000'000'000};

}  // namespace

Result<bool> SampleStore::maintain() {
  for (const int level : {int{hour}, int{six_hours}, int{day}}) {
    YAGURA_TRY(const bool more, roll_up(level));
    if (more) return true;
  }
  const std::chrono::days keep[] = {retention_.raw, retention_.five_minutes, retention_.hours,
                                    retention_.days};
  for (int level = 0; level < level_count; ++level) {
    YAGURA_TRY(const bool more, forget(level, keep[level]));
    if (more) return true;
  }
  return false;
}

// The next span of a level from the level below it; one part of its devices.
Result<bool> SampleStore::roll_up(int level) {
  const auto done = done_.with([](const auto& d) { return d; });
  const auto l = static_cast<std::size_t>(level);
  std::int64_t start = done[l];
  if (start == 0) {  // the first time: where the finer rows begin
    YAGURA_TRY(const auto first, database_.read([&](Session& s) {
      return s.integer(std::string("SELECT min(at) FROM ") + table_of(level - 1));
    }));
    if (!first) return false;
    start = floor_to(level, *first);
  }
  const std::int64_t end = start + step_of(level);
  if (end > done[l - 1]) return false;
  if (part_ == 0) parts_ = static_cast<int>(std::min<std::size_t>(1 + bucket_size_ / series_at_once, 256));
  const bool last = part_ + 1 >= parts_;
  YAGURA_CHECK(database_.write([&](Session& s) -> Result<void> {
    YAGURA_CHECK(s.exec(
        std::string("INSERT INTO ") + table_of(level) +
            " (at, device, series, average, low, high, n) SELECT $1, device, series, "
            "sum(average * n) / sum(n), min(low), max(high), CAST(sum(n) AS BIGINT) FROM " +
            table_of(level - 1) +
            " WHERE at >= $1 AND at < $2 AND device % $3 = $4 GROUP BY device, series ON CONFLICT DO NOTHING",
        start, end, std::int64_t{parts_}, std::int64_t{part_}));
    if (last) YAGURA_CHECK(s.exec(set_progress, std::int64_t{level}, end));
    return {};
  }));
  part_ = last ? 0 : part_ + 1;
  if (last) done_.with([&](auto& d) { d[l] = end; });
  return true;
}

Result<bool> SampleStore::forget(int level, std::chrono::days keep) {
  const std::int64_t now = to_micros(clock_.now());
  const auto done = done_.with([](const auto& d) { return d; });
  std::int64_t cutoff = now - Duration(keep).count();
  // Never what the next level has not yet taken.
  if (level < day) cutoff = std::min(cutoff, done[static_cast<std::size_t>(level) + 1]);
  const std::string table = table_of(level);
  YAGURA_TRY(const auto first,
             database_.read([&](Session& s) { return s.integer("SELECT min(at) FROM " + table); }));
  if (!first || *first + forget_at_once[level] > cutoff) return false;
  const std::int64_t until = *first + forget_at_once[level];
  YAGURA_CHECK(
      database_.write([&](Session& s) { return s.exec("DELETE FROM " + table + " WHERE at < $1", until); }));
  return true;
}

// Looks up every time of the level's grid within [from, to).
Result<> SampleStore::fetch(int level, Key key, std::int64_t from, std::int64_t to,
                            std::vector<SamplePoint>& out) {
  const std::int64_t first = floor_to(level, from);
  if (first >= to) return {};
  const std::string values = level == raw ? "s.value, s.value, s.value, 1" : "s.average, s.low, s.high, s.n";
  // CROSS JOIN: the grid is the outer loop; any other order would read everybody's rows.
  const std::string sql =
      "WITH RECURSIVE slot (at) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT at + CAST($2 AS BIGINT) FROM "
      "slot "
      "WHERE at + CAST($2 AS BIGINT) < CAST($3 AS BIGINT)) SELECT s.at, " +
      values + " FROM slot CROSS JOIN " + table_of(level) +
      " s WHERE s.at = slot.at AND s.device = $4 AND s.series = $5 ORDER BY slot.at";
  return database_.read([&](Session& s) -> Result<void> {
    return s.query(sql, first, step_of(level), to, key.device, key.series, [&](const Row& row) {
      out.push_back({row.time(0), row.real(1), row.real(2), row.real(3), row.integer(4)});
    });
  });
}

Result<std::vector<SamplePoint>> SampleStore::query(Id device, std::string_view metric,
                                                    std::string_view instance, Time from_time, Time to_time,
                                                    int most) {
  std::vector<SamplePoint> found;
  const auto series = known_series(metric, instance);
  const std::int64_t from = to_micros(from_time),
                     to = std::min(to_micros(to_time), to_micros(clock_.now()) + step_of(raw));
  most = std::clamp(most, 1, 5000);
  if (!series || from >= to) return found;
  const Key key{device, *series};
  const std::int64_t range = to - from, now = to_micros(clock_.now());
  // The finest level that does not need many more look-ups than points, and that is still kept.
  int level = day;
  if (range <= step_of(six_hours) * 2400) level = six_hours;
  if (range <= step_of(hour) * most && from >= now - Duration(retention_.hours).count()) level = hour;
  if (range <= step_of(five) * most && from >= now - Duration(retention_.five_minutes).count()) level = five;
  if (range <= step_of(raw) * most && from >= now - Duration(retention_.raw).count()) level = raw;

  const auto done = done_.with([](const auto& d) { return d; });
  std::int64_t at = from;
  if (level == raw) {
    YAGURA_CHECK(fetch(raw, key, at, to, found));
  } else {
    // What a level has not reached yet comes from the finer ones, the newest from memory.
    for (int l = level; l >= five; --l) {
      const std::int64_t end = std::min(to, done[static_cast<std::size_t>(l)]);
      if (at >= end) continue;
      YAGURA_CHECK(fetch(l, key, at, end, found));
      at = end;
    }
    open_.with([&](const Open& open) {
      for (auto bucket = open.buckets.lower_bound(floor_to(five, at));
           bucket != open.buckets.end() && bucket->first < to; ++bucket)
        if (const auto one = bucket->second.find(key); one != bucket->second.end() && one->second.count > 0)
          found.push_back({from_micros(bucket->first),
                           one->second.sum / static_cast<double>(one->second.count), one->second.low,
                           one->second.high, one->second.count});
    });
  }
  const std::int64_t needed = (range + most - 1) / most;
  const std::int64_t step =
      std::max<std::int64_t>(1, (needed + step_of(level) - 1) / step_of(level)) * step_of(level);
  std::vector<SamplePoint> out;
  for (const SamplePoint& p : found) {
    const Time start = from_micros(floor_with(to_micros(p.at), step, offset_of(level)));
    if (out.empty() || out.back().at != start) {
      out.push_back({start, p.average, p.low, p.high, p.count});
      continue;
    }
    SamplePoint& sum = out.back();
    const double n = static_cast<double>(sum.count), more = static_cast<double>(p.count);
    sum.average = (sum.average * n + p.average * more) / (n + more);
    sum.low = std::min(sum.low, p.low);
    sum.high = std::max(sum.high, p.high);
    sum.count += p.count;
  }
  return out;
}

// The rows of one device stand together at each time of the grid: one look-up for all of its series.
Result<> SampleStore::fetch_all(int level, Id device, std::int64_t from, std::int64_t to,
                                const std::function<void(std::int64_t, std::int64_t, double)>& use) {
  const std::int64_t first = floor_to(level, from);
  if (first >= to) return {};
  const std::string sql =
      "WITH RECURSIVE slot (at) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT at + CAST($2 AS BIGINT) FROM "
      "slot WHERE at + CAST($2 AS BIGINT) < CAST($3 AS BIGINT)) SELECT s.at, s.series, " +
      std::string(level == raw ? "s.value" : "s.average") + " FROM slot CROSS JOIN " + table_of(level) +
      " s WHERE s.at = slot.at AND s.device = $4";
  return database_.read([&](Session& s) -> Result<void> {
    return s.query(sql, first, step_of(level), to, device,
                   [&](const Row& row) { use(row.integer(0), row.integer(1), row.real(2)); });
  });
}

Result<std::vector<SampleStore::SeenSeries>> SampleStore::seen(Id device, Time from_time, Time fresh_from) {
  const std::int64_t now = to_micros(clock_.now()), from = to_micros(from_time);
  const auto done = done_.with([](const auto& d) { return d; });
  struct Newest {
    std::int64_t at = 0;
    double value = 0;
  };
  std::unordered_map<std::int64_t, Newest> found;  // by series; at 0: not fresh
  std::int64_t at = from;
  for (const int level : {int{hour}, int{five}}) {
    const std::int64_t end = std::min(now, done[static_cast<std::size_t>(level)]);
    if (at >= end) continue;
    YAGURA_CHECK(
        fetch_all(level, device, at, end, [&](std::int64_t, std::int64_t series, double) { found[series]; }));
    at = end;
  }
  open_.with([&](const Open& open) {
    for (const auto& [start, bucket] : open.buckets) {
      if (start < floor_to(five, from)) continue;
      // A bucket holds everybody's; asking for each series there is beats reading all of it.
      for (const auto& [name, series] : open.series)
        if (bucket.contains(Key{device, series})) found[series];
    }
  });
  const auto fresh = std::max(from, to_micros(fresh_from));
  YAGURA_CHECK(fetch_all(raw, device, fresh, now + step_of(raw),
                         [&](std::int64_t when, std::int64_t series, double v) {
                           if (auto& newest = found[series]; when >= newest.at) newest = {when, v};
                         }));
  std::vector<SeenSeries> out;
  open_.with([&](const Open& open) {
    for (const auto& [name, series] : open.series)
      if (const auto one = found.find(series); one != found.end())
        out.push_back({name.first, name.second,
                       one->second.at == 0 ? std::nullopt : std::optional(from_micros(one->second.at)),
                       one->second.value});
  });
  return out;
}

}  // namespace yagura::monitor::poll
