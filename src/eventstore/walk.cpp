#include "eventstore/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "eventstore/fold.hpp"

namespace yagura::eventstore {

namespace {

using namespace std::chrono;
constexpr std::size_t most_sources = 100'000, sources_of_a_group = 160;
const Limits no_limits{hours(24 * 365), INT64_MAX, nullptr};

std::unexpected<Error> not_read() { return fail("eventstore.damaged", {{"reason", "source"}}); }

}  // namespace

Month month_around(std::int64_t at) {
  constexpr auto first = sys_days(year(-9999) / 1 / 1), last = sys_days(year(9999) / 1 / 1);
  const auto day = floor<days>(from_micros(at));
  if (day < first) return {INT64_MIN, to_micros(Time(first)), "-9999-01"};
  if (day >= last) return {to_micros(Time(last)), INT64_MAX, "9999-01"};
  const year_month_day date(day);
  const auto month = date.year() / date.month();
  return {to_micros(Time(sys_days(month / 1))), to_micros(Time(sys_days((month + months(1)) / 1))),
          fmt::format("{:04}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()))};
}

Result<std::optional<Month>> next_month(EventStore& store, const std::string& contract,
                                        const std::string& kind, std::int64_t from, Time to) {
  const Query rest{contract, {kind}, from_micros(from), to, {}};
  std::optional<Month> out;
  YAGURA_TRY(const auto outcome,
             store.search(rest, {false, 1, {}}, no_limits, [&](const Event& e) -> Result<bool> {
               out = month_around(to_micros(e.at));
               return true;
             }));
  if (outcome.partial()) return not_read();
  return out;
}

Result<std::vector<SourceGroup>> source_groups(EventStore& store, const Query& query, std::size_t most,
                                               const std::optional<std::string>& after) {
  const auto& source = store.kinds().find(query.kinds.front())->second.source;
  YAGURA_TRY(const auto counts, store.count(query, {{source}, {}, {}, most_sources}, no_limits));
  // Too many for a list: by time alone.
  if (counts.more_groups) return after ? std::vector<SourceGroup>{} : std::vector<SourceGroup>(1);
  if (counts.outcome.partial()) return not_read();
  // Sources that are written differently and are the same folded are found together.
  std::map<std::string, std::pair<std::string, std::int64_t>> sources;
  for (const auto& group : counts.groups) {
    auto& one = sources[fold(group.values.front())];
    one.first = group.values.front();
    one.second += group.count;
  }
  std::vector<SourceGroup> out;
  std::int64_t rows = 0;
  for (auto at = after ? sources.upper_bound(*after) : sources.begin(); at != sources.end(); ++at) {
    rows += at->second.second;
    if (out.empty() || rows > static_cast<std::int64_t>(most) ||
        out.back().values.size() == sources_of_a_group) {
      out.emplace_back();
      rows = at->second.second;
    }
    out.back().values.push_back(at->second.first);
    out.back().last = at->first;
    out.back().rows = rows;
  }
  return out;
}

Condition condition_of(const Kind& kind, const SourceGroup& group) {
  Condition out;
  if (group.values.empty()) return out;
  out.type = Condition::Type::any;
  for (const auto& value : group.values) {
    Condition one;
    one.type = Condition::Type::equals;
    one.field = kind.source;
    one.value = value;
    out.parts.push_back(std::move(one));
  }
  return out;
}

Result<void> walk(EventStore& store, const Query& query, std::size_t rows,
                  const std::function<Result<void>(const Event&)>& sink) {
  YAGURA_TRY(const auto groups, source_groups(store, query, rows));
  for (const auto& group : groups) {
    auto part = query;
    part.where = condition_of(store.kinds().find(query.kinds.front())->second, group);
    Page page{false, rows, {}, true};
    do {
      YAGURA_TRY(const auto outcome,
                 store.search(part, page, no_limits, [&](const Event& event) -> Result<bool> {
                   YAGURA_CHECK(sink(event));
                   return true;
                 }));
      if (outcome.partial()) return not_read();
      page.after = outcome.next;
    } while (page.after);
  }
  return {};
}

}  // namespace yagura::eventstore
