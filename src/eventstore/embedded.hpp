// The embedded store: segments in a folder, a write-ahead log before them, one thread that turns one into the
// other.
//
// Purpose: years of events of one municipality on one server, within a bound of memory.
// Shape:   FOLDER/manifest says what is there; FOLDER/log/ holds what is acknowledged and in no segment yet;
//          FOLDER/segments/CONTRACT/KIND/MONTH/ the segments, and beside the months what many of them have.
// Errors:  beside those of store.hpp: eventstore.in_use when another process has the folder.
// Threads: any. A search sees what was acknowledged before it began, whatever is flushed or merged meanwhile.
#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.hpp"
#include "eventstore/learned.hpp"
#include "eventstore/manifest.hpp"
#include "eventstore/store.hpp"

namespace yagura::eventstore {

struct EmbeddedOptions {
  // A third of it is for events that are in no segment yet, as much and some more for writing, a quarter for reading, which
  // has of the first what is not in use.
  std::size_t memory = 384U << 20;
  // Events are in a segment that long after they came, or sooner when there are many.
  Duration longest_in_log = std::chrono::hours(6);
  // For the hashes of one source while a day is sealed; the others stand in a file of the folder meanwhile.
  std::size_t seal_memory = 32U << 20;
  // Without it flushing and merging happen only when they are asked for (tests).
  bool background = true;
  // A month is merged to its smallest form so long after its end.
  Duration merge_after = std::chrono::hours(48);
};

// How the store does, for metrics and the screen of the server.
struct EmbeddedState {
  std::size_t segments = 0, recent_batches = 0, recent_bytes = 0, cache_bytes = 0;
  std::int64_t flushes = 0, merges = 0;
  std::vector<std::string> damage;    // found since opening, in words
  std::optional<Error> last_failure;  // of the background work; tried again
};

class EmbeddedStore final : public EventStore {
 public:
  // Reads the manifest and the log; what a crash left half done is taken away.
  static Result<std::unique_ptr<EmbeddedStore>> open(const std::filesystem::path& folder, Kinds kinds,
                                                     const Clock& clock, const EmbeddedOptions& options = {});
  ~EmbeddedStore() override;

  [[nodiscard]] const Kinds& kinds() const override;
  Result<void> append(std::string_view contract, std::string_view kind, Batch batch) override;
  Result<Outcome> search(const Query& query, const Page& page, const Limits& limits,
                         const EventSink& sink) override;
  Result<Counts> count(const Query& query, const Counting& counting, const Limits& limits) override;
  Result<std::unique_ptr<Tally>> tally(const Query& query, std::vector<CountingOf> countings) override;
  Result<std::vector<Extent>> extents() override;

  // Everything that was acknowledged before stands in segments when it returns.
  Result<void> flush();
  // One step of making segments fewer and smaller; false when there is nothing to do.
  Result<bool> merge();

  // One step of making it known what many segments have together (outline.hpp); false when there is nothing to do.
  Result<bool> outline();

  // Drops whole segments of events before this time, but for what a hold covers. Answers how many events
  // went.
  Result<std::int64_t> expire(std::string_view contract, std::string_view kind, Time before);
  // Everything of a contract, whatever its age: nothing of it is left in the folder. Answers how many events
  // went. Error: eventstore.held (contract, id) while a hold stands.
  Result<std::int64_t> erase(std::string_view contract);
  Result<void> hold(const Hold& hold);
  Result<void> release(std::string_view id);
  [[nodiscard]] std::vector<Hold> holds() const;

  // Everything is read and every checksum compared. What is damaged is told by file and piece, with the
  // events lost.
  struct Verified {
    std::int64_t segments = 0, rows = 0, bytes = 0;
    std::vector<std::string> damage;
    std::int64_t rows_lost = 0;
  };
  // progress(done, all) in bytes; false ends it.
  Result<Verified> verify(const std::function<bool(std::int64_t, std::int64_t)>& progress);
  // Writes the segments that are damaged anew with what can be read of them; the old file is kept beside, as
  // .damaged. Answers what was lost.
  Result<Verified> repair();

  // What is in no segment yet is flushed before.
  Result<Seal> seal(std::string_view contract, std::string_view kind, std::int64_t day,
                    std::span<SourceProof> prove) override;
  // So here.
  Result<std::unique_ptr<SourceReader>> source_reader(const Query& query) override;
  Result<std::vector<Days>> days_received(std::string_view contract, std::string_view kind, Time first,
                                          Time last) override;
  // The files of a contract and kind, by time.
  [[nodiscard]] std::vector<SegmentEntry> files(std::string_view contract, std::string_view kind) const;

  // A folder that open() takes: hard links to the segments where the file system allows, copies where not.
  Result<void> back_up(const std::filesystem::path& to);

  [[nodiscard]] EmbeddedState state() const;

 private:
  class Inside;
  explicit EmbeddedStore(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace yagura::eventstore
