#include "eventstore/find.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <queue>
#include <system_error>
#include <tuple>

#include "eventstore/coding.hpp"

namespace yagura::eventstore {

namespace {

using Why = Outcome::Why;
using Candidate = PartSearch::Candidate;

// So many hits more than twice the page may wait to be sorted out: many events of one instant.
constexpr std::size_t most_waiting = 65'536;

// An event that owns what it says.
struct Kept {
  std::int64_t time = 0, day = 0;
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
  Event out{kept.kind, from_micros(kept.time), {}, kept.day};
  for (const auto& cell : kept.cells) {
    if (const auto* text = std::get_if<std::string>(&cell))
      out.cells.emplace_back(std::string_view(*text));
    else
      out.cells.emplace_back(std::get<std::int64_t>(cell));
  }
  return out;
}

// Opens parts one after the other, and some in advance while that is slow and finds little.
class Openings {
 public:
  struct Opened {
    const Part* part = nullptr;
    std::unique_ptr<PartSearch> search;
    Result<std::vector<Candidate>> candidates;
    Duration took{};
  };
  // waiting: the next is the last. Nothing is taken from it but by next().
  Openings(std::vector<const Part*>& waiting, bool newest_first, std::size_t enough, const Bounds& bounds)
      : waiting_(waiting), newest_(newest_first), enough_(enough), bounds_(bounds) {}

  Opened next() {
    try {
      while (slow_ && ahead_.size() < std::min(at_once, waiting_.size()))
        ahead_.push_back(
            std::async(std::launch::async,
                       [this, part = waiting_.end()[-1 - std::ssize(ahead_)]] { return open(*part); }));
    } catch (const std::system_error&) {
      // No more threads are to be had: it is as slow as it is.
    }
    Opened out;
    if (ahead_.empty()) {
      out = open(*waiting_.back());
    } else {
      out = ahead_.front().get();
      ahead_.pop_front();
    }
    waiting_.pop_back();
    // A single one may have waited for the processor, where another thread would wait, too.
    const bool slowly = out.part->on_disk && out.took > slow;
    slow_ = slowly && was_slow_ && out.candidates && out.candidates->size() <= few;
    was_slow_ = was_slow_ || slowly;
    return out;
  }
  [[nodiscard]] bool was_slow() const { return was_slow_; }

 private:
  static constexpr std::size_t at_once = 8, few = 16;
  static constexpr auto slow = std::chrono::microseconds(300);  // much more than without the disk
  Opened open(const Part& part) const {
    Opened out{&part, nullptr, {}, bounds_.now()};
    auto search = part.open();
    if (!search) {
      out.candidates = std::unexpected(std::move(search).error());
    } else if (*search) {
      out.candidates = (*search)->candidates(newest_, enough_);
      out.search = *std::move(search);
    }
    out.took = bounds_.now() - out.took;
    return out;
  }
  std::vector<const Part*>& waiting_;
  const bool newest_;
  const std::size_t enough_;
  const Bounds& bounds_;
  bool slow_ = false, was_slow_ = false;
  std::deque<std::future<Opened>> ahead_;  // waits for its threads when it goes
};

// Looks at times alone; what a row holds is read once it is known to stand in the page.
class Finder {
 public:
  // spare: so many rows that cannot be read may take a place.
  Finder(std::int64_t from, std::int64_t to, const Page& page, std::size_t spare)
      : newest_(page.newest_first), days_(page.days), from_(from), to_(to), room_(page.limit + 1 + spare) {
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
    const auto later = [&](const Block& a, const Block& b) { return nearer(b.next, a.next); };
    std::priority_queue<Block, std::vector<Block>, decltype(later)> blocks(later);
    Openings openings(waiting, newest_, room_, bounds);
    for (;;) {
      while (!waiting.empty() && (blocks.empty() || !nearer(blocks.top().next, edge(*waiting.back())))) {
        const auto& part = *waiting.back();
        if (full() && beyond(edge(part))) break;
        if (const auto why = bounds.reached(rows_read()); why != Why::whole) return stop(why, edge(part));
        auto opened = openings.next();
        disk_ = openings.was_slow();
        add(std::move(opened), outcome, [&](const Block& block) { blocks.push(block); });
      }
      if (blocks.empty() || (full() && beyond(blocks.top().next))) return Why::whole;
      auto block = blocks.top();
      if (const auto why = bounds.reached(rows_read()); why != Why::whole) return stop(why, block.next);
      blocks.pop();
      if (look(block, outcome)) blocks.push(block);
    }
  }

  [[nodiscard]] std::int64_t rows_read() const {
    std::int64_t out = 0;
    for (const auto& one : open_) out += one.search->rows_read();
    return out;
  }
  // Rows that took a place in the page and could not be read.
  [[nodiscard]] std::size_t unread() const { return unread_; }
  // How far everything has been seen, when a limit ended it.
  [[nodiscard]] std::optional<std::int64_t> reached() const { return reached_; }
  [[nodiscard]] bool is_complete(std::int64_t time) const { return !reached_ || nearer(time, *reached_); }
  // The page, in order.
  std::vector<Kept> take(Outcome& outcome) {
    settle(outcome);
    std::vector<Kept> out;
    for (auto& hit : hits_) out.push_back(std::move(*hit.event));
    return out;
  }

 private:
  struct Open {
    const Part* part;
    std::unique_ptr<PartSearch> search;
  };
  struct Block {
    std::size_t part = 0;
    Candidate at;
    std::int64_t next = 0;  // what is nearer was looked at
  };
  struct Hit {
    std::int64_t time = 0;
    std::uint32_t row = 0;
    Block block;
    std::optional<Kept> event{};
  };

  [[nodiscard]] bool nearer(std::int64_t a, std::int64_t b) const { return newest_ ? a > b : a < b; }
  template <class T>
  [[nodiscard]] std::int64_t edge(const T& of) const {
    return newest_ ? of.last_time : of.first_time;
  }
  [[nodiscard]] bool full() const { return times_.size() >= room_; }
  // Nothing from there on can take a place in the page.
  [[nodiscard]] bool beyond(std::int64_t edge) const { return nearer(times_.front(), edge); }

  Why stop(Why why, std::int64_t at) {
    reached_ = at;
    return why;
  }

  template <class F>
  void add(Openings::Opened opened, Outcome& outcome, F&& add) {
    if (!opened.candidates) return note(outcome, opened.candidates.error());
    if (opened.candidates->empty()) return;  // as most do of what is rare
    const bool few = opened.candidates->size() <= room_;
    for (const auto& one : *opened.candidates) {
      if (disk_ && few) opened.search->expect(one);
      add(Block{open_.size(), one, edge(one)});
    }
    open_.push_back({opened.part, std::move(opened.search)});
  }

  // Rows that stand close are looked at a while at a time, of all blocks the same: so only few are looked at that
  // do not come into the page. Each while is longer, by what the hits until then let expect, within bounds.
  void reach_on(const Block& block) {
    const auto most = times_.empty() ? most_growth : std::max(room_ / times_.size(), least_growth);
    const auto span =
        static_cast<std::uint64_t>(block.at.last_time) - static_cast<std::uint64_t>(block.at.first_time);
    const auto longer = while_ * std::min(most, most_growth);
    while_ = while_ == 0 ? span / first_share + 1 : longer / while_ < least_growth ? while_ : longer;
    const auto at = static_cast<std::uint64_t>(block.next);
    const auto room =
        newest_ ? at - static_cast<std::uint64_t>(INT64_MIN) : static_cast<std::uint64_t>(INT64_MAX) - at;
    const auto length = std::min(while_, room);
    far_ = static_cast<std::int64_t>(newest_ ? at - length : at + length);
  }

  // Whether something of the block is left to be looked at.
  bool look(Block& block, Outcome& outcome) {
    auto from = from_, to = to_;
    bool left = false;
    if (open_[block.part].search->is_dense()) {
      if (!far_ || nearer(*far_, block.next)) reach_on(block);
      const auto first = std::max(from_, block.at.first_time), last = std::min(to_ - 1, block.at.last_time);
      left = newest_ ? *far_ > first : *far_ < last;
      if (newest_) {
        from = std::max(from, *far_);
        to = block.next == INT64_MAX ? to : std::min(to, block.next + 1);
      } else {
        from = std::max(from, block.next);
        to = *far_ == INT64_MAX ? to : std::min(to, *far_ + 1);
      }
      if (left) block.next = newest_ ? *far_ - 1 : *far_ + 1;
    }
    if (full()) {
      // What has the time of the last one may still come before it.
      const auto last = times_.front();
      if (newest_)
        from = std::max(from, last);
      else
        to = std::min(to, last == INT64_MAX ? last : last + 1);
    }
    found_.clear();
    auto done = open_[block.part].search->look(
        block.at, from, to, [&](std::uint32_t row, std::int64_t time) { found_.emplace_back(time, row); });
    if (!done) note(outcome, done.error());
    std::ranges::sort(found_, [&](const auto& a, const auto& b) { return nearer(a.first, b.first); });
    for (const auto& [time, row] : found_) {
      if (full() && nearer(times_.front(), time)) break;
      hits_.push_back({time, row, block});
      keep(time);
    }
    if (hits_.size() > room_ * 2 + most_waiting) settle(outcome);
    return left;
  }

  // times_ is a heap with the last of the page in front.
  void keep(std::int64_t time) {
    const auto order = [&](std::int64_t a, std::int64_t b) { return nearer(a, b); };
    if (full()) {
      if (!nearer(time, times_.front())) return;
      std::ranges::pop_heap(times_, order);
      times_.pop_back();
    }
    times_.push_back(time);
    std::ranges::push_heap(times_, order);
  }

  // Leaves the hits of the page, in order, with what they hold.
  void settle(Outcome& outcome) {
    if (full()) std::erase_if(hits_, [&](const Hit& hit) { return beyond(hit.time); });
    const auto place = [](const Hit& hit) {
      return std::tuple(hit.block.part, hit.block.at.block, hit.block.at.in_chunk, hit.row);
    };
    std::ranges::sort(hits_, {}, place);
    if (disk_) {
      for (const auto& hit : hits_)
        if (!hit.event) open_[hit.block.part].search->expect(hit.block.at);
      each_unread([](PartSearch& search, Hit& hit, const Result<void>& turned) {
        if (turned) search.expect_cells(hit.row);
      });
    }
    each_unread([&](PartSearch& search, Hit& hit, const Result<void>& turned) {
      auto event = turned ? read(*open_[hit.block.part].part, search, hit) : std::unexpected(turned.error());
      if (event)
        hit.event = *std::move(event);
      else
        note(outcome, event.error());
    });
    unread_ += std::erase_if(hits_, [](const Hit& hit) { return !hit.event; });
    std::ranges::sort(hits_, [&](const Hit& a, const Hit& b) {
      return a.time != b.time ? nearer(a.time, b.time) : a.event->hash < b.event->hash;
    });
    if (hits_.size() > room_) hits_.resize(room_);
  }

  // visit(search, hit, turned) for each hit whose event was not read yet, its search turned to its block, or why
  // not.
  template <class F>
  void each_unread(F&& visit) {
    const Hit* last = nullptr;
    for (auto& hit : hits_) {
      if (hit.event) continue;
      auto& search = *open_[hit.block.part].search;
      const bool same = last != nullptr && last->block.part == hit.block.part &&
                        last->block.at.block == hit.block.at.block &&
                        last->block.at.in_chunk == hit.block.at.in_chunk;
      const auto turned = same ? Result<void>() : search.turn_to(hit.block.at);
      last = turned ? &hit : nullptr;
      visit(search, hit, turned);
    }
  }

  Result<Kept> read(const Part& part, PartSearch& search, const Hit& hit) const {
    Kept event{hit.time, 0, 0, part.kind, {}};
    if (days_) {
      YAGURA_TRY(event.day, search.day(hit.row));
    }
    event.cells.reserve(part.kind->fields.size());
    for (std::size_t f = 0; f < part.kind->fields.size(); ++f) {
      YAGURA_TRY(const auto cell, search.cell(f, hit.row));
      if (const auto* text = std::get_if<std::string_view>(&cell))
        event.cells.emplace_back(std::string(*text));
      else
        event.cells.emplace_back(std::get<std::int64_t>(cell));
    }
    event.hash = hash_of(event);
    return event;
  }

  static void note(Outcome& outcome, const Error& error) {
    auto text = error.text();
    if (std::ranges::find(outcome.damage, text) == outcome.damage.end())
      outcome.damage.push_back(std::move(text));
  }

  const bool newest_, days_;
  std::int64_t from_, to_;
  std::size_t room_;  // one more than the page: whether there is another
  std::vector<Open> open_;
  std::vector<Hit> hits_;            // with more than the page has room for, in any order
  std::vector<std::int64_t> times_;  // of the page
  std::size_t unread_ = 0;
  bool disk_ = false;  // what is looked at is read from there
  // How far blocks are looked at now.
  static constexpr std::uint64_t first_share = 128;  // of what the first block spans
  static constexpr std::size_t least_growth = 2, most_growth = 8;
  std::uint64_t while_ = 0;
  std::optional<std::int64_t> far_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> found_;
  std::optional<std::int64_t> reached_;
};

// Hands the page over; how it ended and where the next begins.
Result<Outcome> give(const Finder& finder, const std::vector<Kept>& kept, const Page& page,
                     const Bounds& bounds, std::int64_t from, std::int64_t to, const EventSink& sink,
                     Outcome out) {
  if (out.why == Why::whole && !out.damage.empty()) out.why = Why::damaged;
  out.rows_read = finder.rows_read();
  auto skip = page.after ? page.after->skip : 0;
  auto next = page.after.value_or(Cursor{from_micros(page.newest_first ? to : from), 0});
  std::size_t given = 0;
  for (const auto& one : kept) {
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

}  // namespace

Result<Outcome> find_events(std::span<const Part> parts, std::int64_t from, std::int64_t to, const Page& page,
                            const Limits& limits, const Clock& clock, const EventSink& sink) {
  if (page.after && page.after->skip > most_skipped) return fail("eventstore.cursor_invalid");
  Outcome out;
  if (page.limit == 0) return out;
  const Bounds bounds(limits, clock);
  // Rows that cannot be read must not shorten the page: when there are any it has room for so many more.
  for (std::size_t spare = 0;;) {
    Finder finder(from, to, page, spare);
    out.why = finder.run(parts, bounds, out);
    const auto kept = finder.take(out);
    if (finder.unread() <= spare || out.why != Why::whole)
      return give(finder, kept, page, bounds, from, to, sink, out);
    spare = finder.unread() * 2 + 100;
  }
}

}  // namespace yagura::eventstore
