#include "report/account.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace yagura::report {

namespace {

std::unexpected<Error> invalid(std::string what, std::string name) {
  return fail("report.figures_invalid", {{"what", std::move(what)}, {"name", std::move(name)}});
}

template <class T, class Key>
std::vector<const T*> sorted(const std::vector<T>& rows, Key key) {
  std::vector<const T*> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(&row);
  std::ranges::sort(out, [&](const T* a, const T* b) { return key(*a) < key(*b); });
  return out;
}

class Counting {
 public:
  explicit Counting(const MonthFigures& figures) : figures_(figures) { out_.figures = &figures; }

  Result<Account> run() {
    const Span month = calendar::span_of(figures_.month);
    out_.within = {month.from, std::clamp(figures_.as_of, month.from, month.to)};
    out_.days = static_cast<int>(std::chrono::floor<std::chrono::days>(month.to - month.from).count());
    YAGURA_CHECK(devices());
    YAGURA_CHECK(availability());
    YAGURA_CHECK(performance());
    classes();
    lists();
    rules();
    return std::move(out_);
  }

 private:
  Result<> devices() {
    std::unordered_map<std::string, std::size_t> order;
    for (std::size_t i = 0; i < figures_.classes.size(); ++i) order[figures_.classes[i].id] = i;
    for (const auto& device : figures_.devices) {
      const auto found = order.find(device.device_class);
      if (found == order.end()) return invalid("class", device.device_class);
      out_.devices.push_back({&device, &figures_.classes[found->second], {}});
    }
    std::ranges::sort(out_.devices, {}, [&](const DeviceAccount& d) {
      return std::tuple(d.device_class - figures_.classes.data(), d.device->name, d.device->id);
    });
    for (std::size_t i = 0; i < out_.devices.size(); ++i)
      if (!place_.emplace(out_.devices[i].device->id, i).second)
        return invalid("device twice", out_.devices[i].device->name);
    return {};
  }

  Result<std::size_t> place(Id device, const char* what) const {
    const auto found = place_.find(device);
    if (found == place_.end()) return invalid(what, std::to_string(device));
    return found->second;
  }

  Result<> availability() {
    std::vector<std::vector<Span>> down(out_.devices.size()), agreed(out_.devices.size());
    for (const auto& outage : figures_.outages) {
      YAGURA_TRY(const std::size_t at, place(outage.device, "device of an outage"));
      down[at].push_back(outage.span);
      out_.outages.push_back({&outage, &out_.devices[at], {}, {}});
    }
    for (const auto& silence : figures_.silences) {
      for (const Id id : silence.devices) {
        YAGURA_TRY(const std::size_t at, place(id, "device of a silence"));
        if (silence.agreed) agreed[at].push_back(silence.span);
      }
    }
    for (auto& one : out_.outages) {
      const auto& excluded = agreed[static_cast<std::size_t>(one.device - out_.devices.data())];
      const auto alone = calendar::availability(out_.within, {one.outage->span}, {});
      one.within = alone.down;
      one.counted = calendar::availability(out_.within, {one.outage->span}, excluded).down;
    }
    std::ranges::sort(out_.outages, {}, [](const OutageAccount& o) {
      return std::tuple(o.device, o.outage->span.from, o.outage->span.to, o.outage->cause);
    });
    for (std::size_t i = 0; i < out_.devices.size(); ++i)
      out_.devices[i].availability =
          calendar::availability(out_.within, std::move(down[i]), std::move(agreed[i]));
    return {};
  }

  void classes() {
    for (const auto& one : figures_.classes) {
      ClassAccount& sum = out_.classes.emplace_back();
      sum.device_class = &one;
      for (const auto& device : out_.devices) {
        if (device.device_class != &one) continue;
        ++sum.devices;
        sum.base += device.availability.base;
        sum.excluded += device.availability.excluded;
        sum.down += device.availability.down;
      }
      sum.outages = static_cast<std::size_t>(std::ranges::count_if(out_.outages, [&](const OutageAccount& o) {
        return o.device->device_class == &one && o.counted > Duration{};
      }));
    }
  }

  Result<> performance() {
    for (const auto& one : figures_.performance) {
      YAGURA_TRY(const std::size_t at, place(one.device, "device of a measurement"));
      if (one.days.size() != static_cast<std::size_t>(out_.days))
        return invalid("days of a measurement", one.metric);
      TopDevice row{&out_.devices[at], &one};
      double sum = 0;
      std::int64_t samples = 0;
      for (std::size_t day = 0; day < one.days.size(); ++day) {
        if (one.days[day].samples <= 0) continue;
        sum += one.days[day].mean * static_cast<double>(one.days[day].samples);
        samples += one.days[day].samples;
        if (row.peak_day != 0 && one.days[day].peak <= row.peak) continue;
        row.peak = one.days[day].peak;
        row.peak_day = static_cast<int>(day) + 1;
      }
      if (samples == 0) continue;  // nothing was measured: no place in a top list
      row.mean = sum / static_cast<double>(samples);
      out_.top[one.metric].push_back(row);
    }
    for (auto& [metric, rows] : out_.top) {
      std::ranges::sort(rows, [](const TopDevice& a, const TopDevice& b) {
        return std::tuple(-a.mean, -a.peak, a.device) < std::tuple(-b.mean, -b.peak, b.device);
      });
      int rank = 0;
      for (auto& row : rows) row.rank = ++rank;
    }
    return {};
  }

  void lists() {
    out_.alerts = sorted(figures_.alerts, [](const Alert& a) { return std::tuple(a.opened, a.id); });
    out_.incidents =
        sorted(figures_.incidents, [](const Incident& i) { return std::tie(i.opened, i.number); });
    out_.clocks =
        sorted(figures_.clocks, [](const ClockRecord& c) { return std::tie(c.rule, c.started, c.incident); });
    out_.silences = sorted(figures_.silences, [](const Silence& s) {
      return std::tie(s.span.from, s.span.to, s.target, s.why);
    });
    out_.contacts = sorted(figures_.contacts,
                           [](const Contact& c) { return std::tie(c.at, c.incident, c.person, c.result); });
  }

  void rules() {
    for (const auto* clock : out_.clocks) {
      if (out_.rules.empty() || out_.rules.back().rule != clock->rule)
        out_.rules.push_back({clock->rule, clock->rule_title});
      auto& rule = out_.rules.back();
      switch (clock->outcome) {
        case ClockOutcome::kept:
          ++rule.kept;
          break;
        case ClockOutcome::missed:
          ++rule.missed;
          break;
        case ClockOutcome::running:
          ++rule.running;
          break;
        case ClockOutcome::cancelled:
          ++rule.cancelled;
          break;
      }
    }
  }

  const MonthFigures& figures_;
  Account out_;
  std::unordered_map<Id, std::size_t> place_;
};

}  // namespace

double ClassAccount::percent() const {
  if (base <= Duration{}) return 100;
  return 100.0 * static_cast<double>((base - down).count()) / static_cast<double>(base.count());
}

bool ClassAccount::meets() const {
  if (device_class->target_ppm == 0) return true;
  return calendar::meets({.base = base, .excluded = excluded, .down = down, .outages = {}},
                         device_class->target_ppm);
}

Result<Account> count(const MonthFigures& figures) { return Counting(figures).run(); }

}  // namespace yagura::report
