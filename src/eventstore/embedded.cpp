#include "eventstore/embedded.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "calendar/civil.hpp"
#include "eventstore/cube.hpp"
#include "eventstore/embedded_inside.hpp"
#include "eventstore/file.hpp"
#include "eventstore/recent_search.hpp"
#include "eventstore/segment_search.hpp"
#include "eventstore/written.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::int64_t day_us = 86'400'000'000, japan_us = 9LL * 3'600'000'000;
// An open segment costs a file descriptor, too: counted as this many bytes of the cache, or as many more as
// keep them within most_open.
constexpr std::size_t bytes_of_descriptor = 16U << 10, most_open = 8192;
// So long after a search of texts, or a count, what it wants of batches is made as they come.
constexpr auto wanted_for = std::chrono::minutes(1);
// In the cache, of a segment by its number.
constexpr std::uint32_t opened_segment = 0, kept_counts = 1;

// Adds the counts that stand in the index of what is in no segment yet; false when these cannot tell.
bool count_recent(RecentIndex& index, const Kind& kind, const ConditionPlan& plan, std::int64_t from,
                  std::int64_t to, const Counting& counting, Groups& groups) {
  const auto question = [&](std::int64_t first, std::int64_t last) {
    return CubeQuestion::make(kind, plan, from, to, counting, kind.count_by, first, last);
  };
  // Where the question cannot be answered so nothing is counted in vain.
  if (const auto extent = index.extent(); !question(extent.first_time, extent.last_time)) return false;
  std::vector<CubeCell> cells;
  for (const bool sums_do : {true, false}) {
    const auto sums = index.counts(sums_do ? nullptr : &cells);
    const auto asked = sums ? question(sums->first_time, sums->last_time) : std::nullopt;
    if (!asked) return false;
    if (sums_do && asked->add(*sums, groups)) return true;
    if (!sums_do) asked->add(cells, sums->names, groups);
  }
  return true;
}

// That it is a batch of this kind, so that nothing reads beyond its columns.
Result<void> check_shape(const Kind& kind, const Batch& batch) {
  const auto invalid = [](std::string_view reason) {
    return fail("eventstore.batch_invalid", {{"reason", std::string(reason)}});
  };
  if (batch.columns.size() != kind.fields.size()) return invalid("another number of columns");
  if (batch.rows() > Batch::most_rows) return invalid("too many rows");
  if (!batch.days.empty() && batch.days.size() != batch.rows()) return invalid("days of other rows");
  for (std::size_t f = 0; f < kind.fields.size(); ++f) {
    const auto& column = batch.columns[f];
    const bool number = kind.fields[f].type == FieldType::number;
    if ((number ? column.numbers.size() : column.ids.size()) != batch.rows())
      return invalid("a column of another length");
    if (!number && std::ranges::max(column.ids) >= batch.strings.size())
      return invalid("a string that is not there");
  }
  return {};
}

std::int64_t floor_days(std::int64_t us) { return us / day_us - (us % day_us < 0 ? 1 : 0); }

}  // namespace

std::int64_t day_of(std::int64_t time) {
  return floor_days(time > INT64_MAX - japan_us ? time : time + japan_us);
}

int month_of(std::int64_t time) {
  const auto days = day_of(time);
  if (days < -719'162 || days > 2'932'896) return 0;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return static_cast<int>(date.year()) * 100 + static_cast<int>(static_cast<unsigned>(date.month()));
}

std::int64_t end_of(int month) {
  if (month == 0) return INT64_MAX;
  const auto first = std::chrono::year(month / 100) / std::chrono::month(static_cast<unsigned>(month % 100));
  const std::chrono::sys_days next{(first + std::chrono::months(1)) / 1};
  return next.time_since_epoch().count() * day_us - japan_us;
}

HeldSegment::~HeldSegment() {
  if (!dropped) return;
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  if (outline) --outline->living;
}

std::size_t EmbeddedStore::Inside::Opened::bytes() const {
  const auto& d = segment->directory();
  auto out =
      bytes_of_descriptor + d.chunks.size() * sizeof(Chunk) + d.columns.size() * sizeof(Directory::Column);
  const auto bytes_of = [](const GramTable& table) {
    return sizeof(table) + table.blocks.capacity() * sizeof(table.blocks[0]);
  };
  out += bytes_of(d.names);
  for (const auto& column : d.columns)
    for (const auto& table : column.grams) out += bytes_of(table);
  return out;
}

EmbeddedStore::Inside::Inside(std::filesystem::path folder, Kinds kinds, const Clock& clock,
                              const EmbeddedOptions& options)
    : kinds_(std::move(kinds)),
      folder_(std::move(folder)),
      clock_(clock),
      options_(options),
      cache_(options.memory / 3) {}

EmbeddedStore::Inside::~Inside() {
  if (worker_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    work_due_.notify_all();
    worker_.join();
  }
  if (lock_ >= 0) ::close(lock_);
}

Result<void> EmbeddedStore::Inside::open() {
  std::error_code failed;
  std::filesystem::create_directories(folder_ / "log", failed);
  if (!failed) std::filesystem::create_directories(folder_ / "segments", failed);
  if (failed) return file_error(folder_, failed.value());
  lock_ = ::open((folder_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) return file_error(folder_ / "lock", errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0)
    return fail("eventstore.in_use", {{"folder", folder_.string()}});
  YAGURA_TRY(state_.manifest, load_manifest(folder_));
  for (const auto& entry : state_.manifest.segments) {
    if (!kinds_.contains(entry.kind)) return fail("eventstore.kind_unknown", {{"kind", entry.kind}});
    state_.held.push_back(std::make_shared<HeldSegment>(entry, segment_file(folder_, entry)));
  }
  remove_strangers();
  YAGURA_TRY(const auto numbers, WriteAheadLog::numbers(folder_ / "log"));
  auto next = state_.manifest.first_log;
  for (const auto number : numbers) {
    if (number < state_.manifest.first_log) {
      std::filesystem::remove(WriteAheadLog::file(folder_ / "log", number), failed);
      continue;
    }
    YAGURA_CHECK(replay(number));
    next = number + 1;
  }
  YAGURA_TRY(log_, WriteAheadLog::create(folder_ / "log", next));
  bound_reading();
  if (options_.background) worker_ = std::thread([this] { work(); });
  return {};
}

Result<void> EmbeddedStore::Inside::replay(std::uint64_t number) {
  state_.recent[number].since = clock_.steady();
  YAGURA_TRY(const auto done, WriteAheadLog::replay(WriteAheadLog::file(folder_ / "log", number),
                                                    [&](std::string_view bytes) -> Result<void> {
                                                      YAGURA_TRY(auto recent, read_recent(kinds_, bytes));
                                                      keep(number, std::move(recent));
                                                      return {};
                                                    }));
  state_.damage.insert(state_.damage.end(), done.damage.begin(), done.damage.end());
  return {};
}

Result<void> EmbeddedStore::Inside::append(std::string_view contract, std::string_view name, Batch batch) {
  const auto kind = kinds_.find(name);
  if (kind == kinds_.end()) return fail("eventstore.kind_unknown", {{"kind", std::string(name)}});
  if (contract.empty() || contract.size() > most_name)
    return fail("eventstore.batch_invalid", {{"reason", "the contract's name"}});
  if (batch.rows() == 0) return {};
  YAGURA_CHECK(check_shape(kind->second, batch));
  const auto recent = std::make_shared<const Recent>(std::string(contract), kind->second, std::move(batch),
                                                     day_of(to_micros(clock_.now())));
  const auto payload = write_recent(contract, kind->second, recent->batch, recent->day);
  if (payload.size() > Batch::most_bytes)
    return fail("eventstore.batch_too_large", {{"bytes", std::to_string(payload.size())}});
  {
    // Events that come faster than they can be written wait here; when they cannot be written at all, they
    // are refused.
    std::unique_lock lock(mutex_);
    while (options_.background && state_.recent_bytes + recent->bytes > most_recent(state_) &&
           state_.recent_bytes > 0) {
      if (state_.flush_failure) return std::unexpected(*state_.flush_failure);
      if (stop_) return fail("eventstore.closed");
      room_.wait_for(lock, std::chrono::milliseconds(500));
    }
  }
  // Whoever asks would have to make it, and wait; without questions nobody needs it.
  const auto wanted = [since = clock_.steady() - wanted_for](const std::atomic<Duration>& asked) {
    return asked.load(std::memory_order_relaxed) > since;
  };
  const bool texts = wanted(texts_asked_), counts = wanted(counts_asked_);
  TextHashes fragments;
  if (texts) (void)recent->filter(fragments);
  std::pair<std::shared_ptr<RecentIndex>, std::size_t> kept;
  YAGURA_CHECK(log_->append(payload, [&](std::uint64_t file) {
    const std::lock_guard lock(mutex_);
    const bool before = due(state_);
    kept = keep(file, recent);
    if (!before && due(state_)) work_due_.notify_one();
  }));
  if (trim_due_) give_memory_back();
  if (texts) kept.first->keep_up_texts(kept.second, *recent, fragments);
  if (counts) kept.first->keep_up_counts();
  return {};
}

std::pair<std::shared_ptr<RecentIndex>, std::size_t> EmbeddedStore::Inside::keep(
    std::uint64_t file, std::shared_ptr<const Recent> recent) {
  auto& generation = state_.recent[file];
  if (generation.recents.empty()) generation.since = clock_.steady();
  auto& index = generation.indexes[{recent->contract, recent->kind}];
  if (!index) index = std::make_shared<RecentIndex>(*recent->kind);
  const auto bytes = recent->bytes + index->add(recent);
  generation.bytes += bytes;
  state_.recent_bytes += bytes;
  bound_reading();
  generation.recents.push_back(std::move(recent));
  return {index, index->extent().batches - 1};
}

Result<std::shared_ptr<const Segment>> EmbeddedStore::Inside::segment(const HeldSegment& held) {
  YAGURA_TRY(const auto opened,
             cache_.get<Opened>(
                 {0, opened_segment, static_cast<std::uint32_t>(held.entry.number)}, [&]() -> Result<Opened> {
                   YAGURA_TRY(auto segment, Segment::open(held.path, cache_));
                   return Opened{std::move(segment),
                                 std::max(bytes_of_descriptor, options_.memory / 3 / most_open)};
                 }));
  return opened->segment;
}

Result<bool> EmbeddedStore::Inside::count_kept(const HeldSegment& held, const ConditionPlan& plan,
                                               std::int64_t from, std::int64_t to, const Counting& counting,
                                               Groups& groups) {
  // What is asked of several fields at once is kept nowhere.
  if (std::ranges::any_of(plan.leaves(), [](const Leaf& leaf) { return leaf.fields.size() != 1; }))
    return false;
  YAGURA_TRY(const auto sums,
             cache_.get<CubeSums>({0, kept_counts, static_cast<std::uint32_t>(held.entry.number)},
                                  [&]() -> Result<CubeSums> {
                                    YAGURA_TRY(const auto opened, segment(held));
                                    return sum_cube(*opened);
                                  }));
  const auto& kind = kinds_.find(held.entry.kind)->second;
  const auto question =
      CubeQuestion::make(kind, plan, from, to, counting, sums->by, sums->first_time, sums->last_time);
  if (!question) return false;
  if (question->add(*sums, groups)) return true;
  YAGURA_TRY(const auto opened, segment(held));
  YAGURA_TRY(const auto cells, opened->cube());
  question->add(*cells, sums->names, groups);
  return true;
}

std::shared_ptr<EmbeddedStore::Inside::Asked> EmbeddedStore::Inside::asked(const Query& query,
                                                                           std::int64_t from,
                                                                           std::int64_t to) {
  cache_.begin_search();
  auto out = std::make_shared<Asked>();
  std::vector<std::pair<const Kind*, SeenRecents>> recents;
  struct InOutline {
    std::shared_ptr<HeldSegment> segment;
    std::shared_ptr<HeldOutline> outline;
    std::size_t member;
  };
  std::vector<InOutline> held;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, kind] : kinds_)
      if (query.kinds.empty() || (std::ranges::find(query.kinds, name) != query.kinds.end()))
        out->plans.try_emplace(&kind, query.where, kind);
    for (const auto& [number, generation] : state_.recent)
      for (const auto& [of, index] : generation.indexes) {
        const auto extent = index->extent();
        if (of.first == query.contract && out->plans.contains(of.second) && extent.last_time >= from &&
            extent.first_time < to)
          recents.emplace_back(of.second, SeenRecents{index, extent});
      }
    for (const auto& one : state_.held)
      if (const auto& e = one->entry;
          e.contract == query.contract && e.last_time >= from && e.first_time < to)
        held.push_back({one, one->outline, one->member});
  }
  if (std::ranges::any_of(out->plans, [](const auto& one) {
        return !RecentIndex::tells(*one.first, one.second, one.second.root());
      }))
    texts_asked_.store(clock_.steady(), std::memory_order_relaxed);
  for (auto& [kind, seen] : recents) {
    const auto& plan = out->plans.at(kind);
    const auto& [index, extent] = seen;
    CountedPart part{{kind, extent.first_time, extent.last_time,
                      [seen, &plan, from, to]() -> Result<std::unique_ptr<PartSearch>> {
                        return std::make_unique<RecentSearch>(seen, plan, from, to);
                      }},
                     &plan,
                     {}};
    part.part.on_disk = false;
    part.from_cube = [this, index, kind, &plan, from, to](const Counting& counting,
                                                          Groups& groups) -> Result<bool> {
      if (!count_recent(*index, *kind, plan, from, to, counting, groups)) return false;
      counts_asked_.store(clock_.steady(), std::memory_order_relaxed);
      return true;
    };
    out->parts.push_back(std::move(part));
  }
  for (const auto& [one, held_outline, member] : held) {
    const auto& kind = kinds_.find(one->entry.kind)->second;
    const auto plan = out->plans.find(&kind);
    if (plan == out->plans.end()) continue;
    auto* const outline =
        held_outline
            ? &out->outlines.try_emplace(held_outline.get(), held_outline->what, plan->second).first->second
            : nullptr;
    CountedPart part{{&kind, one->entry.first_time, one->entry.last_time,
                      [this, one, outline, member, &kind, &plan = plan->second, from,
                       to]() -> Result<std::unique_ptr<PartSearch>> {
                        if (outline != nullptr && !outline->may_hold(member)) return nullptr;
                        YAGURA_TRY(auto segment, this->segment(*one));
                        return std::make_unique<SegmentSearch>(std::move(segment), kind, plan, from, to);
                      }},
                     &plan->second,
                     {}};
    part.from_cube = [this, one, &plan = plan->second, from, to](const Counting& counting,
                                                                 Groups& groups) -> Result<bool> {
      return count_kept(*one, plan, from, to, counting, groups);
    };
    out->parts.push_back(std::move(part));
  }
  return out;
}

Result<Outcome> EmbeddedStore::Inside::search(const Query& query, const Page& page, const Limits& limits,
                                              const EventSink& sink) {
  for (const auto& kind : query.kinds)
    if (!kinds_.contains(kind)) return fail("eventstore.kind_unknown", {{"kind", kind}});
  const auto from = to_micros(query.from), to = to_micros(query.to);
  const auto what = asked(query, from, to);
  std::vector<Part> parts;
  for (const auto& one : what->parts) parts.push_back(one.part);
  YAGURA_TRY(auto out, find_events(parts, from, to, page, limits, clock_, sink));
  note_damage(out.damage);
  return out;
}

Result<Counts> EmbeddedStore::Inside::count(const Query& query, const Counting& counting,
                                            const Limits& limits) {
  YAGURA_TRY(const auto tally, this->tally(query, {{counting, {}}}));
  YAGURA_CHECK(tally->go_on(limits));
  return std::move(tally->counts().front());
}

Result<std::unique_ptr<Tally>> EmbeddedStore::Inside::tally(const Query& query,
                                                            std::vector<CountingOf> countings) {
  for (const auto& kind : query.kinds)
    if (!kinds_.contains(kind)) return fail("eventstore.kind_unknown", {{"kind", kind}});
  const auto from = to_micros(query.from), to = to_micros(query.to);
  auto what = asked(query, from, to);
  auto parts = std::move(what->parts);
  return PartTally::make(std::move(parts), std::move(what), from, to, std::move(countings), clock_,
                         [this](const std::vector<std::string>& damage) { note_damage(damage); });
}

void EmbeddedStore::Inside::note_damage(std::span<const std::string> damage) {
  if (damage.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& one : damage)
    if (std::ranges::find(state_.damage, one) == state_.damage.end() && state_.damage.size() < 1000)
      state_.damage.push_back(one);
}

std::vector<Extent> EmbeddedStore::Inside::extents() {
  std::map<std::pair<std::string, std::string>, Extent> out;
  const auto add = [&](const std::string& contract, const std::string& kind, std::int64_t rows,
                       std::int64_t bytes, std::int64_t first, std::int64_t last) {
    auto& one = out[{contract, kind}];
    const bool fresh = one.rows == 0;
    one.contract = contract;
    one.kind = kind;
    one.rows += rows;
    one.bytes += bytes;
    one.first = fresh ? from_micros(first) : std::min(one.first, from_micros(first));
    one.last = fresh ? from_micros(last) : std::max(one.last, from_micros(last));
  };
  const std::lock_guard lock(mutex_);
  for (const auto& one : state_.held)
    add(one->entry.contract, one->entry.kind, one->entry.rows, one->entry.bytes, one->entry.first_time,
        one->entry.last_time);
  for (const auto& [number, generation] : state_.recent)
    for (const auto& one : generation.recents)
      add(one->contract, one->kind->kind, static_cast<std::int64_t>(one->batch.rows()),
          static_cast<std::int64_t>(one->bytes), one->first_time, one->last_time);
  std::vector<Extent> sorted;
  for (auto& [key, one] : out) sorted.push_back(std::move(one));
  return sorted;
}

EmbeddedState EmbeddedStore::Inside::state() {
  const std::lock_guard lock(mutex_);
  EmbeddedState out;
  out.segments = state_.held.size();
  for (const auto& [number, generation] : state_.recent) out.recent_batches += generation.recents.size();
  out.recent_bytes = state_.recent_bytes;
  out.cache_bytes = cache_.bytes();
  out.flushes = state_.flushes;
  out.merges = state_.merges;
  out.damage = state_.damage;
  out.last_failure = state_.last_failure;
  return out;
}

EmbeddedStore::EmbeddedStore(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
EmbeddedStore::~EmbeddedStore() = default;

Result<std::unique_ptr<EmbeddedStore>> EmbeddedStore::open(const std::filesystem::path& folder, Kinds kinds,
                                                           const Clock& clock,
                                                           const EmbeddedOptions& options) {
  auto inside = std::make_unique<Inside>(folder, std::move(kinds), clock, options);
  YAGURA_CHECK(inside->open());
  prepare_written();
  return std::unique_ptr<EmbeddedStore>(new EmbeddedStore(std::move(inside)));
}

const Kinds& EmbeddedStore::kinds() const { return inside_->kinds_; }
Result<void> EmbeddedStore::append(std::string_view contract, std::string_view kind, Batch batch) {
  return inside_->append(contract, kind, std::move(batch));
}
Result<Outcome> EmbeddedStore::search(const Query& query, const Page& page, const Limits& limits,
                                      const EventSink& sink) {
  return inside_->search(query, page, limits, sink);
}
Result<Counts> EmbeddedStore::count(const Query& query, const Counting& counting, const Limits& limits) {
  return inside_->count(query, counting, limits);
}
Result<std::unique_ptr<Tally>> EmbeddedStore::tally(const Query& query, std::vector<CountingOf> countings) {
  return inside_->tally(query, std::move(countings));
}
Result<std::vector<Extent>> EmbeddedStore::extents() { return inside_->extents(); }
Result<void> EmbeddedStore::flush() { return inside_->flush(); }
Result<bool> EmbeddedStore::merge() { return inside_->merge(); }
Result<bool> EmbeddedStore::outline() { return inside_->outline(); }
Result<std::int64_t> EmbeddedStore::expire(std::string_view contract, std::string_view kind, Time before) {
  return inside_->expire(contract, kind, to_micros(before));
}
Result<EmbeddedStore::Verified> EmbeddedStore::verify(
    const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  return inside_->verify(progress);
}
Result<EmbeddedStore::Verified> EmbeddedStore::repair() { return inside_->repair(); }
Result<void> EmbeddedStore::back_up(const std::filesystem::path& to) { return inside_->back_up(to); }
EmbeddedState EmbeddedStore::state() const { return inside_->state(); }

}  // namespace yagura::eventstore
