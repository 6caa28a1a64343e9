#include "monitor/poll/evaluation.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace yagura::monitor::poll {

namespace {

// Asking again for what the device lacked: a module may have been added, a view widened.
constexpr int polls_between_all = 24;
// A row that has not been seen for so long starts anew when it returns.
constexpr Duration forget_after = std::chrono::hours(24);

bool keep(const Filter& filter, const snmp::Value& value) {
  std::string text;
  if (value.type == snmp::tag::oid)
    text = value.as_oid().text();
  else if (const auto number = value.as_signed())
    text = std::to_string(*number);
  else
    text = value.as_text();
  return (std::find(filter.values.begin(), filter.values.end(), text) != filter.values.end()) ==
         filter.wanted;
}

// Text of an instance: agents put NUL at the end, or bytes that are no text.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  return out;
}

std::optional<std::uint64_t> counted(const snmp::Value& value) { return value.as_unsigned(); }

}  // namespace

Evaluation::Evaluation(Id device, std::shared_ptr<const Profile> profile)
    : device_(device),
      profile_(std::move(profile)),
      mask_(profile_->everything()),
      kept_(profile_->groups.size()) {}

std::vector<Evaluation::Rows> Evaluation::sort(const Answer& answer, std::optional<UpTime>& up) {
  static const snmp::Oid sys_up_time{1, 3, 6, 1, 2, 1, 1, 3, 0};
  std::vector<Rows> out(profile_->groups.size());
  const auto& places = profile_->places();
  for (const snmp::VarBind& v : answer.values()) {
    if (v.value.is_exception() || v.value.type == snmp::tag::null) continue;
    if (v.name == sys_up_time.view())
      if (const auto ticks = v.value.as_unsigned())
        up = UpTime{static_cast<std::uint32_t>(*ticks), answer.engine_boots, answer.answered};
    // The last place that is not after the name; several profiles' objects may be equal to each other.
    auto after = std::upper_bound(
        places.begin(), places.end(), v.name,
        [](snmp::OidView name, const Profile::Place& p) { return (name <=> p.oid->view()) < 0; });
    for (; after != places.begin(); --after) {
      const Profile::Place& place = *std::prev(after);
      const Group& group = profile_->groups[place.group];
      const bool mine = group.table ? v.name.starts_with(*place.oid) && v.name != place.oid->view()
                                    : v.name == place.oid->view();
      if (!mine) break;
      Row& row = out[place.group]
                    [group.table ? std::string(snmp::text_of(v.name.after(*place.oid))) : std::string()];
      row.cells.resize(group.columns.size());
      auto& cell = row.cells[place.column];
      if (!cell || place.alternative < cell->alternative) cell = Cell{v.value, place.alternative};
    }
  }
  return out;
}

Evaluated Evaluation::take(const Answer& answer, Time at) {
  Evaluated out;
  out.result = {device_, profile_->id, at, answer.error, 0, 0, false, false};
  std::optional<UpTime> up;
  const auto groups = sort(answer, up);
  out.result.restarted = up && up_ && restarted(*up_, *up);
  for (std::size_t i = 0; i < groups.size(); ++i) group(i, groups[i], answer, up, out);
  for (Sample& s : out.samples) s.at = at;
  for (Observation& o : out.observations) o.at = at;
  out.result.samples = out.samples.size();
  out.result.nothing =
      !answer.error && std::all_of(groups.begin(), groups.end(), [](const Rows& r) { return r.empty(); });
  learn(answer, groups, out.result.restarted);
  if (up) up_ = up;
  return out;
}

void Evaluation::group(std::size_t index, const Rows& rows, const Answer& answer,
                       const std::optional<UpTime>& up, Evaluated& out) {
  const Group& g = profile_->groups[index];
  struct Total {
    double sum = 0, low = std::numeric_limits<double>::infinity(),
           high = -std::numeric_limits<double>::infinity();
    int count = 0;
  };
  std::vector<Total> totals(g.metrics.size());
  std::map<std::string, int> seen;
  for (const auto& [octets, row] : rows) {
    const bool wanted = std::all_of(g.keep.begin(), g.keep.end(), [&](const Filter& f) {
      return row.cells[f.column] && keep(f, row.cells[f.column]->value);
    });
    if (!wanted) continue;
    const std::string place = snmp::arcs_text(snmp::bytes_of(octets));
    std::string name =
        g.instance && row.cells[*g.instance] ? printable(row.cells[*g.instance]->value.as_text()) : place;
    if (name.empty()) name = place;
    if (g.table && seen[name]++ > 0) name += "#" + place;
    const auto values = numbers(index, row, name, answer, up, out);
    for (std::size_t m = 0; m < g.metrics.size(); ++m) {
      std::vector<std::optional<double>> operands;
      for (const std::size_t column : g.metrics[m].columns) operands.push_back(values[column]);
      const auto value = g.metrics[m].value.evaluate(operands);
      if (!value) continue;
      if (g.metrics[m].across == Across::each) {
        sample(index, m, g.table ? name : std::string(), *value, out);
      } else {
        totals[m].sum += *value;
        totals[m].low = std::min(totals[m].low, *value);
        totals[m].high = std::max(totals[m].high, *value);
        ++totals[m].count;
      }
    }
  }
  for (std::size_t m = 0; m < g.metrics.size(); ++m) {
    const Total& t = totals[m];
    if (t.count == 0) continue;
    const Across how = g.metrics[m].across;
    sample(index, m, "",
           how == Across::sum   ? t.sum
           : how == Across::min ? t.low
           : how == Across::max ? t.high
                                : t.sum / t.count,
           out);
  }
  std::erase_if(kept_[index],
                [&](const auto& one) { return answer.answered - one.second.at > forget_after; });
}

std::vector<std::optional<double>> Evaluation::numbers(std::size_t index, const Row& row,
                                                       const std::string& name, const Answer& answer,
                                                       const std::optional<UpTime>& up, Evaluated& out) {
  const Group& g = profile_->groups[index];
  std::vector<std::optional<double>> values(g.columns.size());
  bool counters = false;
  for (std::size_t c = 0; c < g.columns.size(); ++c) {
    if (!row.cells[c]) continue;
    if (g.columns[c].kind == ColumnKind::gauge) values[c] = row.cells[c]->value.as_number();
    counters |= g.columns[c].kind == ColumnKind::counter;
  }
  if (!counters) return values;

  const auto [found, fresh] = kept_[index].try_emplace(name);
  Kept& kept = found->second;
  const std::uint64_t discontinuity =
      g.restarts && row.cells[*g.restarts] ? counted(row.cells[*g.restarts]->value).value_or(0) : 0;
  const bool anew =
      fresh || discontinuity != kept.discontinuity || (up && kept.up && restarted(*kept.up, *up));
  const double seconds = up && kept.up ? seconds_between(*kept.up, *up)
                                       : std::chrono::duration<double>(answer.answered - kept.at).count();
  if (anew) kept.readings.clear();
  kept.readings.resize(g.columns.size());
  for (std::size_t c = 0; c < g.columns.size(); ++c) {
    const Column& column = g.columns[c];
    if (column.kind != ColumnKind::counter || !row.cells[c]) continue;
    const auto number = counted(row.cells[c]->value);
    if (!number) continue;
    const Reading now{*number, row.cells[c]->value.type == snmp::tag::counter64};
    auto& before = kept.readings[c];
    if (before) {
      std::optional<double> limit;
      if (column.limit) {
        std::vector<std::optional<double>> operands;
        for (const std::size_t used : column.limit_columns) operands.push_back(values[used]);
        limit = column.limit->evaluate(operands);
        if (limit && *limit <= 0) limit.reset();  // ifHighSpeed 0: not known
      }
      if (const auto r = rate(*before, now, seconds, limit))
        values[c] = *r;
      else
        ++out.result.rates_withheld;
    } else if (anew && !fresh) {
      ++out.result.rates_withheld;
    }
    before = now;
  }
  // Readings of columns that this answer lacks are older than the time kept here: they cannot be used again.
  for (std::size_t c = 0; c < g.columns.size(); ++c)
    if (!row.cells[c]) kept.readings[c].reset();
  kept.up = up;
  kept.at = answer.answered;
  kept.discontinuity = discontinuity;
  return values;
}

void Evaluation::sample(std::size_t group, std::size_t index, const std::string& name, double value,
                        Evaluated& out) {
  const Metric& metric = profile_->groups[group].metrics[index];
  out.samples.push_back({device_, metric.id, name, {}, value});
  if (metric.thresholds.empty()) return;
  auto& states = thresholds_[metric.id + '\0' + name];
  states.resize(metric.thresholds.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Threshold& t = metric.thresholds[i];
    const auto change = states[i].take(t, value);
    if (change == ThresholdState::Change::none) continue;
    // One that is left inside another says nothing yet: the condition still holds.
    if (change == ThresholdState::Change::left &&
        std::ranges::any_of(states, [](const ThresholdState& one) { return one.entered(); }))
      continue;
    out.observations.push_back({device_,
                                metric.id,
                                name,
                                t.severity,
                                change == ThresholdState::Change::entered,
                                value,
                                t.above ? *t.above : *t.below,
                                {}});
  }
}

void Evaluation::restore(const std::string& id, const std::string& instance, Severity upto) {
  for (const Group& group : profile_->groups)
    for (const Metric& metric : group.metrics) {
      if (metric.id != id || metric.thresholds.empty()) continue;
      auto& states = thresholds_[id + '\0' + instance];
      states.resize(metric.thresholds.size());
      for (std::size_t i = 0; i < states.size(); ++i)
        if (metric.thresholds[i].severity <= upto) states[i].restore(true);
    }
}

void Evaluation::learn(const Answer& answer, const std::vector<Rows>& groups, bool has_restarted) {
  if (answer.error) return;  // what is missing may only have been lost
  if (has_restarted || (mask_ != profile_->everything() && --polls_until_all_ <= 0)) {
    mask_ = profile_->everything();
    return;
  }
  if (mask_ != profile_->everything()) return;
  std::uint64_t used = 0;
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (const auto& [octets, row] : groups[g])
      for (std::size_t c = 0; c < row.cells.size(); ++c)
        if (row.cells[c])
          used |= std::uint64_t{1} << (profile_->groups[g].columns[c].first_bit + row.cells[c]->alternative);
  polls_until_all_ = polls_between_all;
  mask_ = used == 0 ? profile_->everything() : used;
}

}  // namespace yagura::monitor::poll
