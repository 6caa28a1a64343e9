// Samples of metrics on disk: raw for days, thinned to 5 minutes, 1 hour, 6 hours and a day for months and
// years.
//
// Purpose: take what polling measured, thin it, give one series back at a resolution fit for a graph.
// Keys:    (at, device, series), so that writing is appending; `at` of every table lies on its grid (raw: 10
//          s), so that one device's series is read by looking up the grid's times, never by scanning other
//          devices'.
// Thinning: 5-minute rows are gathered in memory while samples arrive and written when their time is over
//           (after a crash they are gathered again from the raw rows); hours and days are made of them by
//           maintain() in small transactions. Each row has average, lowest, highest and count.
// Days:    Japan's (UTC+9).
// Nodes:   one process writes and maintains. Several at once lose nothing raw, but their 5-minute rows do not
//          add up.
// Losses:  when the database is away, samples wait in memory up to a limit; what is dropped beyond it is
//          counted.
// Threads: take(), query() and counts() from any thread; write() and maintain() from one (a background
//          thread).
// Errors:  those of store/database.hpp.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/guarded.hpp"
#include "monitor/poll/sample.hpp"
#include "store/database.hpp"

namespace yagura::monitor::poll {

struct SamplePoint {
  Time at{};  // beginning of the span it stands for
  double average = 0, low = 0, high = 0;
  std::int64_t count = 0;
};

struct SampleRetention {
  std::chrono::days raw{3};
  std::chrono::days five_minutes{35};
  std::chrono::days hours{400};
  std::chrono::days days{3660};
  std::chrono::days six_hours{1100};
};

struct SampleStoreCounts {
  std::uint64_t taken = 0, written = 0, dropped = 0, late = 0, waiting = 0;
};

class SampleStore final : public SampleSink {
 public:
  static std::span<const store::Migration> migrations();
  // The tables must be migrated.
  static Result<std::unique_ptr<SampleStore>> open(store::Database& database, const Clock& clock,
                                                   SampleRetention retention = {});

  void take(std::vector<Sample>&& batch) override;
  // Puts on disk what was taken and the 5-minute rows whose time is over.
  Result<> write();
  // One small transaction of thinning or deleting; true when there is more to do.
  Result<bool> maintain();

  // At most `most` points, evenly spaced, oldest first; spans without samples are absent.
  Result<std::vector<SamplePoint>> query(Id device, std::string_view metric, std::string_view instance,
                                         Time from, Time to, int most = 500);
  // Of each device the one series of the metrics that has the highest average over [from, to), and of those
  // the `most` highest, with their days, the first first. One scan of the days serves all groups. The days
  // that are not yet thinned come from their hours, so that what is younger than about two hours is not in
  // it.
  struct MetricGroup {
    std::function<bool(std::string_view metric)> takes;
    std::size_t most = 10;
  };
  struct BusySeries {
    Id device = 0;
    std::string metric, instance;
    double average = 0;
    std::vector<SamplePoint> days;  // oldest first; days without samples are absent
  };
  Result<std::vector<std::vector<BusySeries>>> busiest(std::span<const MetricGroup> groups,
                                                       const std::unordered_set<Id>& devices, Time from,
                                                       Time to);
  // Every series a device has had since `from`, in the order of metric and instance, with the newest
  // measured value where there is one since `fresh_from` (which is within the days that raw rows are kept).
  struct SeenSeries {
    std::string metric, instance;
    std::optional<Time> at;  // of the newest value
    double value = 0;
  };
  Result<std::vector<SeenSeries>> seen(Id device, Time from, Time fresh_from);
  [[nodiscard]] SampleStoreCounts counts() const;

 private:
  struct Key {
    Id device;
    std::int64_t series;
    bool operator==(const Key&) const = default;
    auto operator<=>(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct Gathered {
    double sum = 0, low = 0, high = 0;
    std::int64_t count = 0;
    std::int64_t slot = 0;  // the newest raw slot written
    void add(double value);
  };
  struct RawRow {
    std::int64_t at;
    Key key;
    double value;
  };
  using Bucket = std::unordered_map<Key, Gathered, KeyHash>;
  struct Open {
    std::map<std::int64_t, Bucket> buckets;  // by start; those not yet on disk
    std::int64_t closed_until = 0;
    std::map<std::pair<std::string, std::string>, std::int64_t> series;
  };

  SampleStore(store::Database& database, const Clock& clock, SampleRetention retention)
      : database_(database), clock_(clock), retention_(retention) {}
  Result<> load();
  Result<std::int64_t> series_id(std::string_view metric, std::string_view instance);
  std::optional<std::int64_t> known_series(std::string_view metric, std::string_view instance) const;
  Result<> write_raw(std::vector<RawRow>& rows);
  Result<> write_bucket(std::int64_t start);
  Result<> insert(const char* table, std::span<const std::string_view> columns,
                  std::span<const store::Param> values, std::int64_t closed_until);
  Result<bool> roll_up(int level);
  Result<bool> forget(int level, std::chrono::days keep);
  Result<> fetch(int level, Key key, std::int64_t from, std::int64_t to, std::vector<SamplePoint>& out);

  Result<> fetch_all(int level, Id device, std::int64_t from, std::int64_t to,
                     const std::function<void(std::int64_t at, std::int64_t series, double value)>& use);

  store::Database& database_;
  const Clock& clock_;
  const SampleRetention retention_;
  Guarded<std::vector<Sample>> waiting_;
  Guarded<Open> open_;
  Guarded<SampleStoreCounts> counts_;
  Guarded<std::array<std::int64_t, 5>> done_;  // until when each level is complete
  int part_ = 0, parts_ = 1;                   // of the roll-up under way
  std::size_t bucket_size_ = 0;                // series in the newest 5 minutes written
};

}  // namespace yagura::monitor::poll
