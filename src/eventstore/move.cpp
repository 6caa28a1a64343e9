#include "eventstore/move.hpp"

#include <algorithm>
#include <future>
#include <tuple>
#include <utility>

#include "eventstore/fold.hpp"
#include "eventstore/move_progress.hpp"
#include "eventstore/walk.hpp"

namespace yagura::eventstore {

namespace {

const Limits no_limits{std::chrono::hours(24 * 365), INT64_MAX, nullptr};

// Batches with so many bytes of cells together go at once, however few they are: a target holds all of them.
constexpr std::size_t bytes_together = 128U << 20;

// So many groups are read at once: the more, the fewer times the texts they have in common are unpacked.
constexpr std::size_t groups_together = 8;

// What goes into the target at once, and how far the source is read then.
struct Flight {
  std::vector<Batch> batches;
  std::size_t bytes = 0;  // of their cells
  EventSum sum;
  std::string after;
  bool any_source = false;
  std::optional<Cursor> cursor;
  std::optional<std::string> until;
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
    at_.until = at_.flight_until;
    at_.flight_rows = 0;
  }

  Result<void> move_month() {
    YAGURA_TRY(auto groups, source_groups(from_, query(), at_.batch_rows,
                                          at_.any_source ? std::optional(at_.after) : std::nullopt));
    YAGURA_TRY(reader_, from_.source_reader(query()));
    Flight next{.after = at_.after, .any_source = at_.any_source, .cursor = at_.cursor, .until = at_.until};
    std::ranges::reverse(groups);  // the next one is the last
    // The one that was being read may have been a part of it.
    if (next.until && !groups.empty()) {
      const auto& values = groups.back().values;
      const auto first =
          std::ranges::count_if(values, [&](const auto& value) { return fold(value) <= *next.until; });
      if (first > 0 && first < std::ssize(values)) split(groups, static_cast<std::size_t>(first));
    }
    while (!groups.empty()) {
      if (cancelled()) {
        done_.cancelled = true;
        return arrived();
      }
      YAGURA_CHECK(read(groups, next));
      YAGURA_CHECK(send_if_full(next));
    }
    YAGURA_CHECK(send(next));
    YAGURA_CHECK(arrived());
    return compare();
  }

  // Of the next groups, the last ones, what goes into one flight or a part of one; what is done is taken away.
  Result<void> read(std::vector<SourceGroup>& groups, Flight& into) {
    const auto& group = groups.back();
    const bool in_order = into.cursor && into.cursor->skip > 0;
    if (reader_ && !group.values.empty() && !in_order) {
      if (!into.cursor && fits(group)) {
        YAGURA_TRY(const auto done, read_together(groups, into));
        if (done) return {};
        if (group.values.size() > 1) {
          split(groups, group.values.size() / 2);
          return {};
        }
      }
      YAGURA_TRY(const auto done, read_stretch(group, into));
      if (done) {
        if (!into.cursor) groups.pop_back();
        return {};
      }
    }
    YAGURA_CHECK(read_page(group, into));
    if (!into.cursor) groups.pop_back();
    return {};
  }
  [[nodiscard]] bool fits(const SourceGroup& group) const {
    return group.values.size() > 1 ||
           (!group.values.empty() && group.rows <= static_cast<std::int64_t>(at_.batch_rows));
  }

  // Some groups, a batch of each. False: the first does not fit into one.
  Result<bool> read_together(std::vector<SourceGroup>& groups, Flight& into) {
    const auto whole = query();
    std::vector<SourceStretch> stretches;
    auto after = into.any_source ? std::optional(into.after) : std::nullopt;
    for (auto at = groups.rbegin(); at != groups.rend() && fits(*at) && stretches.size() < groups_together;
         ++at) {
      stretches.push_back(
          {std::exchange(after, at->last), at->last, to_micros(whole.from), to_micros(whole.to)});
    }
    YAGURA_TRY(auto batches, reader_->read(stretches));
    for (auto& batch : batches) {
      if (batch.rows() > 0) add(std::move(batch), into);
      passed(groups.back(), into);
      groups.pop_back();
      YAGURA_CHECK(send_if_full(into));
    }
    return !batches.empty();
  }

  // Of a source that has more than a batch takes the next stretch of time, which is shorter until its events fit.
  // False: they never do.
  Result<bool> read_stretch(const SourceGroup& group, Flight& into) {
    const auto whole = query();
    const auto end = to_micros(whole.to);
    SourceStretch stretch{into.any_source ? std::optional(into.after) : std::nullopt, group.last,
                          to_micros(into.cursor ? into.cursor->at : whole.from), end};
    const auto most = at_.batch_rows;
    const auto all = static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(stretch.from);
    if (length_ == 0) length_ = all / (2 * static_cast<std::uint64_t>(group.rows) / most + 1);
    for (; length_ > 0; length_ = std::min(length_, all) / 2) {
      if (length_ < all)
        stretch.to = static_cast<std::int64_t>(static_cast<std::uint64_t>(stretch.from) + length_);
      YAGURA_TRY(auto batches, reader_->read({&stretch, 1}));
      if (batches.empty() || batches.front().rows() > most) continue;
      const auto rows = batches.front().rows();
      if (rows > 0) add(std::move(batches.front()), into);
      if (rows < most / 2) length_ = std::min(length_, all / 2) * 2;
      if (stretch.to == end)
        passed(group, into);
      else
        stopped(group, {from_micros(stretch.to), 0}, into);
      return true;
    }
    return false;
  }

  Result<void> read_page(const SourceGroup& group, Flight& into) {
    const Page page{false, at_.batch_rows, into.cursor, true};
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
    if (outcome.next)
      stopped(group, *outcome.next, into);
    else
      passed(group, into);
    if (build.rows() > 0) add(build.take(), into);
    return {};
  }

  void add(Batch batch, Flight& into) const {
    const auto sum = sum_of(to_.kinds().find(at_.kind)->second, batch);
    into.sum.rows += sum.rows;
    into.sum.sum += sum.sum;
    for (const auto& column : batch.columns) {
      into.bytes += column.numbers.size() * 8;
      for (const auto id : column.ids) into.bytes += batch.strings[id].size();
    }
    into.batches.push_back(std::move(batch));
  }
  void passed(const SourceGroup& group, Flight& into) {
    into.cursor.reset();
    into.until.reset();
    into.after = group.last;
    into.any_source = true;
    length_ = 0;
  }
  static void stopped(const SourceGroup& group, const Cursor& at, Flight& into) {
    into.cursor = at;
    if (!group.values.empty()) into.until = group.last;
  }

  // The next group, of several sources, becomes two: the first ends with this one.
  static void split(std::vector<SourceGroup>& groups, std::size_t first) {
    auto& next = groups.back();
    SourceGroup head = next;
    head.values.resize(first);
    head.last = fold(head.values.back());
    next.values.erase(next.values.begin(), next.values.begin() + static_cast<std::ptrdiff_t>(first));
    groups.push_back(std::move(head));
  }

  Result<void> send_if_full(Flight& flight) {
    const bool full = flight.batches.size() >= to_.most_together() || flight.bytes >= bytes_together;
    return full ? send(flight) : Result<void>();
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
    at_.flight_until = flight.until;
    YAGURA_CHECK(write());
    sending_ = std::async(std::launch::async, [this, batches = std::exchange(flight.batches, {})]() mutable {
      return to_.append_together(at_.contract, at_.kind, std::move(batches));
    });
    flight.sum = {};
    flight.bytes = 0;
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
  std::unique_ptr<SourceReader> reader_;  // of the month; none: all is searched
  std::uint64_t length_ = 0;              // µs of the stretches of the source that is read; 0: not known
  std::future<Result<void>> sending_;     // waits for its thread when it goes
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
