#include "monitor/poll/poller.hpp"

#include <algorithm>
#include <queue>
#include <unordered_map>

#include "monitor/poll/engine.hpp"

namespace yagura::monitor::poll {

namespace {

// Samples are handed on in batches of about this many.
constexpr std::size_t batch = 5000;

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

}  // namespace

// One device under one profile.
struct Poller::Plan {
  Evaluation evaluation;
  std::uint64_t serial = 0;  // an entry of the due queue with another serial is of a plan that is gone
  Duration due{};
  bool asking = false;
};

struct Poller::State {
  struct Due {
    Duration at;
    Id device;
    std::uint64_t serial;
    std::string profile;
    bool operator>(const Due& other) const { return at > other.at; }
  };
  std::unordered_map<Id, std::map<std::string, Plan>> plans;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due;
  std::uint64_t serial = 0;
  std::vector<Sample> samples;
};

struct Poller::Inbox {
  struct Came {
    Id device;
    std::string profile;
    std::uint64_t serial;
    Answer answer;
  };
  struct Content {
    std::vector<Came> answers;
    std::vector<std::function<void(Poller&)>> changes;
    bool closed = false;
  };
  Guarded<Content> content;
  std::mutex mutex;
  std::condition_variable_any arrived;
  bool any = false;

  void wake() {
    const std::lock_guard lock(mutex);
    any = true;
    arrived.notify_one();
  }
};

Asker asker(Engine& engine) {
  return {[&engine](const Target& target) { engine.set(target); },
          [&engine](Id device) { engine.remove(device); },
          [&engine](Id device, std::shared_ptr<const Query> query, std::function<void(Answer&&)> done) {
            engine.ask(device, std::move(query), std::move(done));
          }};
}

Poller::Poller(const Clock& clock, Asker asker, SampleSink& samples, PollSink& polls)
    : clock_(clock),
      asker_(std::move(asker)),
      samples_(samples),
      polls_(polls),
      state_(std::make_unique<State>()),
      inbox_(std::make_shared<Inbox>()) {}

Poller::~Poller() { stop(); }

void Poller::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Duration rest = step();
      std::unique_lock lock(inbox_->mutex);
      inbox_->arrived.wait_for(lock, stop, rest, [&] { return inbox_->any; });
      inbox_->any = false;
    }
  });
}

void Poller::stop() {
  inbox_->content.with([](auto& content) {
    content.closed = true;
    content.answers.clear();
  });
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
}

void Poller::set(PolledDevice device) {
  inbox_->content.with([&](auto& content) {
    content.changes.push_back([device = std::move(device)](Poller& self) {
      State& state = *self.state_;
      const Id id = device.target.device;
      self.asker_.set(device.target);
      auto& plans = state.plans[id];
      std::map<std::string, Plan> next;
      for (const auto& profile : device.profiles) {
        const auto old = plans.find(profile->id);
        if (old != plans.end() && &old->second.evaluation.profile() == profile.get()) {
          next.insert(plans.extract(old));
          continue;
        }
        const Duration now = self.clock_.steady();
        const auto spread = static_cast<std::int64_t>(
            mix(static_cast<std::uint64_t>(id) ^ std::hash<std::string>{}(profile->id)) %
            static_cast<std::uint64_t>(profile->interval.count()));
        Plan plan{Evaluation(id, profile), ++state.serial, now + Duration{spread}, false};
        for (const auto& one : device.entered) plan.evaluation.restore(one.metric, one.instance, one.upto);
        state.due.push({plan.due, id, plan.serial, profile->id});
        next.emplace(profile->id, std::move(plan));
      }
      plans = std::move(next);
    });
  });
  inbox_->wake();
}

void Poller::remove(Id device) {
  inbox_->content.with([&](auto& content) {
    content.changes.push_back([device](Poller& self) {
      self.state_->plans.erase(device);
      self.asker_.remove(device);
    });
  });
  inbox_->wake();
}

void Poller::hurry(Id device, const std::string& profile) {
  inbox_->content.with([&](auto& content) {
    content.changes.push_back([device, profile](Poller& self) {
      State& state = *self.state_;
      const auto plans = state.plans.find(device);
      if (plans == state.plans.end()) return;
      const auto plan = plans->second.find(profile);
      if (plan == plans->second.end() || plan->second.asking) return;
      plan->second.serial = ++state.serial;  // the entry for later is void
      plan->second.due = self.clock_.steady();
      state.due.push({plan->second.due, device, plan->second.serial, profile});
    });
  });
  inbox_->wake();
}

Duration Poller::step() {
  State& state = *state_;
  Inbox::Content came;
  inbox_->content.with([&](auto& content) {
    came.answers.swap(content.answers);
    came.changes.swap(content.changes);
  });
  for (const auto& change : came.changes) change(*this);
  for (auto& one : came.answers) {
    const auto device = state.plans.find(one.device);
    if (device == state.plans.end()) continue;
    const auto plan = device->second.find(one.profile);
    if (plan == device->second.end() || plan->second.serial != one.serial) continue;
    plan->second.asking = false;
    take(state, one.device, one.profile, one.answer);
  }
  const Duration now = clock_.steady();
  while (!state.due.empty() && state.due.top().at <= now) {
    State::Due due = state.due.top();
    state.due.pop();
    const auto device = state.plans.find(due.device);
    if (device == state.plans.end()) continue;
    const auto found = device->second.find(due.profile);
    if (found == device->second.end() || found->second.serial != due.serial) continue;
    Plan& plan = found->second;
    const Duration interval = plan.evaluation.profile().interval;
    // After a pause of ours (a suspended machine) only the latest is made good.
    plan.due += interval * std::max<std::int64_t>(1, (now - plan.due) / interval);
    due.at = plan.due;
    state.due.push(due);
    if (plan.asking) {
      counts_.with([](auto& c) { ++c.skipped; });
      continue;
    }
    plan.asking = true;
    asker_.ask(due.device, plan.evaluation.query(),
               [inbox = inbox_, device_id = due.device, profile = due.profile,
                serial = due.serial](Answer&& answer) {
                 inbox->content.with([&](auto& content) {
                   if (!content.closed)
                     content.answers.push_back({device_id, profile, serial, std::move(answer)});
                 });
                 inbox->wake();
               });
  }
  if (!state.samples.empty()) samples_.take(std::exchange(state.samples, {}));
  const Duration rest = state.due.empty() ? Duration{1'000'000} : state.due.top().at - now;
  return std::clamp(rest, Duration{0}, Duration{1'000'000});
}

void Poller::take(State& state, Id device, const std::string& profile, const Answer& answer) {
  Evaluated evaluated = state.plans.at(device).at(profile).evaluation.take(answer, clock_.now());
  counts_.with([&](auto& c) {
    ++c.polls;
    c.failed += evaluated.result.error ? 1 : 0;
    c.samples += evaluated.samples.size();
    c.observations += evaluated.observations.size();
  });
  std::move(evaluated.samples.begin(), evaluated.samples.end(), std::back_inserter(state.samples));
  if (state.samples.size() >= batch) samples_.take(std::exchange(state.samples, {}));
  for (const Observation& o : evaluated.observations) polls_.take(o);
  polls_.take(evaluated.result);
}

PollerCounts Poller::counts() const {
  return counts_.with([](const auto& c) { return c; });
}

}  // namespace yagura::monitor::poll
