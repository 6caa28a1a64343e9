#include "eventstore/find.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <queue>
#include <system_error>
#include <tuple>

#include "eventstore/coding.hpp"
#include "eventstore/part_openings.hpp"

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

// work(i) for each of so many; by several threads where that is worth it and they are to be had.
template <class F>
void by_several(std::size_t count, bool worth_it, const F& work) {
  constexpr std::size_t most_threads = 4;
  std::atomic<std::size_t> next{0};
  const auto go = [&] {
    for (auto i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::future<void>> others;
  try {
    while (worth_it && others.size() + 1 < std::min(count, most_threads))
      others.push_back(std::async(std::launch::async, go));
  } catch (const std::system_error&) {
  }
  go();
  for (auto& other : others) other.get();
}

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
    PartOpenings openings(waiting, newest_, room_, bounds);
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
      if (const auto why = bounds.reached(rows_read()); why != Why::whole)
        return stop(why, blocks.top().next);
      std::vector<Looking> round;
      do {
        round.push_back({blocks.top()});
        blocks.pop();
        aim(round.back());
      } while (round.back().dense && !blocks.empty() && far_ && !nearer(*far_, blocks.top().next) &&
               !(full() && beyond(blocks.top().next)));
      look(round, bounds);
      for (auto& one : round) {
        if (one.done && one.left) one.block.next = newest_ ? *far_ - 1 : *far_ + 1;
        if (one.done) take(one, outcome);
        if (!one.done || one.left) blocks.push(one.block);
      }
    }
  }

  [[nodiscard]] std::int64_t rows_read() const {
    std::int64_t out = 0;
    for (const auto& one : open_) out += one.search->rows_read() + (one.other ? one.other->rows_read() : 0);
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
    // Where the newest events stand in one part at first: for its blocks from the middle on.
    std::unique_ptr<PartSearch> other{};
    std::uint32_t middle = UINT32_MAX;
    [[nodiscard]] PartSearch& search_of(const Candidate& at) const {
      return other && at.block >= middle ? *other : *search;
    }
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
  void add(PartOpenings::Opened opened, Outcome& outcome, F&& add) {
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

  // What is looked at of a block, and what was found there.
  struct Looking {
    Block block;
    bool dense = false, left = false;  // something is left to be looked at afterwards
    std::int64_t from = 0, to = 0;
    bool done = false;
    std::vector<std::pair<std::int64_t, std::uint32_t>> found{};
    std::optional<Error> damage{};
  };

  void aim(Looking& one) {
    const auto& block = one.block;
    one.from = from_;
    one.to = to_;
    one.dense = open_[block.part].search->is_dense();
    if (one.dense) {
      if (!far_ || nearer(*far_, block.next)) reach_on(block);
      const auto first = std::max(from_, block.at.first_time), last = std::min(to_ - 1, block.at.last_time);
      one.left = newest_ ? *far_ > first : *far_ < last;
      if (newest_) {
        one.from = std::max(from_, *far_);
        one.to = block.next == INT64_MAX ? to_ : std::min(to_, block.next + 1);
      } else {
        one.from = std::max(from_, block.next);
        one.to = *far_ == INT64_MAX ? to_ : std::min(to_, *far_ + 1);
      }
    }
    if (full()) {
      // What has the time of the last one may still come before it.
      const auto last = times_.front();
      if (newest_)
        one.from = std::max(one.from, last);
      else
        one.to = std::min(one.to, last == INT64_MAX ? last : last + 1);
    }
  }

  // Blocks of different parts are looked at by several threads, and the two halves of one. Those that are not done when
  // a limit is reached stay as they are.
  void look(std::vector<Looking>& round, const Bounds& bounds) {
    if (round.size() >= worth_threads && !is_in_memory(round)) halve(round);
    std::map<PartSearch*, std::vector<Looking*>> by_search;
    for (auto& one : round) by_search[&open_[one.block.part].search_of(one.block.at)].push_back(&one);
    const auto before = rows_read();
    const auto with = [&](PartSearch& search, std::span<Looking* const> all) {
      const auto own = search.rows_read();
      for (auto* one : all) {
        if (bounds.reached(before + search.rows_read() - own) != Why::whole) return;
        auto done = search.look(one->block.at, one->from, one->to, [&](std::uint32_t row, std::int64_t time) {
          one->found.emplace_back(time, row);
        });
        if (!done) one->damage = std::move(done).error();
        one->done = true;
      }
    };
    const std::vector searches(by_search.begin(), by_search.end());
    by_several(searches.size(), round.size() >= worth_threads,
               [&](std::size_t i) { with(*searches[i].first, searches[i].second); });
  }

  [[nodiscard]] bool is_in_memory(const std::vector<Looking>& round) const {
    const auto& middle = round[round.size() / 2].block;
    return open_[middle.part].search->is_in_memory(middle.at);
  }

  // Has the one part that all of these belong to searched twice, each time by half. It costs what both find out of the
  // same texts, which is little beside reading them.
  void halve(const std::vector<Looking>& round) {
    auto& part = open_[round.front().block.part];
    if (part.middle != UINT32_MAX || !round.front().dense ||
        std::ranges::any_of(round, [&](const Looking& one) { return &open_[one.block.part] != &part; }))
      return;
    std::vector<std::uint32_t> blocks;
    for (const auto& one : round) blocks.push_back(one.block.at.block);
    const auto middle = blocks.begin() + std::ssize(blocks) / 2;
    std::ranges::nth_element(blocks, middle);
    part.middle = *middle;
    auto search = part.part->open();
    if (!search || !*search) return;
    if (const auto ready = (*search)->candidates(newest_, room_); ready && (*search)->is_dense())
      part.other = *std::move(search);
  }

  void take(Looking& one, Outcome& outcome) {
    if (one.damage) note(outcome, *one.damage);
    std::ranges::sort(one.found, [&](const auto& a, const auto& b) { return nearer(a.first, b.first); });
    for (const auto& [time, row] : one.found) {
      if (full() && nearer(times_.front(), time)) break;
      hits_.push_back({time, row, one.block});
      keep(time);
    }
    if (hits_.size() > room_ * 2 + most_waiting) settle(outcome);
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
    read_hits(outcome);
    unread_ += std::erase_if(hits_, [](const Hit& hit) { return !hit.event; });
    std::ranges::sort(hits_, [&](const Hit& a, const Hit& b) {
      return a.time != b.time ? nearer(a.time, b.time) : a.event->hash < b.event->hash;
    });
    if (hits_.size() > room_) hits_.resize(room_);
  }

  // The events of the hits that were not read yet, those of different parts by several threads.
  void read_hits(Outcome& outcome) {
    std::vector<std::span<Hit>> by_part;
    std::size_t unread = 0;
    for (std::size_t first = 0, at = 0; at < hits_.size(); ++at) {
      unread += hits_[at].event ? 0 : 1;
      const bool is_last = at + 1 == hits_.size() || hits_[at + 1].block.part != hits_[at].block.part;
      if (is_last) by_part.push_back(std::span(hits_).subspan(first, at + 1 - first)), first = at + 1;
    }
    std::mutex noting;
    by_several(by_part.size(), unread >= worth_threads_to_read, [&](std::size_t i) {
      const auto hits = by_part[i];
      if (disk_) {
        auto& search = *open_[hits.front().block.part].search;
        for (const auto& hit : hits)
          if (!hit.event) search.expect(hit.block.at);
        each_unread(hits, [&](Hit& hit, const Result<void>& turned) {
          if (turned) search.expect_cells(hit.row);
        });
      }
      each_unread(hits, [&](Hit& hit, const Result<void>& turned) {
        auto event = turned ? read(hit) : std::unexpected(turned.error());
        if (event) {
          hit.event = *std::move(event);
        } else {
          const std::lock_guard lock(noting);
          note(outcome, event.error());
        }
      });
    });
  }

  // visit(hit, turned) for each whose event was not read yet, the search of their part turned to its block, or why not.
  template <class F>
  void each_unread(std::span<Hit> hits, F&& visit) {
    auto& search = *open_[hits.front().block.part].search;
    const Hit* last = nullptr;
    for (auto& hit : hits) {
      if (hit.event) continue;
      const bool same = last != nullptr && last->block.at.block == hit.block.at.block &&
                        last->block.at.in_chunk == hit.block.at.in_chunk;
      const auto turned = same ? Result<void>() : search.turn_to(hit.block.at);
      last = turned ? &hit : nullptr;
      visit(hit, turned);
    }
  }

  Result<Kept> read(const Hit& hit) const {
    const auto& part = *open_[hit.block.part].part;
    auto& search = *open_[hit.block.part].search;
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
  static constexpr std::size_t worth_threads = 16, worth_threads_to_read = 64;
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
