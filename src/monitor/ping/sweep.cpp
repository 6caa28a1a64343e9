#include "monitor/ping/sweep.hpp"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "monitor/ping/prober.hpp"

namespace yagura::monitor::ping {

namespace {

constexpr Duration progress_every = std::chrono::milliseconds(250);

// A round ends in time only when its requests leave in time: while it lasts its threads go before others of
// this machine, where the system lets them (CAP_SYS_NICE, or LimitNICE= of the service). Linux keeps it by
// thread.
class Preferred {
 public:
  Preferred() : before_(getpriority(PRIO_PROCESS, 0)) {
    raised_ = before_ > preferred && setpriority(PRIO_PROCESS, 0, preferred) == 0;
  }
  Preferred(const Preferred&) = delete;
  ~Preferred() {
    if (raised_) setpriority(PRIO_PROCESS, 0, before_);
  }

 private:
  static constexpr int preferred = -10;
  int before_;
  bool raised_ = false;
};

struct Lane {
  std::unique_ptr<SocketWire> wire;
  std::unique_ptr<Prober> prober;
  std::span<SweepResult> results;  // its part of the record, where each id is the target's
  std::atomic<std::size_t> done{0};
};

// Places of a lane's targets are numbered as they were put, so a transition finds its result by id minus
// base.
struct LaneRun {
  const Clock& clock;
  Lane& lane;
  std::optional<Duration> end_at;
  const std::atomic<bool>* stop;

  void collect() {
    for (const auto& transition : lane.prober->take_transitions()) {
      auto& result = lane.results[std::size_t(transition.id)];
      result.answer = transition.to == State::ok ? Answer::answered : Answer::no_answer;
      result.fact = transition.fact;
      result.attempts = transition.attempts;
      result.round_trip = transition.round_trip;
    }
    lane.done = lane.prober->finished_once();
  }

  void wait(Duration until) {
    const auto left = std::min<Duration>(until - clock.steady(), progress_every / 2);
    if (left <= Duration::zero()) return;
    std::array<pollfd, 2> fds{{{.fd = lane.wire->descriptor_v4(), .events = POLLIN, .revents = 0},
                               {.fd = lane.wire->descriptor_v6(), .events = POLLIN, .revents = 0}}};
    poll(fds.data(), fds.size(), int((left.count() + 999) / 1'000));
  }

  [[nodiscard]] bool over() const {
    return lane.done >= lane.results.size() || (end_at && clock.steady() >= *end_at) ||
           (stop != nullptr && *stop);
  }

  void run(const std::function<void()>& tell) {
    const Preferred preferred;
    auto told = clock.steady();
    while (!over()) {
      const auto next = lane.prober->step();
      collect();
      const auto now = clock.steady();
      if (now - told >= progress_every) {
        told = now;
        tell();
      }
      if (next && *next > now && lane.done < lane.results.size()) wait(*next);
    }
  }
};

unsigned lanes_for(std::size_t targets, const SweepOptions& options) {
  if (options.lanes != 0) return options.lanes;
  const auto processors = std::max(1U, std::thread::hardware_concurrency());
  if (options.packets_per_second != 0) return 1;
  return std::clamp(unsigned(targets / 20'000), 1U, processors);
}

Result<> check_targets(std::span<const Target> targets) {
  std::vector<Id> ids;
  ids.reserve(targets.size());
  for (const auto& target : targets) {
    YAGURA_CHECK(check_policy(target.policy));
    ids.push_back(target.id);
  }
  std::ranges::sort(ids);
  if (const auto twice = std::ranges::adjacent_find(ids); twice != ids.end())
    return fail("monitor.ping_target_twice", {{"id", std::to_string(*twice)}});
  return {};
}

void add(Counters& sum, const Counters& one) {
  sum.sent += one.sent;
  sum.send_errors += one.send_errors;
  sum.checks += one.checks;
  sum.failed_checks += one.failed_checks;
  sum.answers += one.answers;
  sum.duplicates += one.duplicates;
  sum.stale += one.stale;
  sum.forged += one.forged;
  sum.errors += one.errors;
  sum.unrelated += one.unrelated;
}

}  // namespace

Duration worst_case(std::span<const Target> targets, const SweepOptions& options) {
  Duration longest{};
  std::uint64_t packets = 0;
  for (const auto& target : targets) {
    longest = std::max(longest, target.policy.timeout * (1 + target.policy.retries));
    packets += 1U + target.policy.retries;
  }
  const auto pace = options.packets_per_second == 0 ? 200'000U : options.packets_per_second;
  return longest + Duration(std::int64_t(packets * 1'000'000 / pace));
}

Result<SweepRecord> run_sweep(const Clock& clock, std::span<const Target> targets,
                              const SweepOptions& options) {
  YAGURA_CHECK(check_targets(targets));
  SweepRecord record{.start = clock.now(), .results = std::vector<SweepResult>(targets.size())};
  const auto begun = clock.steady();
  const auto count = lanes_for(targets.size(), options);
  std::vector<Lane> lanes(count);
  const auto per_lane = (targets.size() + count - 1) / count;
  for (std::size_t i = 0; i < count; ++i) {
    auto& lane = lanes[i];
    const auto first = std::min(targets.size(), i * per_lane);
    const auto mine = targets.subspan(first, std::min(per_lane, targets.size() - first));
    lane.results = std::span(record.results).subspan(first, mine.size());
    YAGURA_TRY(lane.wire, SocketWire::open(clock, {.datagram_only = options.datagram_only}));
    const auto pace = options.packets_per_second;
    lane.prober = std::make_unique<Prober>(
        clock, *lane.wire,
        Prober::Options{.packets_per_second = pace == 0 ? 0 : std::max<std::uint32_t>(1, pace / count),
                        .summary_period = Duration::zero(),
                        .once = true,
                        .wheel_buckets = 4'096});
    lane.prober->reserve(mine.size());
    // Inside a lane a target's id is its place in the record.
    for (std::size_t at = 0; at < mine.size(); ++at) {
      lane.results[at].id = mine[at].id;
      YAGURA_CHECK(lane.prober->put({.id = Id(at), .address = mine[at].address, .policy = mine[at].policy}));
    }
  }
  const auto end_at = options.end_after ? std::optional(begun + *options.end_after) : std::nullopt;
  const auto tell = [&] {
    if (!options.progress) return;
    std::size_t done = 0;
    for (const auto& lane : lanes) done += lane.done;
    options.progress(done, targets.size());
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < count; ++i)
      others.emplace_back([&, i] { LaneRun{clock, lanes[i], end_at, options.stop}.run([] {}); });
    LaneRun{clock, lanes[0], end_at, options.stop}.run(tell);
  }
  record.took = clock.steady() - begun;
  record.end = clock.now();
  for (const auto& lane : lanes) {
    add(record.counters, lane.prober->counters());
    const auto wire = lane.wire->counters();
    record.wire.unread += wire.unread;
    record.wire.lost_in_kernel += wire.lost_in_kernel;
  }
  for (const auto& result : record.results)
    ++(result.answer == Answer::answered    ? record.answered
       : result.answer == Answer::no_answer ? record.no_answer
                                            : record.not_finished);
  tell();
  return record;
}

}  // namespace yagura::monitor::ping
