// What EmbeddedStore is made of; for its own files only.
//
// Threads: state_ is guarded by mutex_, which is never held while files are read or written. work_ lets one
//          flush, merge, drop or repair happen at a time, and is taken before mutex_. Nobody waits for the end
//          of a merge: it flushes for others, and gives way to all else.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "eventstore/cache.hpp"
#include "eventstore/counting.hpp"
#include "eventstore/embedded.hpp"
#include "eventstore/find.hpp"
#include "eventstore/flush.hpp"
#include "eventstore/learned_file.hpp"
#include "eventstore/outline.hpp"
#include "eventstore/recent.hpp"
#include "eventstore/recent_index.hpp"
#include "eventstore/segment.hpp"
#include "eventstore/write_ahead_log.hpp"

namespace yagura::eventstore {

// An outline's file, which goes when none of its members is left.
struct HeldOutline {
  explicit HeldOutline(std::shared_ptr<const Outline> is) : what(std::move(is)) {}
  HeldOutline(const HeldOutline&) = delete;
  HeldOutline& operator=(const HeldOutline&) = delete;
  ~HeldOutline();
  const std::shared_ptr<const Outline> what;
  std::atomic<std::size_t> living{0};  // members that the store has
};

// A segment's file, which goes when nobody searches it any more and the store has dropped it.
struct HeldSegment {
  HeldSegment(SegmentEntry of, std::filesystem::path at) : entry(std::move(of)), path(std::move(at)) {}
  HeldSegment(const HeldSegment&) = delete;
  HeldSegment& operator=(const HeldSegment&) = delete;
  ~HeldSegment();
  const SegmentEntry entry;
  const std::filesystem::path path;
  std::atomic<bool> dropped{false};
  // Where it is a member, and which; guarded by the store's mutex.
  std::shared_ptr<HeldOutline> outline;
  std::size_t member = 0;
};
using HeldSegments = std::vector<std::shared_ptr<HeldSegment>>;

class EmbeddedStore::Inside {
 public:
  Inside(std::filesystem::path folder, Kinds kinds, const Clock& clock, const EmbeddedOptions& options);
  ~Inside();

  Result<void> open();
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch);
  Result<Outcome> search(const Query& query, const Page& page, const Limits& limits, const EventSink& sink);
  Result<Counts> count(const Query& query, const Counting& counting, const Limits& limits);
  Result<std::unique_ptr<Tally>> tally(const Query& query, std::vector<CountingOf> countings);
  std::vector<Extent> extents();
  Result<void> flush();
  Result<bool> merge();
  Result<bool> outline();
  Result<std::int64_t> expire(std::string_view contract, std::string_view kind, std::int64_t before);
  Result<std::int64_t> erase(std::string_view contract);
  Result<void> change_holds(const std::function<Result<void>(std::vector<Hold>&)>& change);
  std::vector<Hold> holds();
  Result<Verified> verify(const std::function<bool(std::int64_t, std::int64_t)>& progress);
  Result<Verified> repair();
  Result<Seal> seal(std::string_view contract, std::string_view kind, std::int64_t day,
                    std::span<SourceProof> prove);
  Result<std::unique_ptr<SourceReader>> source_reader(const Query& query);
  std::vector<SegmentEntry> files(std::string_view contract, std::string_view kind);
  Result<void> back_up(const std::filesystem::path& to);
  EmbeddedState state();

  const Kinds kinds_;

 private:
  using IndexOf = std::pair<std::string, const Kind*>;  // contract
  struct Generation {                                   // what stands in one file of the log
    Recents recents;
    std::map<IndexOf, std::shared_ptr<RecentIndex>> indexes;
    std::size_t bytes = 0;
    Duration since{};  // steady
  };
  struct Leaving {  // a segment that was dropped, whoever may search it still
    std::weak_ptr<const HeldSegment> segment;
    std::vector<std::filesystem::path> learned;
  };
  struct State {
    Manifest manifest;  // its segments are those of held
    HeldSegments held;
    std::vector<Leaving> leaving;
    std::map<std::uint64_t, Generation> recent;  // by number of the log's file
    std::size_t recent_bytes = 0;
    std::size_t recent_peak = 0;  // of these, a while ago: it falls slowly
    std::size_t reading = 0;      // bytes that may be kept of what was read
    std::int64_t flushes = 0, merges = 0;
    std::int64_t flushes_wanted = 0;  // somebody waits for them
    std::int64_t work_wanted = 0;     // somebody waits for work_, who is no flush and no merge
    bool merging = false, outlining = false;
    std::vector<std::string> damage;
    std::optional<Error> last_failure, flush_failure;
    std::set<std::uint64_t> damaged;  // segments that are not merged until they are repaired
  };
  struct Opened {  // a segment as the cache holds it
    std::shared_ptr<const Segment> segment;
    std::size_t bytes_of_descriptor = 0;
    [[nodiscard]] std::size_t bytes() const;
  };
  struct Asked {  // what one search looks at: all it refers to lives as long as it does
    std::map<const Kind*, ConditionPlan> plans;
    std::map<const HeldOutline*, AskedOutline> outlines;
    std::vector<CountedPart> parts;
  };

  Result<void> replay(std::uint64_t number);
  // What a flush or merge left that did not come to its end, and outlines of segments that are gone.
  void remove_strangers();
  void take_outlines(std::span<const std::filesystem::path> files);
  HeldSegments next_to_outline();
  std::shared_ptr<Asked> asked(const Query& query, std::int64_t from, std::int64_t to);
  Result<std::shared_ptr<const Segment>> segment(const HeldSegment& held);
  Result<bool> count_kept(const HeldSegment& held, const ConditionPlan& plan, std::int64_t from,
                          std::int64_t to, const Counting& counting, Groups& groups);
  // Puts it where searches find it; answers the index that has it, and its place there.
  std::pair<std::shared_ptr<RecentIndex>, std::size_t> keep(std::uint64_t file,
                                                            std::shared_ptr<const Recent> recent);

  Result<void> flush_at_work();  // work_ is held
  // Of a flush: everything of one contract and kind that goes into one segment.
  Result<SegmentEntry> write(SegmentEntry entry, const Kind& kind, std::span<const BatchRows> rows);
  // For so many rows; none where it is to be learned from them.
  LearnedOf& learned_for(const SegmentEntry& entry, const Kind& kind, std::int64_t rows);
  std::pair<LearnedOf, std::int64_t> learned_by(const SegmentEntry& entry, const Kind& kind, int level,
                                                const std::function<bool(const SegmentEntry&)>& may);
  Result<HeldSegments> write_all(const Recents& recents);
  // Replaces segments by others, all at once: in the manifest first, then for searches.
  Result<void> exchange(const HeldSegments& gone, HeldSegments come, std::optional<std::uint64_t> first_log);
  Result<SegmentEntry> reserve(std::string_view contract, std::string_view kind, int month);
  void remove_unused_learned();
  void note_damage(std::span<const std::string> damage);

  // work_ for what people or the night wait for. A merge ends for it what it has begun, and begins anew later.
  std::unique_lock<std::mutex> work_before_merges();
  std::unique_lock<std::mutex> work_behind_others();
  HeldSegments next_to_merge(bool& smallest);
  // Called in the middle of what may take minutes: what is more urgent is done here. Its error ends it: the store
  // closes, or somebody waits for work_ (gives_way).
  Result<void> urgent(bool& gives_way);
  void work();
  // While segments are merged, less may wait in memory, and less be kept of what was read then and while an outline is
  // made.
  class Working {
   public:
    Working(Inside& store, bool State::* what) : store_(store), what_(what) { store_.set(what_, true); }
    ~Working() { store_.set(what_, false); }
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

   private:
    Inside& store_;
    bool State::* what_;
  };
  void set(bool State::* what, bool now);
  // Memory that batches do not use is lent to what is read, until they come. mutex_ is held. Whoever makes
  // trim_due_ so, or finds it, gives memory back when it is not.
  void bound_reading();
  void give_memory_back();
  // With others of its size, long before its month is over.
  static bool is_merged_soon(const SegmentEntry& entry);
  // Bytes that may wait in memory; of three quarters of them segments are made.
  [[nodiscard]] std::size_t most_recent(const State& state) const {
    return options_.memory / (state.merging ? 6 : 3);
  }
  [[nodiscard]] bool due(const State& state) const;

  const std::filesystem::path folder_;
  const Clock& clock_;
  const EmbeddedOptions options_;
  Cache cache_;
  int lock_ = -1;  // of the folder, against another process
  std::unique_ptr<WriteAheadLog> log_;
  std::map<std::pair<std::string, std::string>, std::pair<LearnedOf, std::int64_t>>
      learned_;  // guarded by work_

  std::mutex work_;
  std::mutex mutex_;
  std::condition_variable work_due_, room_;  // for the worker; for those who append
  State state_;
  // When it was last asked for texts and for counts, steady; for append().
  std::atomic<Duration> texts_asked_{Duration::min() / 2}, counts_asked_{Duration::min() / 2};
  std::atomic<bool> trim_due_{false};
  bool stop_ = false;
  std::thread worker_;
};

// What it cannot be read without.
std::vector<std::filesystem::path> learned_files(const HeldSegment& held);
// Unless something damaged is kept beside it.
void remove_learned(const std::filesystem::path& file);
// What the manifest says of a segment that was written.
void describe(SegmentEntry& entry, const Directory& d, const std::filesystem::path& file);
// 202611 for an instant in November 2026 in Japan; 0 beyond the years 1 to 9999.
int month_of(std::int64_t time);
// Days since 1970 in Japan.
std::int64_t day_of(std::int64_t time);
// The first instant after a month.
std::int64_t end_of(int month);

}  // namespace yagura::eventstore
