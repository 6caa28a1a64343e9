#include "eventstore/move.hpp"

#include <algorithm>
#include <future>
#include <tuple>
#include <utility>

#include "eventstore/move_progress.hpp"
#include "eventstore/walk.hpp"

namespace yagura::eventstore {

namespace {

const Limits no_limits{std::chrono::hours(24 * 365), INT64_MAX, nullptr};

// What goes into the target at once, and how far the source is read then.
struct Flight {
  std::vector<Batch> batches;
  EventSum sum;
  std::string after;
  bool any_source = false;
  std::optional<Cursor> cursor;
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
      if (!at_.days)
        return fail("eventstore.move_progress",
                    {{"file", options_.progress.string()},
                     {"reason", "of a version that did not move days of receipt"}});
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
    const auto month = month_around(at_.month);
    Query out{at_.contract, {at_.kind}, from_micros(month.begin), from_micros(month.end), std::move(where)};
    out.to = std::min(out.to, options_.to);
    return out;
  }
  std::unexpected<Error> failed(std::string code) const {
    return fail(std::move(code),
                {{"contract", at_.contract}, {"kind", at_.kind}, {"month", month_around(at_.month).name}});
  }

  Result<void> months_of(const Extent& extent) {
    const bool here = extent.contract == at_.contract && extent.kind == at_.kind;
    for (auto next = here ? at_.month : INT64_MIN;;) {
      YAGURA_TRY(const auto month, next_month(from_, extent.contract, extent.kind, next, options_.to));
      if (!month) return {};
      const auto [begin, end] = std::pair(month->begin, month->end);
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
    YAGURA_TRY(const auto base, to_.sum(query()));
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
    YAGURA_TRY(const auto groups, source_groups(from_, query(), at_.batch_rows,
                                                at_.any_source ? std::optional(at_.after) : std::nullopt));
    Flight next{.after = at_.after, .any_source = at_.any_source, .cursor = at_.cursor};
    for (const auto& group : groups) {
      Page page{false, at_.batch_rows, next.cursor, true};
      do {
        if (cancelled()) {
          done_.cancelled = true;
          return arrived();
        }
        YAGURA_CHECK(read(group, page, next));
        page.after = next.cursor;
        if (next.batches.size() >= to_.most_together()) YAGURA_CHECK(send(next));
      } while (page.after);
    }
    YAGURA_CHECK(send(next));
    YAGURA_CHECK(arrived());
    return compare();
  }

  Result<void> read(const SourceGroup& group, const Page& page, Flight& into) {
    const auto& kind = to_.kinds().find(at_.kind)->second;
    BatchBuilder build(kind);
    YAGURA_TRY(const auto outcome,
               from_.search(query(condition_of(from_.kinds().find(at_.kind)->second, group)), page, no_limits,
                            [&](const Event& event) -> Result<bool> {
                              build.row(event.at, event.day);
                              for (std::size_t i = 0; i < event.cells.size(); ++i)
                                if (const auto* number = std::get_if<std::int64_t>(&event.cells[i]))
                                  build.number(i, *number);
                                else
                                  build.text(i, std::get<std::string_view>(event.cells[i]));
                              return !build.full();
                            }));
    if (outcome.partial()) return failed("eventstore.move_unclear");
    into.cursor = outcome.next;
    if (!outcome.next) {
      into.after = group.last;
      into.any_source = true;
    }
    if (build.rows() == 0) return {};
    auto& batch = into.batches.emplace_back(build.take());
    const auto sum = sum_of(kind, batch);
    into.sum.rows += sum.rows;
    into.sum.sum += sum.sum;
    return {};
  }

  // On its way by a thread of its own, while what follows is read; one at a time.
  Result<void> send(Flight& flight) {
    YAGURA_CHECK(arrived());
    if (flight.batches.empty()) return {};
    at_.flight_rows = flight.sum.rows;
    at_.flight_sum = flight.sum.sum;
    at_.flight_after = flight.after;
    at_.flight_any_source = flight.any_source;
    at_.flight_cursor = flight.cursor;
    YAGURA_CHECK(write());
    sending_ = std::async(std::launch::async, [this, batches = std::exchange(flight.batches, {})]() mutable {
      return to_.append_together(at_.contract, at_.kind, std::move(batches));
    });
    flight.sum = {};
    return {};
  }

  Result<void> arrived() {
    if (!sending_.valid()) return {};
    YAGURA_CHECK(sending_.get());
    done_.rows += at_.flight_rows;
    landed();
    report(false);
    return write();
  }

  Result<void> compare() {
    YAGURA_TRY(const auto source, count(from_));
    YAGURA_TRY(const auto target, to_.sum(query()));
    if (source != at_.rows || target.rows != at_.base_rows + at_.rows || target.sum != at_.base_sum + at_.sum)
      return failed("eventstore.move_differs");
    ++done_.months;
    report(true);
    return {};
  }

  void report(bool verified) const {
    if (options_.report)
      options_.report(
          {at_.contract, at_.kind, month_around(at_.month).name, at_.moved + at_.rows, all_, verified});
  }

  EventStore& from_;
  EventStore& to_;
  const MoveOptions& options_;
  MoveProgress at_;
  Moved done_;
  std::int64_t all_ = 0;
  std::future<Result<void>> sending_;  // waits for its thread when it goes
};

}  // namespace

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
