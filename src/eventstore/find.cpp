#include "eventstore/find.hpp"

#include <algorithm>
#include <queue>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {

using Why = Outcome::Why;
using Candidate = PartSearch::Candidate;

// An event that owns what it says.
struct Kept {
  std::int64_t time = 0;
  std::uint64_t hash = 0;
  const Kind* kind = nullptr;
  std::vector<std::variant<std::string, std::int64_t>> cells;
};

std::uint64_t hash_of(const Kept& event) {
  std::string bytes;
  put_text(bytes, event.kind->kind);
  for (const auto& cell : event.cells) {
    if (const auto* number = std::get_if<std::int64_t>(&cell))
      put_signed(bytes, *number);
    else
      put_text(bytes, std::get<std::string>(cell));
  }
  // Fields that are empty at the end hash alike whether the kind had them already or not.
  while (!bytes.empty() && bytes.back() == '\0') bytes.pop_back();
  return checksum(bytes);
}

// Valid as long as what is kept.
Event event_of(const Kept& kept) {
  Event out{kept.kind, from_micros(kept.time), {}};
  for (const auto& cell : kept.cells) {
    if (const auto* text = std::get_if<std::string>(&cell))
      out.cells.emplace_back(std::string_view(*text));
    else
      out.cells.emplace_back(std::get<std::int64_t>(cell));
  }
  return out;
}

class Finder {
 public:
  Finder(std::int64_t from, std::int64_t to, const Page& page)
      : newest_(page.newest_first), from_(from), to_(to), room_(page.limit + 1) {
    if (page.after) {
      const auto at = to_micros(page.after->at);
      if (newest_)
        to_ = std::min(to_, at == INT64_MAX ? at : at + 1);
      else
        from_ = std::max(from_, at);
      room_ += page.after->skip;
    }
  }

  // Looks until the page is complete; answers why it ended.
  Why run(std::span<const Part> parts, const Bounds& bounds, Outcome& outcome) {
    std::vector<const Part*> waiting;
    for (const auto& part : parts)
      if (part.last_time >= from_ && part.first_time < to_) waiting.push_back(&part);
    // The next to be opened is the last.
    std::ranges::sort(waiting, [&](const Part* a, const Part* b) { return nearer(edge(*b), edge(*a)); });
    const auto later = [&](const Block& a, const Block& b) { return nearer(edge(b.at), edge(a.at)); };
    std::priority_queue<Block, std::vector<Block>, decltype(later)> blocks(later);
    for (;;) {
      while (!waiting.empty() && (blocks.empty() || !nearer(edge(blocks.top().at), edge(*waiting.back())))) {
        const auto& part = *waiting.back();
        if (full() && beyond(edge(part))) break;
        if (const auto why = bounds.reached(rows_read()); why != Why::whole) return stop(why, edge(part));
        waiting.pop_back();
        open(part, outcome, [&](const Block& block) { blocks.push(block); });
      }
      if (blocks.empty() || (full() && beyond(edge(blocks.top().at)))) return Why::whole;
      const auto block = blocks.top();
      if (const auto why = bounds.reached(rows_read()); why != Why::whole) return stop(why, edge(block.at));
      blocks.pop();
      look(block, outcome);
    }
  }

  [[nodiscard]] std::int64_t rows_read() const {
    std::int64_t out = 0;
    for (const auto& one : open_) out += one.search->rows_read();
    return out;
  }
  // How far everything has been seen, when a limit ended it.
  [[nodiscard]] std::optional<std::int64_t> reached() const { return reached_; }
  [[nodiscard]] bool is_complete(std::int64_t time) const { return !reached_ || nearer(time, *reached_); }
  std::vector<Kept> take() {
    std::ranges::sort(kept_, [&](const Kept& a, const Kept& b) { return before(a, b); });
    return std::move(kept_);
  }

 private:
  struct Open {
    const Part* part;
    std::unique_ptr<PartSearch> search;
  };
  struct Block {
    std::size_t part = 0;
    Candidate at;
  };

  [[nodiscard]] bool nearer(std::int64_t a, std::int64_t b) const { return newest_ ? a > b : a < b; }
  template <class T>
  [[nodiscard]] std::int64_t edge(const T& of) const {
    return newest_ ? of.last_time : of.first_time;
  }
  [[nodiscard]] bool before(const Kept& a, const Kept& b) const {
    return a.time != b.time ? nearer(a.time, b.time) : a.hash < b.hash;
  }
  [[nodiscard]] bool full() const { return kept_.size() >= room_; }
  // Nothing from there on can take a place in the page.
  [[nodiscard]] bool beyond(std::int64_t edge) const {
    return room_ == 0 || nearer(kept_.front().time, edge);
  }

  Why stop(Why why, std::int64_t at) {
    reached_ = at;
    return why;
  }

  template <class F>
  void open(const Part& part, Outcome& outcome, F&& add) {
    auto search = part.open();
    if (!search) return outcome.damage.push_back(search.error().text());
    auto candidates = (*search)->candidates(newest_);
    if (!candidates) return outcome.damage.push_back(candidates.error().text());
    open_.push_back({&part, *std::move(search)});
    for (const auto& one : *candidates) add(Block{open_.size() - 1, one});
  }

  void look(const Block& block, Outcome& outcome) {
    auto& [part, search] = open_[block.part];
    auto from = from_, to = to_;
    if (full()) {
      // What has the time of the last one kept may still come before it.
      const auto last = kept_.front().time;
      if (newest_)
        from = std::max(from, last);
      else
        to = std::min(to, last == INT64_MAX ? last : last + 1);
    }
    const auto note = [&](const Result<void>& done) {
      if (done) return;
      auto text = done.error().text();
      if (std::ranges::find(outcome.damage, text) == outcome.damage.end())
        outcome.damage.push_back(std::move(text));
    };
    found_.clear();
    note(search->look(block.at, from, to,
                      [&](std::uint32_t row, std::int64_t time) { found_.emplace_back(time, row); }));
    std::ranges::sort(found_, [&](const auto& a, const auto& b) { return nearer(a.first, b.first); });
    for (const auto& [time, row] : found_) {
      if (full() && nearer(kept_.front().time, time)) break;
      note(keep(*part, *search, time, row));
    }
  }

  // kept_ is a heap with the last of the page in front.
  Result<void> keep(const Part& part, PartSearch& search, std::int64_t time, std::uint32_t row) {
    Kept event{time, 0, part.kind, {}};
    event.cells.reserve(part.kind->fields.size());
    for (std::size_t f = 0; f < part.kind->fields.size(); ++f) {
      YAGURA_TRY(const auto cell, search.cell(f, row));
      if (const auto* text = std::get_if<std::string_view>(&cell))
        event.cells.emplace_back(std::string(*text));
      else
        event.cells.emplace_back(std::get<std::int64_t>(cell));
    }
    event.hash = hash_of(event);
    const auto order = [&](const Kept& a, const Kept& b) { return before(a, b); };
    if (full()) {
      if (!before(event, kept_.front())) return {};
      std::ranges::pop_heap(kept_, order);
      kept_.pop_back();
    }
    kept_.push_back(std::move(event));
    std::ranges::push_heap(kept_, order);
    return {};
  }

  const bool newest_;
  std::int64_t from_, to_;
  std::size_t room_;  // one more than the page: whether there is another
  std::vector<Open> open_;
  std::vector<Kept> kept_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> found_;
  std::optional<std::int64_t> reached_;
};

}  // namespace

Result<Outcome> find_events(std::span<const Part> parts, std::int64_t from, std::int64_t to, const Page& page,
                            const Limits& limits, const Clock& clock, const EventSink& sink) {
  if (page.after && page.after->skip > most_skipped) return fail("eventstore.cursor_invalid");
  Outcome out;
  if (page.limit == 0) return out;
  const Bounds bounds(limits, clock);
  Finder finder(from, to, page);
  out.why = finder.run(parts, bounds, out);
  if (out.why == Why::whole && !out.damage.empty()) out.why = Why::damaged;
  out.rows_read = finder.rows_read();
  auto skip = page.after ? page.after->skip : 0;
  auto next = page.after.value_or(Cursor{from_micros(page.newest_first ? to : from), 0});
  std::size_t given = 0;
  for (const auto& one : finder.take()) {
    if (!finder.is_complete(one.time)) break;
    const auto at = from_micros(one.time);
    if (skip > 0 && at == page.after->at) {
      --skip;
      continue;
    }
    // Whoever takes the events may be slow, or give up.
    const auto stopped = finder.reached() ? Why::whole : bounds.reached(0);
    if (stopped != Why::whole) out.why = stopped;
    bool more = given < page.limit && stopped == Why::whole;
    if (more) {
      YAGURA_TRY(more, sink(event_of(one)));
      next = next.at == at && (given > 0 || page.after) ? Cursor{at, next.skip + 1} : Cursor{at, 1};
      ++given;
    }
    if (!more) {
      out.next = next;
      return out;
    }
  }
  // What was reached has been given whole down to there.
  if (const auto reached = finder.reached()) {
    const auto at = from_micros(*reached);
    out.next = page.after && page.after->at == at ? *page.after : Cursor{at, 0};
  }
  return out;
}

}  // namespace yagura::eventstore
