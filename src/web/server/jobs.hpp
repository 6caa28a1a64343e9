// Work that takes longer than a request: an import, a report, a sweep.
//
//   auto job = board.submit({.account = caller, .kind = "report.monthly", .title_ja = "月次報告",
//                            .title_en = "Monthly report"}, [](JobRun& run) -> Result<std::string> {
//     run.progress(0.4, "表を作っています", "Making the tables");
//     if (run.cancelled()) return fail("web.job_cancelled");
//     return "/api/v1/reports/2026-04/file";
//   });
//
// Purpose: the screens show title, progress 0..1 and words, and follow the result's reference. Jobs live in
//          memory: after a restart they are gone, and what they did must be safe to do again.
// Threads: any. Jobs run on the board's own threads, so that they never hold up requests.
// Errors:  web.job_not_found, web.job_queue_busy, web.job_cancelled; an exception of a job is web.internal.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/guarded.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "web/server/worker_pool.hpp"

namespace yagura::web {

enum class JobState : std::uint8_t { waiting, running, done, failed, cancelled };

struct JobWish {
  std::string account;  // whose it is: nobody else can see or cancel it
  std::string kind;     // "ledger.import"
  std::string title_ja;
  std::string title_en;
};

struct JobView {
  Id id = 0;
  JobWish wish;
  JobState state = JobState::waiting;
  double progress = 0;  // 0..1, never going back
  std::string message_ja;
  std::string message_en;
  std::string result;  // reference to what was made, when done
  std::optional<Error> error;
  Time submitted{};
  std::optional<Time> started;
  std::optional<Time> ended;
};

class JobRun {
 public:
  void progress(double done, std::string message_ja, std::string message_en);
  [[nodiscard]] bool cancelled() const;

 private:
  friend class JobBoard;
  struct Record;
  explicit JobRun(Record& record) : record_(record) {}
  Record& record_;
};

class JobBoard {
 public:
  using Work = std::function<Result<std::string>(JobRun&)>;
  // Told on every change, from the thread that made it; at most once per hundredth of progress.
  using Listener = std::function<void(const JobView&)>;
  struct Limits {
    int threads = 2;
    std::size_t waiting = 100;
    Duration keep = std::chrono::hours(24);  // how long an ended job can be looked up
    std::size_t keep_per_account = 100;
  };

  JobBoard(const Clock& clock, IdSource& ids) : JobBoard(clock, ids, Limits{}) {}
  JobBoard(const Clock& clock, IdSource& ids, Limits limits, Listener listener = {});
  // Cancels what runs and waits for it.
  ~JobBoard();

  Result<Id> submit(JobWish wish, Work work);
  [[nodiscard]] Result<JobView> get(Id id, std::string_view account) const;
  // Newest first.
  [[nodiscard]] std::vector<JobView> list(std::string_view account) const;
  // Asks the job to end; a waiting one never starts. An ended one stays as it is.
  Result<void> cancel(Id id, std::string_view account);

 private:
  using Record = JobRun::Record;
  void run(Record& record, const Work& work);
  void sweep(std::vector<std::shared_ptr<Record>>& records) const;

  const Clock& clock_;
  IdSource& ids_;
  const Limits limits_;
  const Listener listener_;
  Guarded<std::vector<std::shared_ptr<Record>>> records_;  // oldest first
  std::unique_ptr<WorkerPool> pool_;                       // last: its threads use the rest
};

}  // namespace yagura::web
