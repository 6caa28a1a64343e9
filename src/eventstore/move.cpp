#include "eventstore/move.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "eventstore/coding.hpp"
#include "eventstore/fold.hpp"
#include "eventstore/move_progress.hpp"

namespace yagura::eventstore {

namespace {

using namespace std::chrono;
constexpr std::size_t most_sources = 100'000, sources_of_a_batch = 160;

const Limits no_limits{hours(24 * 365), INT64_MAX, nullptr};

// The month that a moment is in; the years far off are one month each way.
std::pair<std::int64_t, std::int64_t> month_around(std::int64_t at) {
  constexpr auto first = sys_days(year(-9999) / 1 / 1), last = sys_days(year(9999) / 1 / 1);
  const auto day = floor<days>(from_micros(at));
  if (day < first) return {INT64_MIN, to_micros(Time(first))};
  if (day >= last) return {to_micros(Time(last)), INT64_MAX};
  const year_month_day date(day);
  const auto month = date.year() / date.month();
  return {to_micros(Time(sys_days(month / 1))), to_micros(Time(sys_days((month + months(1)) / 1)))};
}

std::string month_name(std::int64_t begin) {
  const year_month_day date(
      floor<days>(from_micros(std::max(begin, to_micros(Time(sys_days(year(-9999) / 1 / 1)))))));
  return fmt::format("{:04}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()));
}

struct Sum {
  std::int64_t rows = 0;
  std::uint64_t sum = 0;
};

// Some sources that stand side by side, with so many events together.
struct Group {
  std::vector<std::string> values;
  std::string last;  // the last of them, folded
};

class Move {
 public:
  Move(EventStore& from, EventStore& to, const MoveOptions& options)
      : from_(from), to_(to), options_(options) {}

  Result<Moved> run() {
    YAGURA_TRY(auto found, read_progress(options_.progress));
    YAGURA_TRY(auto extents, from_.extents());
    std::erase_if(extents, [&](const Extent& e) {
      return !options_.contracts.empty() &&
             std::ranges::find(options_.contracts, e.contract) == options_.contracts.end();
    });
    std::ranges::sort(extents, {}, [](const Extent& e) { return std::tie(e.contract, e.kind); });
    for (const auto& extent : extents) all_ += extent.rows;
    at_.batch_rows = std::min(options_.batch_rows, Batch::most_rows);
    if (found) {
      at_ = *std::move(found);
      if (at_.finished != 0) return done_;
      YAGURA_CHECK(land());
    }
    for (const auto& extent : extents) {
      if (std::tie(extent.contract, extent.kind) < std::tie(at_.contract, at_.kind)) continue;
      YAGURA_CHECK(months_of(extent));
      if (done_.cancelled) return done_;
    }
    at_.finished = 1;
    YAGURA_CHECK(write());
    return done_;
  }

 private:
  [[nodiscard]] bool cancelled() const { return options_.cancelled != nullptr && options_.cancelled->load(); }
  Result<void> write() { return write_progress(options_.progress, at_); }

  Query query(Condition where = {}) const {
    const auto [begin, end] = month_around(at_.month);
    Query out{at_.contract, {at_.kind}, from_micros(begin), from_micros(end), std::move(where)};
    out.to = std::min(out.to, options_.to);
    return out;
  }
  std::unexpected<Error> failed(std::string code) const {
    return fail(std::move(code),
                {{"contract", at_.contract}, {"kind", at_.kind}, {"month", month_name(at_.month)}});
  }

  Result<void> months_of(const Extent& extent) {
    const bool here = extent.contract == at_.contract && extent.kind == at_.kind;
    for (auto next = here ? at_.month : INT64_MIN;;) {
      // The next month that has something.
      Query rest{extent.contract, {extent.kind}, from_micros(next), options_.to, {}};
      std::optional<std::int64_t> first;
      YAGURA_TRY(const auto outcome,
                 from_.search(rest, {false, 1, {}}, no_limits, [&](const Event& e) -> Result<bool> {
                   first = to_micros(e.at);
                   return true;
                 }));
      if (outcome.partial()) return fail("eventstore.damaged", {{"reason", "source"}});
      if (!first) return {};
      const auto [begin, end] = month_around(*first);
      if (!(here && begin == at_.month)) YAGURA_CHECK(begin_month(extent, begin));
      YAGURA_CHECK(move_month());
      if (done_.cancelled || end == INT64_MAX) return {};
      next = end;
    }
  }

  Result<void> begin_month(const Extent& extent, std::int64_t begin) {
    MoveProgress next;
    next.moved = at_.moved + at_.rows;
    next.batch_rows = at_.batch_rows;
    at_ = std::move(next);
    at_.contract = extent.contract;
    at_.kind = extent.kind;
    at_.month = begin;
    YAGURA_TRY(const auto base, sum_of_month(to_));
    at_.base_rows = base.rows;
    at_.base_sum = base.sum;
    return write();
  }

  Result<std::int64_t> count(EventStore& store) const {
    YAGURA_TRY(const auto counts, store.count(query(), {}, no_limits));
    if (counts.outcome.partial()) return failed("eventstore.move_unclear");
    return counts.total;
  }

  // After a sudden end: the batch that was on its way is in or not.
  Result<void> land() {
    if (at_.flight_rows == 0) return {};
    YAGURA_TRY(const auto there, count(to_));
    if (there == at_.base_rows + at_.rows + at_.flight_rows) {
      landed();
    } else if (there == at_.base_rows + at_.rows) {
      at_.flight_rows = 0;
    } else {
      return failed("eventstore.move_unclear");
    }
    return write();
  }
  void landed() {
    at_.rows += at_.flight_rows;
    at_.sum += at_.flight_sum;
    at_.after = at_.flight_after;
    at_.any_source = at_.flight_any_source;
    at_.cursor = at_.flight_cursor;
    at_.flight_rows = 0;
  }

  Result<void> move_month() {
    YAGURA_TRY(const auto groups, groups_of(from_, at_.any_source ? std::optional(at_.after) : std::nullopt));
    for (const auto& group : groups) {
      Page page{false, at_.batch_rows, at_.cursor};
      do {
        if (cancelled()) {
          done_.cancelled = true;
          at_.cursor = page.after;
          return write();
        }
        YAGURA_CHECK(move_batch(group, page));
        page.after = at_.cursor;
      } while (page.after);
    }
    return compare();
  }

  Result<void> move_batch(const Group& group, const Page& page) {
    const auto& kind = to_.kinds().find(at_.kind)->second;
    BatchBuilder build(kind);
    Sum sum;
    YAGURA_TRY(
        const auto outcome,
        from_.search(query(condition_of(group)), page, no_limits, [&](const Event& event) -> Result<bool> {
          build.row(event.at);
          for (std::size_t i = 0; i < event.cells.size(); ++i)
            if (const auto* number = std::get_if<std::int64_t>(&event.cells[i]))
              build.number(i, *number);
            else
              build.text(i, std::get<std::string_view>(event.cells[i]));
          ++sum.rows;
          sum.sum += sum_of(event);
          return !build.full();
        }));
    if (outcome.partial()) return failed("eventstore.move_unclear");
    at_.flight_rows = sum.rows;
    at_.flight_sum = sum.sum;
    at_.flight_cursor = outcome.next;
    at_.flight_after = outcome.next ? at_.after : group.last;
    at_.flight_any_source = !outcome.next || at_.any_source;
    if (sum.rows > 0) {
      YAGURA_CHECK(write());
      YAGURA_CHECK(to_.append(at_.contract, at_.kind, build.take()));
    }
    landed();
    done_.rows += sum.rows;
    report(false);
    return {};
  }

  Result<void> compare() {
    YAGURA_TRY(const auto source, count(from_));
    YAGURA_TRY(const auto target, sum_of_month(to_));
    if (source != at_.rows || target.rows != at_.base_rows + at_.rows || target.sum != at_.base_sum + at_.sum)
      return failed("eventstore.move_differs");
    ++done_.months;
    report(true);
    return {};
  }

  void report(bool verified) const {
    if (options_.report)
      options_.report({at_.contract, at_.kind, month_name(at_.month), at_.moved + at_.rows, all_, verified});
  }

  Result<Sum> sum_of_month(EventStore& store) const {
    Sum out;
    YAGURA_TRY(const auto there, count(store));
    if (there == 0) return out;
    YAGURA_TRY(const auto groups, groups_of(store, {}));
    for (const auto& group : groups) {
      Page page{false, at_.batch_rows, {}};
      do {
        YAGURA_TRY(const auto outcome, store.search(query(condition_of(group)), page, no_limits,
                                                    [&](const Event& event) -> Result<bool> {
                                                      ++out.rows;
                                                      out.sum += sum_of(event);
                                                      return true;
                                                    }));
        if (outcome.partial()) return failed("eventstore.move_unclear");
        page.after = outcome.next;
      } while (page.after);
    }
    return out;
  }

  // The sources of a month in order, those with few events together; after one that is done.
  Result<std::vector<Group>> groups_of(EventStore& store, const std::optional<std::string>& after) const {
    const auto& source = store.kinds().find(at_.kind)->second.source;
    YAGURA_TRY(const auto counts, store.count(query(), {{source}, {}, {}, most_sources}, no_limits));
    // Too many for a list: by time alone.
    if (counts.more_groups) return after ? std::vector<Group>{} : std::vector<Group>(1);
    if (counts.outcome.partial()) return failed("eventstore.move_unclear");
    // Sources that are written differently and are the same folded are found together.
    std::map<std::string, std::pair<std::string, std::int64_t>> sources;
    for (const auto& group : counts.groups) {
      auto& one = sources[fold(group.values.front())];
      one.first = group.values.front();
      one.second += group.count;
    }
    std::vector<Group> out;
    std::int64_t rows = 0;
    for (auto at = after ? sources.upper_bound(*after) : sources.begin(); at != sources.end(); ++at) {
      rows += at->second.second;
      if (out.empty() || rows > static_cast<std::int64_t>(at_.batch_rows) ||
          out.back().values.size() == sources_of_a_batch) {
        out.emplace_back();
        rows = at->second.second;
      }
      out.back().values.push_back(at->second.first);
      out.back().last = at->first;
    }
    return out;
  }

  Condition condition_of(const Group& group) const {
    Condition out;
    if (group.values.empty()) return out;
    out.type = Condition::Type::any;
    for (const auto& value : group.values) {
      Condition one;
      one.type = Condition::Type::equals;
      one.field = from_.kinds().find(at_.kind)->second.source;
      one.value = value;
      out.parts.push_back(std::move(one));
    }
    return out;
  }

  EventStore& from_;
  EventStore& to_;
  const MoveOptions& options_;
  MoveProgress at_;
  Moved done_;
  std::int64_t all_ = 0;
};

}  // namespace

std::uint64_t sum_of(const Event& event) {
  std::string bytes;
  put_signed(bytes, to_micros(event.at));
  for (std::size_t i = 0; i < event.cells.size(); ++i) {
    // What is empty is left out: a kind may have gained fields.
    if (const auto* number = std::get_if<std::int64_t>(&event.cells[i])) {
      if (*number == 0) continue;
      put_varint(bytes, i);
      put_signed(bytes, *number);
    } else if (const auto text = std::get<std::string_view>(event.cells[i]); !text.empty()) {
      put_varint(bytes, i);
      put_text(bytes, text);
    }
  }
  return checksum(bytes);
}

Result<Moved> move_events(EventStore& from, EventStore& to, const MoveOptions& options) {
  for (const auto& [name, kind] : from.kinds()) {
    const auto at = to.kinds().find(name);
    const bool same = at != to.kinds().end() &&
                      std::ranges::equal(kind.fields, at->second.fields, [](const Field& a, const Field& b) {
                        return a.name == b.name && a.type == b.type;
                      });
    if (!same)
      return fail("eventstore.kind_invalid", {{"kind", name}, {"reason", "not the same in both stores"}});
  }
  return Move(from, to, options).run();
}

}  // namespace yagura::eventstore
