// Which device is asked what and when; answers to samples and observations.
//
// Purpose: each device under each of its profiles every interval, spread over the interval by a hash of the
//          device, so that polling is no burst. A poll that is still under way when the next is due is not
//          doubled: the next is skipped and counted.
// Threads: set(), remove() and counts() from any thread. Sinks are called from the poller's thread; step() is
//          that thread's body, called directly in tests (then from one thread at a time).
// Time:    due times by steady clock, samples stamped with the wall clock when the answer came.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/guarded.hpp"
#include "monitor/poll/evaluation.hpp"
#include "monitor/poll/target.hpp"

namespace yagura::monitor::poll {

// A threshold that an open alert says was entered before we started.
struct EnteredThreshold {
  std::string metric, instance;
  Severity upto = Severity::warning;  // thresholds of this severity and below
};

struct PolledDevice {
  Target target;
  std::vector<std::shared_ptr<const Profile>> profiles;
  std::vector<EnteredThreshold> entered{};  // for profiles that the device did not have before
};

struct PollerCounts {
  std::uint64_t polls = 0, failed = 0, skipped = 0, samples = 0, observations = 0;
};

// What the poller asks through: an Engine, or a conversation in memory. `ask` may call back from any thread.
struct Asker {
  std::function<void(const Target&)> set;
  std::function<void(Id)> remove;
  std::function<void(Id, std::shared_ptr<const Query>, std::function<void(Answer&&)>)> ask;
};
class Engine;
Asker asker(Engine& engine);

class Poller {
 public:
  Poller(const Clock& clock, Asker asker, SampleSink& samples, PollSink& polls);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void start();
  // Answers that come later are dropped.
  void stop();
  // New or changed. What is remembered of a profile that the device keeps (counters, thresholds) is kept.
  void set(PolledDevice device);
  void remove(Id device);
  // Asks now what would be asked later; nothing when it is being asked, or has no such profile.
  void hurry(Id device, const std::string& profile);
  // Takes what has come, asks what is due; returns the time until the next is due (at most one second).
  Duration step();
  [[nodiscard]] PollerCounts counts() const;

 private:
  struct Plan;
  struct State;
  void take(State& state, Id device, const std::string& profile, const Answer& answer);

  const Clock& clock_;
  Asker asker_;
  SampleSink& samples_;
  PollSink& polls_;
  std::unique_ptr<State> state_;  // of the poller's thread
  struct Inbox;
  std::shared_ptr<Inbox> inbox_;  // shared with callbacks that may come after we are gone
  Guarded<PollerCounts> counts_;
  std::jthread thread_;
};

}  // namespace yagura::monitor::poll
