#include "monitor/ping/engine.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>

#include "monitor/ping/prober.hpp"

namespace yagura::monitor::ping {

namespace {

constexpr std::size_t slice = 1'000;
constexpr Duration longest_wait = std::chrono::seconds(1);  // so that a period ends though nothing is due

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

class SocketEngine final : public Engine {
 public:
  SocketEngine(const Clock& clock, Sink& sink, Options options, std::unique_ptr<SocketWire> wire)
      : clock_(clock),
        sink_(sink),
        wire_(std::move(wire)),
        prober_(clock, *wire_,
                {.packets_per_second = options.packets_per_second, .summary_period = options.summary_period}),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

  ~SocketEngine() override {
    stop_ = true;
    wake();
    if (thread_.joinable()) thread_.join();
  }

  Result<> begin() {
    for (const int fd : {wire_->descriptor_v4(), wire_->descriptor_v6(), wake_.get()}) {
      if (fd < 0 && fd != wake_.get()) continue;
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = fd;
      if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
        return fail("monitor.ping_socket_failed", {{"why", std::strerror(errno)}});
    }
    thread_ = std::thread([this] { run(); });
    return {};
  }

  Result<Changes> set_targets(std::span<const Target> targets) override {
    YAGURA_CHECK(check_all(targets));
    const std::lock_guard one_change_at_a_time(changing_);
    std::vector<Id> wanted;
    wanted.reserve(targets.size());
    for (const auto& target : targets) wanted.push_back(target.id);
    std::ranges::sort(wanted);
    if (const auto twice = std::ranges::adjacent_find(wanted); twice != wanted.end())
      return fail("monitor.ping_target_twice", {{"id", std::to_string(*twice)}});
    Changes out;
    out.removed = remove_others(wanted);
    {
      const std::lock_guard lock(mutex_);
      prober_.reserve(targets.size());
    }
    for (std::size_t first = 0; first < targets.size(); first += slice) {
      const std::lock_guard lock(mutex_);
      for (const auto& target : targets.subspan(first, std::min(slice, targets.size() - first))) {
        YAGURA_TRY(const auto put, prober_.put(target));
        ++(put == Prober::Put::added ? out.added : put == Prober::Put::changed ? out.changed : out.unchanged);
      }
    }
    wake();
    return out;
  }

  Result<> put_target(const Target& target) override {
    const std::lock_guard one_change_at_a_time(changing_);
    {
      const std::lock_guard lock(mutex_);
      YAGURA_CHECK(prober_.put(target));
    }
    wake();
    return {};
  }

  bool remove_target(Id id) override {
    const std::lock_guard one_change_at_a_time(changing_);
    const std::lock_guard lock(mutex_);
    return prober_.remove(id);
  }

  std::size_t check_now(std::span<const Id> ids) override {
    std::size_t out = 0;
    for (std::size_t first = 0; first < ids.size(); first += slice) {
      const std::lock_guard lock(mutex_);
      for (const auto id : ids.subspan(first, std::min(slice, ids.size() - first)))
        out += prober_.check_now(id);
    }
    wake();
    return out;
  }

  std::optional<TargetState> state(Id id) const override {
    const std::lock_guard lock(mutex_);
    return prober_.state(id);
  }

  std::vector<TargetState> states() const override {
    std::vector<TargetState> out;
    for (std::size_t first = 0;; first += slice) {
      const std::lock_guard lock(mutex_);
      if (first >= prober_.places()) return out;
      for (const auto id : prober_.ids_in(first, slice))
        if (const auto state = prober_.state(id)) out.push_back(*state);
    }
  }

  Totals totals() const override {
    const std::lock_guard lock(mutex_);
    return {.probes = prober_.counters(), .wire = wire_->counters(), .targets = prober_.size()};
  }

 private:
  // All faults are found before anything changes.
  static Result<> check_all(std::span<const Target> targets) {
    std::set<Policy> policies;
    for (const auto& target : targets) {
      if (!policies.insert(target.policy).second) continue;
      YAGURA_CHECK(check_policy(target.policy));
      if (policies.size() > 10'000) return fail("monitor.ping_policies_too_many");
    }
    return {};
  }

  std::size_t remove_others(const std::vector<Id>& wanted) {
    std::size_t removed = 0;
    for (std::size_t first = 0;; first += slice) {
      const std::lock_guard lock(mutex_);
      if (first >= prober_.places()) return removed;
      for (const auto id : prober_.ids_in(first, slice))
        if (!std::ranges::binary_search(wanted, id)) removed += prober_.remove(id);
    }
  }

  void wake() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_.get(), &one, sizeof one);
  }

  void run() {
    while (!stop_) {
      std::optional<Duration> next;
      {
        const std::lock_guard lock(mutex_);
        next = prober_.step();
        transitions_ = prober_.take_transitions();
        checked_ = prober_.take_checked();
        summaries_ = prober_.take_summaries();
      }
      if (!transitions_.empty()) sink_.on_transitions(transitions_);
      if (!checked_.empty()) sink_.on_checked(checked_);
      if (!summaries_.empty()) sink_.on_summaries(summaries_);
      const auto now = clock_.steady();
      const auto wait = std::min(next.value_or(now + longest_wait) - now, longest_wait);
      if (wait > Duration::zero()) sleep_until_something(int((wait.count() + 999) / 1'000));
    }
  }

  void sleep_until_something(int milliseconds) {
    std::array<epoll_event, 4> events;
    const int count = epoll_wait(epoll_.get(), events.data(), int(events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
      std::uint64_t ignored = 0;
      if (events[std::size_t(i)].data.fd == wake_.get()) [[maybe_unused]]
        const auto got = read(wake_.get(), &ignored, sizeof ignored);
    }
  }

  const Clock& clock_;
  Sink& sink_;
  std::mutex changing_;
  mutable std::mutex mutex_;  // guards wire_ and prober_
  std::unique_ptr<SocketWire> wire_;
  Prober prober_;
  Descriptor epoll_;
  Descriptor wake_;
  std::atomic<bool> stop_{false};
  std::vector<Transition> transitions_;
  std::vector<Checked> checked_;
  std::vector<Summary> summaries_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Engine>> Engine::start(const Clock& clock, Sink& sink, Options options) {
  YAGURA_TRY(auto wire, SocketWire::open(clock, {.datagram_only = options.datagram_only}));
  auto engine = std::make_unique<SocketEngine>(clock, sink, options, std::move(wire));
  YAGURA_CHECK(engine->begin());
  return engine;
}

}  // namespace yagura::monitor::ping
