// Flushing and merging: what the store does by itself.
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "eventstore/embedded_inside.hpp"
#include "eventstore/file.hpp"
#include "eventstore/merge.hpp"

namespace yagura::eventstore {

namespace {

// Of one flush, more months than that of one kind come of broken clocks: the smallest are kept together.
constexpr std::size_t most_months = 24;
constexpr std::int64_t most_merged_rows = 6 << 20;
// Small ones are merged to some of a million rows. What is flushed while segments are merged, from half the memory, must
// not be small, or there would be no end of it.
constexpr std::int64_t small_rows = 256 << 10, most_joined_rows = 1 << 20;
constexpr std::size_t small_segments = 8;
constexpr auto again_after = std::chrono::seconds(10);

// Rows of the batches that belong to one month, in pieces that follow one another.
using Months = std::map<int, std::vector<BatchRows>>;

std::uint64_t rows_of(std::span<const BatchRows> pieces) {
  std::uint64_t out = 0;
  for (const auto& piece : pieces) out += piece.last - piece.first;
  return out;
}

void add_by_month(const Recent& recent, Months& months) {
  const auto& times = recent.batch.times;
  for (std::uint32_t first = 0; first < times.size();) {
    const auto month = month_of(times[first]);
    auto end = first + 1;
    // Most rows of a batch are of one month: only the ends are asked when both are.
    if (month_of(recent.first_time) == month && month_of(recent.last_time) == month)
      end = static_cast<std::uint32_t>(times.size());
    else
      while (end < times.size() && month_of(times[end]) == month) ++end;
    months[month].push_back({&recent.batch, first, end, recent.day});
    first = end;
  }
}

void join_odd_months(Months& months) {
  if (months.size() <= most_months) return;
  std::vector<std::pair<std::uint64_t, int>> sizes;
  for (const auto& [month, pieces] : months)
    if (month != 0) sizes.emplace_back(rows_of(pieces), month);
  std::ranges::sort(sizes, std::greater());
  for (std::size_t i = most_months; i < sizes.size(); ++i) {
    auto& from = months[sizes[i].second];
    auto& to = months[0];
    to.insert(to.end(), from.begin(), from.end());
    months.erase(sizes[i].second);
  }
}

Result<void> make_folder(const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) return file_error(file.parent_path(), failed.value());
  return {};
}

// The file and the folders that lead to it.
Result<void> sync_place(const std::filesystem::path& file, const std::filesystem::path& top) {
  for (auto folder = file.parent_path(); folder != top && folder.has_relative_path();
       folder = folder.parent_path())
    YAGURA_CHECK(sync_folder(folder));
  return {};
}

// Files that are made here are taken away again when not all could be made.
class Made {
 public:
  ~Made() {
    std::error_code ignored;
    for (const auto& file : files_) std::filesystem::remove(file, ignored);
  }
  void add(const std::filesystem::path& file) { files_.push_back(file); }
  void keep() { files_.clear(); }

 private:
  std::vector<std::filesystem::path> files_;
};

}  // namespace

void describe(SegmentEntry& entry, const Directory& d, const std::filesystem::path& file) {
  entry.rows = static_cast<std::int64_t>(d.rows);
  entry.first_time = d.first_time;
  entry.last_time = d.last_time;
  entry.first_day = d.first_day;
  entry.last_day = d.last_day;
  for (const auto& column : d.columns)
    if (column.learned != 0 && std::ranges::find(entry.learned, column.learned) == entry.learned.end())
      entry.learned.push_back(column.learned);
  std::error_code ignored;
  entry.bytes = static_cast<std::int64_t>(std::filesystem::file_size(file, ignored));
}

Result<SegmentEntry> EmbeddedStore::Inside::reserve(std::string_view contract, std::string_view kind,
                                                    int month) {
  SegmentEntry out;
  const std::lock_guard lock(mutex_);
  out.number = state_.manifest.next_segment++;
  out.contract = contract;
  out.kind = kind;
  out.month = month;
  return out;
}

Result<SegmentEntry> EmbeddedStore::Inside::write(SegmentEntry entry, const Kind& kind,
                                                  std::span<const BatchRows> rows) {
  const auto file = segment_file(folder_, entry);
  YAGURA_CHECK(make_folder(file));
  auto& learned = learned_for(entry, kind, static_cast<std::int64_t>(rows_of(rows)));
  YAGURA_TRY(const auto directory, write_segment(file, entry.contract, kind, rows, {}, learned));
  YAGURA_CHECK(sync_place(file, folder_));
  describe(entry, directory, file);
  return entry;
}

Result<HeldSegments> EmbeddedStore::Inside::write_all(const Recents& recents) {
  std::map<std::pair<std::string_view, const Kind*>, Months> all;
  for (const auto& one : recents) add_by_month(*one, all[{one->contract, one->kind}]);
  HeldSegments out;
  Made made;
  for (auto& [key, months] : all) {
    join_odd_months(months);
    for (const auto& [month, pieces] : months) {
      YAGURA_TRY(auto entry, reserve(key.first, key.second->kind, month));
      const auto file = segment_file(folder_, entry);
      made.add(file);
      YAGURA_TRY(entry, write(std::move(entry), *key.second, pieces));
      out.push_back(std::make_shared<HeldSegment>(std::move(entry), file));
    }
  }
  made.keep();
  return out;
}

// Done here, or by a merge that is under way: nobody waits for the end of that.
Result<void> EmbeddedStore::Inside::flush() {
  std::unique_lock lock(mutex_);
  if (state_.recent_bytes == 0) return {};  // a night's seals ask for many flushes
  const auto last = state_.recent.rbegin()->first;
  ++state_.flushes_wanted;
  Result<void> out;
  for (bool done = false; !done;) {
    lock.unlock();
    if (const std::unique_lock working(work_, std::try_to_lock); working) {
      out = flush_at_work();
      done = true;
    }
    lock.lock();
    done = done || room_.wait_for(lock, std::chrono::milliseconds(20), [&] {
      return state_.recent_bytes == 0 || state_.recent.begin()->first > last;
    });
  }
  --state_.flushes_wanted;
  return out;
}

Result<void> EmbeddedStore::Inside::flush_at_work() {
  {
    const std::lock_guard lock(mutex_);
    if (state_.recent_bytes == 0) return {};
  }
  YAGURA_TRY(const auto number, log_->rotate());
  Recents recents;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [file, generation] : state_.recent)
      if (file < number) recents.insert(recents.end(), generation.recents.begin(), generation.recents.end());
  }
  YAGURA_TRY(auto written, write_all(recents));
  YAGURA_CHECK(exchange({}, std::move(written), number));
  YAGURA_TRY(const auto files, WriteAheadLog::numbers(folder_ / "log"));
  std::error_code ignored;
  for (const auto file : files)
    if (file < number) std::filesystem::remove(WriteAheadLog::file(folder_ / "log", file), ignored);
  return {};
}

Result<void> EmbeddedStore::Inside::exchange(const HeldSegments& gone, HeldSegments come,
                                             std::optional<std::uint64_t> first_log) {
  Manifest next;
  HeldSegments held;
  {
    const std::lock_guard lock(mutex_);
    next = state_.manifest;
    held = state_.held;
  }
  std::erase_if(held, [&](const auto& one) { return std::ranges::find(gone, one) != gone.end(); });
  held.insert(held.end(), come.begin(), come.end());
  next.segments.clear();
  for (const auto& one : held) next.segments.push_back(one->entry);
  if (first_log) next.first_log = *first_log;
  if (auto saved = save_manifest(folder_, next); !saved) {
    for (const auto& one : come) one->dropped = true;
    return saved;
  }
  std::map<std::uint64_t, Generation> freed;  // outside of the lock
  const std::lock_guard lock(mutex_);
  next.next_segment = std::max(next.next_segment, state_.manifest.next_segment);
  state_.manifest = std::move(next);
  state_.held = std::move(held);
  if (first_log) {
    ++state_.flushes;
    while (!state_.recent.empty() && state_.recent.begin()->first < *first_log) {
      auto node = state_.recent.extract(state_.recent.begin());
      state_.recent_bytes -= node.mapped().bytes;
      freed.insert(std::move(node));
    }
  }
  for (const auto& one : gone) one->dropped = true;
  for (const auto& one : gone) state_.leaving.push_back({one, learned_files(*one)});
  room_.notify_all();
  return {};
}

// Of a month that is over: what is not merged yet, up to a number of rows. Of another: small ones, when they
// are many.
HeldSegments EmbeddedStore::Inside::next_to_merge(bool& smallest) {
  std::map<std::tuple<std::string, std::string, int>, HeldSegments> groups;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& one : state_.held)
      if (!one->entry.merged && !state_.damaged.contains(one->entry.number))
        groups[{one->entry.contract, one->entry.kind, one->entry.month}].push_back(one);
  }
  const auto now = to_micros(clock_.now() - options_.merge_after);
  for (auto& [key, segments] : groups) {
    smallest = std::get<2>(key) != 0 && end_of(std::get<2>(key)) <= now;
    if (!smallest) {
      std::erase_if(segments, [](const auto& one) { return !is_merged_soon(one->entry); });
      if (segments.size() < small_segments) continue;
    }
    std::ranges::sort(segments, {},
                      [](const auto& one) { return std::pair(one->entry.first_time, one->entry.number); });
    std::int64_t rows = 0;
    const auto most = smallest ? most_merged_rows : most_joined_rows;
    const auto end =
        std::ranges::find_if(segments, [&](const auto& one) { return (rows += one->entry.rows) > most; });
    segments.erase(std::max(end, segments.begin() + (smallest ? 1 : 2)), segments.end());
    return segments;
  }
  return {};
}

// What many threads made and one freed stays with the process otherwise. Flushing makes use of it again, merging
// and reading need other pieces, and took it beyond the setting.
void EmbeddedStore::Inside::give_memory_back() {
  trim_due_ = false;
  ::malloc_trim(0);
}

void EmbeddedStore::Inside::set(bool State::* what, bool now) {
  const std::lock_guard lock(mutex_);
  state_.*what = now;
  bound_reading();
}

void EmbeddedStore::Inside::bound_reading() {
  state_.recent_peak = std::max(state_.recent_peak, state_.recent_bytes);
  const auto step = options_.memory / 48 + 1;
  const auto for_batches = std::min((state_.recent_peak + step - 1) / step * step, options_.memory / 3);
  const auto for_outline = state_.outlining ? options_.memory / 12 : 0;
  const auto bound =
      state_.merging ? options_.memory / 6 : options_.memory / 12 * 7 - for_batches - for_outline;
  if (bound == std::exchange(state_.reading, bound)) return;
  cache_.bound(bound);
  trim_due_ = true;
}

bool EmbeddedStore::Inside::is_merged_soon(const SegmentEntry& entry) {
  return !entry.merged && entry.rows < small_rows;
}

std::unique_lock<std::mutex> EmbeddedStore::Inside::work_before_merges() {
  {
    const std::lock_guard lock(mutex_);
    ++state_.work_wanted;
  }
  std::unique_lock working(work_);
  const std::lock_guard lock(mutex_);
  --state_.work_wanted;
  room_.notify_all();
  return working;
}

std::unique_lock<std::mutex> EmbeddedStore::Inside::work_behind_others() {
  {
    // What gave way would else take work_ again before those it gave way to.
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return state_.work_wanted == 0; });
  }
  return std::unique_lock(work_);
}

// Neither those who append nor others can wait for minutes.
Result<void> EmbeddedStore::Inside::urgent(bool& gives_way) {
  bool flushing = false;
  {
    const std::lock_guard lock(mutex_);
    gives_way = state_.work_wanted > 0;
    if (stop_ || gives_way) return fail("eventstore.closed");
    flushing = due(state_);
  }
  return flushing ? flush_at_work() : Result<void>();
}

Result<bool> EmbeddedStore::Inside::merge() {
  const auto working = work_behind_others();
  remove_unused_learned();
  bool smallest = false;
  const auto inputs = next_to_merge(smallest);
  if (inputs.empty()) return false;
  const Working merging(*this, &State::merging);
  bool gives_way = false;
  const auto meanwhile = [&] { return urgent(gives_way); };
  if (auto may = meanwhile(); !may) return gives_way ? Result<bool>(true) : std::unexpected(may.error());
  give_memory_back();
  const auto& like = inputs.front()->entry;
  const auto& kind = kinds_.find(like.kind)->second;
  std::vector<std::shared_ptr<const Segment>> segments;
  for (const auto& one : inputs) {
    auto opened = segment(*one);
    if (!opened && opened.error().code == "eventstore.damaged") {
      note_damage({{opened.error().text()}});
      const std::lock_guard lock(mutex_);
      state_.damaged.insert(one->entry.number);
      return true;
    }
    YAGURA_CHECK(opened);
    segments.push_back(*std::move(opened));
  }
  YAGURA_TRY(auto entry, reserve(like.contract, like.kind, like.month));
  entry.merged = smallest;
  const auto file = segment_file(folder_, entry);
  MergeOptions options;
  std::int64_t rows = 0;
  for (const auto& one : inputs) rows += one->entry.rows;
  // Who searches would have as many dictionaries to keep as there are segments.
  if (!smallest) {
    options.learned = learned_for(entry, kind, rows);
  } else {
    options.segment = merged_segment;
    options.learned = learned_by(entry, kind, merged_segment.level, [&](const SegmentEntry& e) {
                        return e.merged && e.month == entry.month && e.rows >= rows / 2;
                      }).first;
  }
  options.meanwhile = meanwhile;
  Made made;
  made.add(file);
  const auto merged = merge_segments(segments, kind, file, options);
  if (!merged && gives_way) return true;
  if (!merged && merged.error().code == "eventstore.damaged") {
    // They stay as they are, and keep no other month from being merged.
    note_damage({{merged.error().text()}});
    const std::lock_guard lock(mutex_);
    for (const auto& one : inputs) state_.damaged.insert(one->entry.number);
    return true;
  }
  YAGURA_TRY(const auto directory, merged);
  YAGURA_ASSERT(directory.has_value());
  YAGURA_CHECK(sync_place(file, folder_));
  describe(entry, *directory, file);
  HeldSegments come{std::make_shared<HeldSegment>(std::move(entry), file)};
  made.keep();
  YAGURA_CHECK(exchange(inputs, std::move(come), std::nullopt));
  {
    const std::lock_guard lock(mutex_);
    ++state_.merges;
  }
  segments.clear();
  give_memory_back();
  return true;
}

bool EmbeddedStore::Inside::due(const State& state) const {
  if (state.recent_bytes > most_recent(state) / 4 * 3 || (state.flushes_wanted > 0 && state.recent_bytes > 0))
    return true;
  const auto now = clock_.steady();
  return std::ranges::any_of(state.recent, [&](const auto& one) {
    return !one.second.recents.empty() && now - one.second.since >= options_.longest_in_log;
  });
}

void EmbeddedStore::Inside::work() {
  // People wait for answers, nobody for segments, unless the memory is full: then those who append do, and
  // leave this thread the processor.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const bool flushing = due(state_);
    lock.unlock();
    Result<bool> done = true;
    if (flushing) {
      if (auto flushed = flush(); !flushed) done = std::unexpected(std::move(flushed).error());
    } else if (done = merge(); done && !*done) {
      done = outline();
    }
    lock.lock();
    if (stop_) return;
    if (!done) {
      state_.last_failure = done.error();
      if (flushing) state_.flush_failure = done.error();
      room_.notify_all();
      work_due_.wait_for(lock, again_after, [&] { return stop_; });
      continue;
    }
    state_.last_failure.reset();
    if (flushing) state_.flush_failure.reset();
    if (flushing || *done) continue;
    work_due_.wait_for(lock, std::chrono::seconds(1), [&] { return stop_ || due(state_); });
    state_.recent_peak -= std::min(options_.memory / 60, state_.recent_peak);
    bound_reading();
    lock.unlock();
    if (trim_due_) give_memory_back();
    lock.lock();
  }
}

}  // namespace yagura::eventstore
