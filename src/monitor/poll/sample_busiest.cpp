// Which devices were busiest over a long time: for top lists of reports.
#include <algorithm>
#include <cmath>

#include "monitor/poll/sample_levels.hpp"
#include "monitor/poll/sample_store.hpp"

namespace yagura::monitor::poll {

namespace {

using store::Row;
using store::Session;

struct Sum {
  double sum = 0;
  std::int64_t count = 0;
};

// Rows of finer levels into those of Japan's days.
std::vector<SamplePoint> by_day(const std::vector<SamplePoint>& points) {
  std::vector<SamplePoint> out;
  for (const SamplePoint& p : points) {
    const Time start = from_micros(floor_to(day, to_micros(p.at)));
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

}  // namespace

Result<std::vector<std::vector<SampleStore::BusySeries>>> SampleStore::busiest(
    std::span<const MetricGroup> groups, const std::unordered_set<Id>& devices, Time from, Time to) {
  std::vector<std::vector<BusySeries>> out(groups.size());
  struct Known {
    std::size_t group;
    std::string metric, instance;
  };
  std::unordered_map<std::int64_t, Known> known;
  open_.with([&](const Open& open) {
    for (const auto& [name, id] : open.series)
      for (std::size_t g = 0; g < groups.size(); ++g)
        if (groups[g].takes(name.first)) {
          known[id] = {g, name.first, name.second};
          break;
        }
  });
  if (known.empty()) return out;
  std::string list;
  for (const auto& [id, one] : known) list.append(list.empty() ? "" : ",").append(std::to_string(id));

  const auto done = done_.with([](const auto& d) { return d; });
  const std::int64_t first = to_micros(from), last = to_micros(to);
  const std::int64_t thinned = std::clamp(done[day], first, last);
  std::unordered_map<Key, Sum, KeyHash> sums;
  YAGURA_CHECK(database_.read([&](Session& s) -> Result<void> {
    const auto scan = [&](int level, std::int64_t begin, std::int64_t end) -> Result<void> {
      if (begin >= end) return {};
      return s.query(std::string("SELECT device, series, average, n FROM ") + table_of(level) +
                         " WHERE at >= $1 AND at < $2 AND series IN (" + list + ")",
                     begin, end, [&](const Row& row) {
                       const Id device = row.integer(0);
                       const std::int64_t n = row.integer(3);
                       if (n <= 0 || !devices.contains(device)) return;
                       Sum& sum = sums[{device, row.integer(1)}];
                       sum.sum += row.real(2) * static_cast<double>(n);
                       sum.count += n;
                     });
    };
    YAGURA_CHECK(scan(day, first, thinned));
    return scan(hour, thinned, std::min(last, done[hour]));
  }));

  std::vector<std::unordered_map<Id, std::pair<double, Key>>> best(groups.size());
  for (const auto& [key, sum] : sums) {
    const std::pair mean(sum.sum / static_cast<double>(sum.count), key);
    auto [at, fresh] = best[known[key.series].group].emplace(key.device, mean);
    // Of equal ones always the same, whatever the order of the map.
    if (!fresh &&
        (mean.first > at->second.first || (mean.first == at->second.first && key < at->second.second)))
      at->second = mean;
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::vector<std::pair<double, Key>> order;
    for (const auto& [device, one] : best[g]) order.push_back(one);
    std::ranges::sort(order, [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    if (order.size() > groups[g].most) order.resize(groups[g].most);
    for (const auto& [mean, key] : order) {
      std::vector<SamplePoint> points;
      YAGURA_CHECK(fetch(day, key, first, thinned, points));
      YAGURA_CHECK(fetch(hour, key, thinned, std::min(last, done[hour]), points));
      const Known& series = known[key.series];
      out[g].push_back({key.device, series.metric, series.instance, mean, by_day(points)});
    }
  }
  return out;
}

}  // namespace yagura::monitor::poll
