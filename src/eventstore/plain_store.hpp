// The event store as a vector that is walked: what other back ends are compared with in tests.
//
// Purpose: obviously right. Not quick, not on disk, linked by tests alone.
// Order:   by time; of one time, as they were appended.
// Threads: as store.hpp; one lock around everything.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

#include "eventstore/ask/matches.hpp"
#include "eventstore/store.hpp"

namespace yagura::eventstore {

struct PlainRow {
  std::string contract, kind;
  std::int64_t at = 0, day = 0;  // the day of receipt, days since 1970 in Japan
  std::size_t place = 0;         // among all that were appended
  std::vector<std::variant<std::string, std::int64_t>> cells;
};

// What is kept while a store is closed and opened again.
using PlainRows = std::vector<PlainRow>;

class PlainStore final : public EventStore {
 public:
  PlainStore(Kinds kinds, const Clock& clock, std::shared_ptr<PlainRows> rows)
      : kinds_(std::move(kinds)), clock_(clock), rows_(std::move(rows)) {}

  [[nodiscard]] const Kinds& kinds() const override { return kinds_; }

  Result<void> append(std::string_view contract, std::string_view name, Batch batch) override {
    YAGURA_TRY(const auto* kind, kind_of(name));
    if (batch.columns.size() != kind->fields.size())
      return fail("eventstore.batch_invalid", {{"reason", "another number of columns"}});
    const std::lock_guard lock(mutex_);
    for (std::size_t r = 0; r < batch.rows(); ++r) {
      const auto today = std::chrono::floor<std::chrono::days>(clock_.now() + std::chrono::hours(9));
      PlainRow row{
          std::string(contract), kind->kind,
          batch.times[r],        batch.days.empty() ? today.time_since_epoch().count() : batch.days[r],
          rows_->size(),         {}};
      for (const auto& column : batch.columns)
        if (column.ids.empty())
          row.cells.emplace_back(column.numbers[r]);
        else
          row.cells.emplace_back(std::string(batch.strings[column.ids[r]]));
      rows_->push_back(std::move(row));
    }
    return {};
  }

  Result<Outcome> search(const Query& query, const Page& page, const Limits& limits,
                         const EventSink& sink) override {
    YAGURA_TRY(auto found, rows_of(query));
    std::ranges::sort(found, {}, [&](const PlainRow& row) {
      // ~ turns the order round, also of the least number.
      return std::pair(page.newest_first ? ~row.at : row.at, row.place);
    });
    Outcome out;
    std::optional<Cursor> last = page.after;
    std::uint32_t to_skip = last ? last->skip : 0;
    std::size_t given = 0;
    const auto begun = clock_.steady();
    for (const auto& row : found) {
      if (page.after && beyond(page, *page.after, row.at)) continue;
      if (stopped(out, limits, begun)) break;
      ++out.rows_read;
      const auto event = event_of(row);
      if (!matches(query.where, *event.kind, event.cells)) continue;
      if (page.after && row.at == to_micros(page.after->at) && to_skip > 0) {
        --to_skip;
        continue;
      }
      if (given == page.limit) {
        out.next = last;
        return out;
      }
      YAGURA_TRY(const auto go_on, sink(event));
      ++given;
      const bool same = last && to_micros(last->at) == row.at;
      last = Cursor{event.at, same ? last->skip + 1 : 1};
      if (!go_on) {
        out.next = last;
        return out;
      }
    }
    if (out.partial()) out.next = last;
    return out;
  }

  Result<Counts> count(const Query& query, const Counting& counting, const Limits& limits) override {
    YAGURA_TRY(const auto found, rows_of(query));
    Counts out;
    std::map<std::pair<std::int64_t, std::vector<std::string>>, std::int64_t> groups;
    const auto begun = clock_.steady();
    for (const auto& row : found) {
      if (stopped(out.outcome, limits, begun)) break;
      ++out.outcome.rows_read;
      const auto event = event_of(row);
      if (!matches(query.where, *event.kind, event.cells)) continue;
      std::vector<std::string> values;
      for (const auto& name : counting.by) values.push_back(value_of(event, name));
      ++groups[{bucket_of(row.at, counting), std::move(values)}];
      ++out.total;
    }
    for (const auto& [key, count] : groups) out.groups.push_back({key.second, from_micros(key.first), count});
    const auto rank = [](const Group& g) { return std::tuple(-g.count, g.bucket, g.values); };
    std::ranges::sort(out.groups, {}, rank);
    out.more_groups = out.groups.size() > counting.top;
    if (out.more_groups) out.groups.resize(counting.top);
    if (counting.bucket.count() > 0)
      std::ranges::sort(out.groups, {},
                        [](const Group& g) { return std::tuple(g.bucket, -g.count, g.values); });
    return out;
  }

  Result<std::vector<Extent>> extents() override {
    const std::lock_guard lock(mutex_);
    std::map<std::pair<std::string, std::string>, Extent> out;
    for (const auto& row : *rows_) {
      auto& extent = out[{row.contract, row.kind}];
      if (extent.rows++ == 0)
        extent = {row.contract, row.kind, 1, 0, from_micros(row.at), from_micros(row.at)};
      extent.bytes += static_cast<std::int64_t>(sizeof(PlainRow));
      extent.first = std::min(extent.first, from_micros(row.at));
      extent.last = std::max(extent.last, from_micros(row.at));
    }
    std::vector<Extent> all;
    for (auto& [key, extent] : out) all.push_back(std::move(extent));
    return all;
  }

  Result<Seal> seal(std::string_view contract, std::string_view name, std::int64_t day,
                    std::span<SourceProof> prove) override {
    YAGURA_TRY(const auto* kind, kind_of(name));
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::vector<Digest>> sources;
    for (const auto& row : *rows_) {
      if (row.contract != contract || row.kind != name || row.day != day) continue;
      const auto event = event_of(row);
      sources[value_of(event, kind->source)].push_back(digest_of(*kind, contract, day, row.at, event.cells));
    }
    Seal out{.day = day, .sources = std::ssize(sources)};
    std::vector<Digest> leaves;
    for (auto& [source, events] : sources) {
      std::ranges::sort(events);
      LeafHash leaf(source);
      for (const auto& one : events) leaf.add(one);
      leaves.push_back(leaf.end());
      out.rows += std::ssize(events);
    }
    out.root = root_of(leaves);
    for (auto& one : prove)
      if (const auto at = sources.find(one.source); at != sources.end()) {
        one.events = at->second;
        one.place = static_cast<std::size_t>(std::distance(sources.begin(), at));
        one.places = leaves.size();
        path_of(leaves, one.place, one.path);
      }
    return out;
  }

  Result<std::vector<Days>> days_received(std::string_view contract, std::string_view kind, Time first,
                                          Time last) override {
    const std::lock_guard lock(mutex_);
    std::vector<Days> out;
    for (const auto& row : *rows_)
      if (row.contract == contract && row.kind == kind && row.at >= to_micros(first) &&
          row.at <= to_micros(last))
        out.emplace_back(row.day, row.day);
    return out;
  }

 private:
  Result<const Kind*> kind_of(std::string_view name) const {
    const auto at = kinds_.find(name);
    if (at == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
    return &at->second;
  }

  // Copies: a sink may append.
  Result<PlainRows> rows_of(const Query& query) {
    for (const auto& name : query.kinds) YAGURA_CHECK(kind_of(name));
    const std::lock_guard lock(mutex_);
    PlainRows out;
    for (const auto& row : *rows_)
      if (row.contract == query.contract && row.at >= to_micros(query.from) && row.at < to_micros(query.to) &&
          kinds_.contains(row.kind) &&
          (query.kinds.empty() || std::ranges::find(query.kinds, row.kind) != query.kinds.end()))
        out.push_back(row);
    return out;
  }

  // The row must outlive the event. Fields that the kind has gained since are empty.
  Event event_of(const PlainRow& row) const {
    const auto& kind = kinds_.find(row.kind)->second;
    Event out{&kind, from_micros(row.at), {}, row.day};
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
      const bool number = kind.fields[i].type == FieldType::number;
      if (i >= row.cells.size())
        out.cells.push_back(number ? Event::Cell(std::int64_t{0}) : Event::Cell(std::string_view()));
      else if (number)
        out.cells.emplace_back(std::get<std::int64_t>(row.cells[i]));
      else
        out.cells.emplace_back(std::string_view(std::get<std::string>(row.cells[i])));
    }
    return out;
  }

  static std::string value_of(const Event& event, std::string_view field) {
    const auto at = event.kind->index_of(field);
    if (!at) return "";
    if (const auto* number = std::get_if<std::int64_t>(&event.cells[*at])) return std::to_string(*number);
    return std::string(std::get<std::string_view>(event.cells[*at]));
  }

  static std::int64_t bucket_of(std::int64_t at, const Counting& counting) {
    const auto size = counting.bucket.count(), offset = counting.offset.count();
    if (size <= 0) return 0;
    const auto rest = (at - offset) % size;
    return at - (rest < 0 ? rest + size : rest);
  }

  static bool beyond(const Page& page, const Cursor& after, std::int64_t at) {
    return page.newest_first ? at > to_micros(after.at) : at < to_micros(after.at);
  }

  bool stopped(Outcome& out, const Limits& limits, Duration begun) const {
    using enum Outcome::Why;
    if (limits.cancelled != nullptr && limits.cancelled->load()) out.why = cancelled;
    if (clock_.steady() - begun >= limits.time) out.why = out_of_time;
    if (out.rows_read >= limits.rows_read) out.why = too_many_rows;
    return out.partial();
  }

  const Kinds kinds_;
  const Clock& clock_;
  std::mutex mutex_;
  const std::shared_ptr<PlainRows> rows_;
};

}  // namespace yagura::eventstore
