#include "web/server/jobs.hpp"

#include <algorithm>
#include <exception>

namespace yagura::web {

struct JobRun::Record {
  Guarded<JobView> view;
  std::atomic<bool> cancel_asked{false};
  const JobBoard::Listener* listener = nullptr;

  template <class F>
  void change(F&& how) {
    const auto now = view.with([&](JobView& v) {
      how(v);
      return v;
    });
    if (*listener) (*listener)(now);
  }
};

void JobRun::progress(double done, std::string message_ja, std::string message_en) {
  bool tell = false;
  const auto view = record_.view.with([&](JobView& v) {
    const double next = std::clamp(std::max(done, v.progress), 0.0, 1.0);
    tell = static_cast<int>(next * 100) != static_cast<int>(v.progress * 100) || message_ja != v.message_ja;
    v.progress = next;
    v.message_ja = std::move(message_ja);
    v.message_en = std::move(message_en);
    return tell ? v : JobView{};
  });
  if (tell && *record_.listener) (*record_.listener)(view);
}

bool JobRun::cancelled() const { return record_.cancel_asked.load(); }

JobBoard::JobBoard(const Clock& clock, IdSource& ids, Limits limits, Listener listener)
    : clock_(clock),
      ids_(ids),
      limits_(limits),
      listener_(std::move(listener)),
      pool_(std::make_unique<WorkerPool>(limits.threads, limits.waiting)) {}

JobBoard::~JobBoard() {
  records_.with([](auto& records) {
    for (auto& record : records) record->cancel_asked = true;
  });
  pool_.reset();
}

Result<Id> JobBoard::submit(JobWish wish, Work work) {
  auto record = std::make_shared<Record>();
  record->listener = &listener_;
  const Id id = ids_.next();
  record->view.with([&](JobView& view) {
    view.id = id;
    view.wish = std::move(wish);
    view.submitted = clock_.now();
  });
  WorkerPool::Task task = [this, record, work = std::move(work)] { run(*record, work); };
  return records_.with([&](auto& records) -> Result<Id> {
    sweep(records);
    if (!pool_->submit(task)) return fail("web.job_queue_busy");
    records.push_back(record);
    return id;
  });
}

void JobBoard::run(Record& record, const Work& work) {
  if (record.cancel_asked) {
    record.change([&](JobView& view) {
      view.state = JobState::cancelled;
      view.ended = clock_.now();
    });
    return;
  }
  record.change([&](JobView& view) {
    view.state = JobState::running;
    view.started = clock_.now();
  });
  Result<std::string> outcome;
  try {
    JobRun self(record);
    outcome = work(self);
  } catch (const std::exception& thrown) {
    outcome = fail("web.internal", {{"reason", thrown.what()}});
  } catch (...) {
    outcome = fail("web.internal", {{"reason", "unknown exception"}});
  }
  record.change([&](JobView& view) {
    view.ended = clock_.now();
    if (outcome) {
      view.state = JobState::done;
      view.progress = 1;
      view.result = *std::move(outcome);
    } else {
      view.state = record.cancel_asked ? JobState::cancelled : JobState::failed;
      view.error = outcome.error();
    }
  });
}

// Forgets what ended long ago, and the oldest of an account that has too many.
void JobBoard::sweep(std::vector<std::shared_ptr<Record>>& records) const {
  const auto now = clock_.now();
  std::vector<std::pair<std::string, std::size_t>> newer;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    const bool drop = (*record)->view.with([&](const JobView& view) {
      auto count = std::ranges::find(newer, view.wish.account, &std::pair<std::string, std::size_t>::first);
      if (count == newer.end()) count = newer.insert(newer.end(), {view.wish.account, 0});
      ++count->second;
      return view.ended && (now - *view.ended > limits_.keep || count->second > limits_.keep_per_account);
    });
    if (drop) record->reset();
  }
  std::erase(records, nullptr);
}

Result<JobView> JobBoard::get(Id id, std::string_view account) const {
  for (auto& view : list(account))
    if (view.id == id) return view;
  return fail("web.job_not_found");
}

std::vector<JobView> JobBoard::list(std::string_view account) const {
  auto views = records_.with([&](const auto& records) {
    std::vector<JobView> mine;
    for (const auto& record : records)
      record->view.with([&](const JobView& view) {
        if (view.wish.account == account) mine.push_back(view);
      });
    return mine;
  });
  std::ranges::reverse(views);
  return views;
}

Result<void> JobBoard::cancel(Id id, std::string_view account) {
  return records_.with([&](auto& records) -> Result<void> {
    for (auto& record : records) {
      const bool mine = record->view.with(
          [&](const JobView& view) { return view.id == id && view.wish.account == account; });
      if (!mine) continue;
      record->cancel_asked = true;
      return {};
    }
    return fail("web.job_not_found");
  });
}

}  // namespace yagura::web
