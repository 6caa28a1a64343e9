// Random networks with random faults, watched as the ping engine would watch them, for hours of their time:
// whatever happens, the rules of machine.hpp hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "monitor/alert/machine.hpp"

namespace yagura::monitor::alert {
namespace {

using namespace std::chrono_literals;

struct Device {
  Id id = 0;
  std::vector<std::size_t> upstreams;
  bool broken = false;
  Duration broken_since{}, mended_at = -1h;
  bool seen_down = false;  // what the engine last told
  int tries = 0;           // of the check under way; 0: none
  Duration next_try{};
  Duration next_check{};
  bool excused = false;                    // people know of its present or latest outage
  std::optional<Duration> says_started{};  // when its coldStart arrives
};

// The line between a device and one above it. One end reports it: by a trap, which may be lost, and when its
// ports are read.
struct Link {
  std::size_t up = 0, down = 0;
  bool upper_reports = true;
  bool cut = false;
  Duration cut_since{}, mended_at = -1h;
  bool believed_down = false;         // what its reporter last saw
  std::optional<Duration> trap_at{};  // a trap is on its way
  Duration next_read{};
};

class World final : public Sink {
 public:
  World(unsigned seed, std::size_t count) : random_(seed), machine_(clock_, ids_, *this, parameters()) {
    std::vector<Topology::Device> topology;
    for (std::size_t at = 0; at < count; ++at) {
      Device device{.id = Id(at + 1), .upstreams = {}, .next_check = Duration(random_() % 60'000'000)};
      const std::size_t upstreams = at == 0 ? 0 : 1 + (random_() % 4 == 0);
      for (std::size_t i = 0; i < upstreams; ++i)
        device.upstreams.push_back(random_() % std::min<std::size_t>(at, 12));
      Topology::Device node{.id = device.id, .site = Id(1 + at % 3)};
      for (const auto up : device.upstreams) node.upstreams.push_back(Id(up + 1));
      topology.push_back(node);
      devices_.push_back(device);
    }
    for (std::size_t at = 0; at < count; ++at)
      for (const auto up :
           std::set<std::size_t>(devices_[at].upstreams.begin(), devices_[at].upstreams.end()))
        links_.push_back({.up = up,
                          .down = at,
                          .upper_reports = random_() % 4 != 0,
                          .next_read = Duration(random_() % 300'000'000)});
    std::map<std::pair<Id, Id>, std::vector<Id>> neighbours;
    for (std::size_t i = 0; i < links_.size(); ++i)
      if (written(i)) neighbours[{key_of(i).device, key_of(i).object}] = {devices_[far_of(i)].id};
    machine_.set_topology(Topology::make(topology).value());
    machine_.set_neighbours(std::move(neighbours));
  }

  void run(Duration time, bool with_faults, bool with_silences) {
    for (const auto end = clock_.steady() + time; clock_.steady() < end;) {
      clock_.advance(500ms);
      if (with_faults && random_() % 150 == 0) break_one(random_() % devices_.size());
      for (std::size_t at = 0; at < devices_.size(); ++at)
        if (devices_[at].broken && clock_.steady() - devices_[at].broken_since > 200s && random_() % 800 == 0)
          mend(at);
      if (with_faults && random_() % 400 == 0) cut(random_() % links_.size());
      for (auto& link : links_)
        if (link.cut && clock_.steady() - link.cut_since > 200s && random_() % 1'600 == 0) mend(link);
      if (with_silences && random_() % 1'200 == 0) silence();
      for (std::size_t i = 0; i < links_.size(); ++i) watch_link(i);
      for (auto& device : devices_) tell_start(device);
      for (std::size_t at = 0; at < devices_.size(); ++at) watch(at);
      for (const auto& [at, up, tries] : std::exchange(ends_, {}))
        machine_.on_check(devices_[at].id, up, tries);
      machine_.tick();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  void mend_all() {
    for (std::size_t at = 0; at < devices_.size(); ++at)
      if (devices_[at].broken) mend(at);
    for (auto& link : links_)
      if (link.cut) mend(link);
  }

  void on_decision(const Decision& decision, const Alert& alert) override {
    suppressed += decision.verdict == Verdict::suppressed;
    const auto above = decision.verdict == Verdict::suppressed ? machine_.get(machine_.root(alert.id))
                                                               : Result<Alert>(Alert{});
    const bool excuses = decision.verdict == Verdict::announced || decision.verdict == Verdict::silenced ||
                         (above && (above->announced_at || above->standing == Standing::silenced));
    if (alert.nature == Nature::link) links_joined += decision.verdict == Verdict::suppressed;
    if (alert.nature == Nature::restart) restarts_joined += decision.verdict == Verdict::suppressed;
    if (alert.nature == Nature::reachability && excuses)
      devices_[std::size_t(alert.key.device - 1)].excused = true;
    switch (decision.verdict) {
      case Verdict::opened:
        ASSERT_TRUE(open_.insert(alert.key).second) << "two open alerts for one key";
        break;
      case Verdict::cleared:
        ASSERT_EQ(open_.erase(alert.key), 1U);
        break;
      case Verdict::announced:
        if (alert.nature == Nature::link)
          check_link(alert);
        else if (alert.nature == Nature::restart)
          check_restart(alert);
        else
          check_announcement(alert);
        break;
      default:
        break;
    }
  }
  bool request_check(Id device) override {
    begin_check(std::size_t(device - 1));
    return true;
  }

  void request_ports(Id device) override {
    for (std::size_t i = 0; i < links_.size(); ++i)
      if (key_of(i).device == device) links_[i].next_read = clock_.steady();
  }

  std::size_t announced = 0, suppressed = 0;
  std::size_t links_announced = 0, links_joined = 0, restarts_joined = 0, guessed_wrong = 0;
  [[nodiscard]] const Machine& machine() const { return machine_; }
  // Every device that has been broken for long with a living way to it must have been told.
  void check_nothing_is_kept_back() const {
    for (std::size_t at = 0; at < devices_.size(); ++at) {
      const auto& device = devices_[at];
      if (!device.broken || clock_.steady() - device.broken_since < 5min || !way_alive_for(at, 5min))
        continue;
      if (machine_.silenced(device.id) || clock_.steady() - silence_ended_ < 2min) continue;
      const auto open = machine_.open();
      const auto alert = std::ranges::find_if(open, [&](const Alert& one) {
        return one.key.device == device.id && one.nature == Nature::reachability;
      });
      ASSERT_NE(alert, open.end()) << device.id;
      ASSERT_EQ(alert->standing, Standing::announced) << device.id;
    }
    // So must every line that is cut for long between devices that answer.
    for (std::size_t i = 0; i < links_.size(); ++i) {
      const auto& link = links_[i];
      if (!written(i) || !link.cut || clock_.steady() - link.cut_since < 10min) continue;
      if (!answers_for(link.up, 10min) || !answers_for(link.down, 10min)) continue;
      if (machine_.silenced(key_of(i).device) || clock_.steady() - silence_ended_ < 2min) continue;
      const auto* alert = machine_.seen(key_of(i));
      ASSERT_NE(alert, nullptr) << i;
      ASSERT_EQ(alert->standing, Standing::announced) << i;
    }
  }

 private:
  static Parameters parameters() {
    Parameters out;
    out.device_flaps.changes = 0;
    return out;
  }

  void break_one(std::size_t at) {
    auto& device = devices_[at];
    if (device.broken || clock_.steady() - device.mended_at < 200s) return;
    device.broken = true;
    device.excused = false;
    device.broken_since = clock_.steady();
  }
  void mend(std::size_t at) {
    devices_[at].broken = false;
    devices_[at].mended_at = clock_.steady();
    if (random_() % 5 != 0) devices_[at].says_started = clock_.steady() + Duration(random_() % 30'000'000);
  }
  void cut(std::size_t i) {
    auto& link = links_[i];
    if (link.cut || clock_.steady() - link.mended_at < 200s) return;
    link.cut = true;
    link.cut_since = clock_.steady();
  }
  void mend(Link& link) {
    link.cut = false;
    link.mended_at = clock_.steady();
  }

  // Every third port is in no ledger.
  [[nodiscard]] static bool written(std::size_t i) { return i % 3 != 0; }
  [[nodiscard]] std::size_t reporter_of(std::size_t i) const {
    return links_[i].upper_reports ? links_[i].up : links_[i].down;
  }
  [[nodiscard]] std::size_t far_of(std::size_t i) const {
    return links_[i].upper_reports ? links_[i].down : links_[i].up;
  }
  [[nodiscard]] Key key_of(std::size_t i) const { return {Id(reporter_of(i) + 1), Id(i + 1), "link"}; }
  void observe_link(std::size_t i, bool down) {
    links_[i].believed_down = down;
    machine_.observe({.key = key_of(i),
                      .happened = down ? Happened::raised : Happened::cleared,
                      .severity = Severity::major,
                      .nature = Nature::link,
                      .at = clock_.now(),
                      .evidence = ""});
  }
  void watch_link(std::size_t i) {
    auto& link = links_[i];
    const bool down = link.cut || devices_[link.up].broken || devices_[link.down].broken;
    const bool heard = reachable(reporter_of(i));
    const auto now = clock_.steady();
    if (down == link.believed_down) link.trap_at.reset();
    if (down != link.believed_down && !link.trap_at)
      link.trap_at = random_() % 5 == 0 ? now + 1h : now + Duration(random_() % 4'000'000);
    if (link.trap_at && *link.trap_at <= now) {
      // Without a way to us it is lost.
      if (heard) observe_link(i, down);
      link.trap_at = now + 1h;
    }
    if (link.next_read > now) return;
    link.next_read = now + 300s;
    if (heard && (machine_.seen(key_of(i)) != nullptr) != down) observe_link(i, down);
  }
  void tell_start(Device& device) {
    if (!device.says_started || *device.says_started > clock_.steady()) return;
    if (device.broken) return device.says_started.reset();
    if (!reachable(std::size_t(device.id - 1))) return;  // it is repeated until it has a way
    device.says_started.reset();
    machine_.observe({.key = {device.id, 0, "start"},
                      .happened = Happened::event,
                      .severity = Severity::major,
                      .nature = Nature::restart,
                      .at = clock_.now(),
                      .evidence = "",
                      .join_within = 15min});
  }
  void silence() {
    const auto now = clock_.now();
    const auto length = Duration(60'000'000 + random_() % 600'000'000);
    silence_ended_ = std::max(silence_ended_, clock_.steady() + length);
    ASSERT_TRUE(machine_.add_silence({.id = ++silence_id_,
                                      .from = now,
                                      .to = now + length,
                                      .devices = {Id(1 + random_() % devices_.size())},
                                      .sites = {},
                                      .who = "test",
                                      .why = "test"}));
  }

  [[nodiscard]] bool reachable(std::size_t at) const {
    const auto& device = devices_[at];
    if (device.broken) return false;
    if (device.upstreams.empty()) return true;
    return std::ranges::any_of(device.upstreams,
                               [&](std::size_t up) { return !line(up, at).cut && reachable(up); });
  }
  [[nodiscard]] const Link& line(std::size_t up, std::size_t down) const {
    return *std::ranges::find_if(links_, [&](const Link& one) { return one.up == up && one.down == down; });
  }
  [[nodiscard]] bool whole_for(std::size_t up, std::size_t down, Duration time) const {
    const auto& one = line(up, down);
    return !one.cut && clock_.steady() - one.mended_at >= time;
  }
  // It is up and has had a way for so long.
  [[nodiscard]] bool answers_for(std::size_t at, Duration time) const {
    return !devices_[at].broken && clock_.steady() - devices_[at].mended_at >= time &&
           way_alive_for(at, time);
  }
  // Its own lines are cut, or were until a moment ago.
  [[nodiscard]] bool line_cut_lately(std::size_t at) const {
    return std::ranges::any_of(devices_[at].upstreams,
                               [&](std::size_t up) { return !whole_for(up, at, 90s); });
  }
  [[nodiscard]] bool way_alive_for(std::size_t at, Duration time) const {
    const auto steady = [&](auto self, std::size_t up) -> bool {
      const auto& one = devices_[up];
      if (one.broken || clock_.steady() - one.mended_at < time) return false;
      return one.upstreams.empty() || std::ranges::any_of(one.upstreams, [&](std::size_t next) {
               return whole_for(next, up, time) && self(self, next);
             });
    };
    const auto& ups = devices_[at].upstreams;
    return ups.empty() || std::ranges::any_of(ups, [&](std::size_t up) {
             return whole_for(up, at, time) && steady(steady, up);
           });
  }

  // Four tries, five seconds apart, as the engine makes them.
  void begin_check(std::size_t at) {
    auto& device = devices_[at];
    if (device.tries != 0) return;
    device.tries = 1;
    device.next_try = clock_.steady();
  }
  void watch(std::size_t at) {
    auto& device = devices_[at];
    if (device.next_check <= clock_.steady()) {
      begin_check(at);
      device.next_check = clock_.steady() + 60s;
    }
    if (device.tries == 0 || device.next_try > clock_.steady()) return;
    if (device.tries > 4) return end_check(at, false);
    if (reachable(at)) return end_check(at, true);
    ++device.tries;
    device.next_try = clock_.steady() + 5s;
  }
  void end_check(std::size_t at, bool up) {
    auto& device = devices_[at];
    ends_.emplace_back(at, up, std::exchange(device.tries, 0));
    if (device.seen_down == up) {
      device.seen_down = !up;
      machine_.observe({.key = {device.id, 0, "ping"},
                        .happened = up ? Happened::cleared : Happened::raised,
                        .severity = Severity::critical,
                        .nature = Nature::reachability,
                        .at = clock_.now(),
                        .evidence = ""});
    }
  }

  void check_announcement(const Alert& alert) {
    ++announced;
    const auto at = std::size_t(alert.key.device - 1);
    const auto& device = devices_[at];
    ASSERT_FALSE(machine_.silenced(device.id)) << "told in a silence";
    // What is told is broken itself, or was until a moment ago: never merely behind something broken.
    ASSERT_TRUE(device.broken || clock_.steady() - device.mended_at < 90s || line_cut_lately(at))
        << "device " << device.id << " was told at " << to_rfc3339(clock_.now())
        << " though it only stands behind";
    const bool all_seen_down =
        !device.upstreams.empty() &&
        std::ranges::all_of(device.upstreams, [&](std::size_t up) { return devices_[up].seen_down; });
    ASSERT_FALSE(all_seen_down) << "device " << device.id << " was told before its parents";
  }

  // A line is told when it is cut itself: never because a device at one of its ends lost its power.
  void check_link(const Alert& alert) {
    ++links_announced;
    const auto& link = links_[std::size_t(alert.key.object - 1)];
    ASSERT_FALSE(machine_.silenced(alert.key.device)) << "told in a silence";
    const bool its_own = link.cut || clock_.steady() - link.mended_at < 7min;
    // Of a port in no ledger, which may lead to any of several devices, it can only be guessed.
    if (!written(std::size_t(alert.key.object - 1))) {
      guessed_wrong += !its_own;
      return;
    }
    ASSERT_TRUE(its_own) << "line " << alert.key.object << " of device " << alert.key.device
                         << " was told at " << to_rfc3339(clock_.now())
                         << " though only its far end had failed";
  }
  void check_restart(const Alert& alert) {
    ASSERT_FALSE(devices_[std::size_t(alert.key.device - 1)].excused)
        << "the start of device " << alert.key.device << " was told at " << to_rfc3339(clock_.now())
        << " though people knew of its outage";
  }

  std::mt19937 random_;
  ManualClock clock_{parse_rfc3339("2026-04-28T08:10:00Z").value()};
  IdSource ids_{clock_};
  Machine machine_;
  std::vector<Device> devices_;
  std::vector<Link> links_;
  std::set<Key> open_;
  std::vector<std::tuple<std::size_t, bool, int>> ends_;
  Id silence_id_ = 0;
  Duration silence_ended_ = -1h;
};

class AlertWorld : public testing::TestWithParam<unsigned> {};

TEST_P(AlertWorld, NothingIsToldTwiceTooEarlyOrKeptBack) {
  World world(GetParam(), 60);
  for (int part = 0; part < 30 && !HasFatalFailure(); ++part) {
    world.run(10min, true, GetParam() % 2 == 0);
    world.check_nothing_is_kept_back();
  }
  ASSERT_FALSE(HasFatalFailure());
  EXPECT_GT(world.announced, 50U);
  EXPECT_GT(world.suppressed, 50U);
  EXPECT_GT(world.links_announced, 5U);
  EXPECT_GT(world.links_joined, 50U);
  EXPECT_LT(world.guessed_wrong * 10, world.links_joined);
  EXPECT_GT(world.restarts_joined, 20U);
  world.run(5min, false, false);  // nothing is mended that has only just failed
  world.mend_all();
  world.run(80min, false, false);  // a start that was told is quiet after an hour
  for (const auto& left : world.machine().open())
    ADD_FAILURE() << left.key.condition << " " << left.key.object << " of " << left.key.device;
}

INSTANTIATE_TEST_SUITE_P(Seeds, AlertWorld, testing::Range(1U, 61U));

// No order at all in what comes in: the machine must keep its own books right.
class AlertChaos : public testing::TestWithParam<unsigned> {};

class Books final : public Sink {
 public:
  void on_decision(const Decision& decision, const Alert& alert) override {
    auto& last = standing[alert.id];
    switch (decision.verdict) {
      case Verdict::opened:
        ASSERT_TRUE(open.insert(alert.key).second);
        break;
      case Verdict::cleared:
        ASSERT_EQ(open.erase(alert.key), 1U);
        standing.erase(alert.id);
        return;
      case Verdict::announced:
        ASSERT_FALSE(last) << "told twice";
        last = true;
        break;
      default:
        break;
    }
  }
  bool request_check(Id) override { return random() % 3 != 0; }
  std::set<Key> open;
  std::map<Id, bool> standing;
  std::mt19937 random{1};
};

TEST_P(AlertChaos, TheBooksStayRight) {
  std::mt19937 random(GetParam());
  ManualClock clock(parse_rfc3339("2026-04-28T08:10:00Z").value());
  IdSource ids(clock);
  Books books;
  auto machine = std::make_unique<Machine>(clock, ids, books, Parameters{});
  const auto topology = Topology::make({{.id = 1},
                                        {.id = 2, .site = 1, .upstreams = {1}},
                                        {.id = 3, .site = 1, .upstreams = {1}},
                                        {.id = 4, .site = 2, .upstreams = {2, 3}},
                                        {.id = 5, .site = 2, .upstreams = {4}}})
                            .value();
  machine->set_topology(topology);
  for (int step = 0; step < 20'000; ++step) {
    const Id device = 1 + random() % 6;
    switch (random() % 12) {
      case 0:
        machine->on_check(device, random() % 2 == 0, 1 + int(random() % 2));
        break;
      case 1:
        clock.advance(Duration(random() % 60'000'000));
        break;
      case 2:
        (void)machine->add_silence({.id = Id(1 + random() % 5),
                                    .from = clock.now(),
                                    .to = clock.now() + Duration(1 + random() % 300'000'000),
                                    .devices = {device},
                                    .sites = {},
                                    .who = "a",
                                    .why = "b"});
        break;
      case 3:
        clock.jump_to(clock.now() + Duration(std::int64_t(random() % 7'200'000'000) - 3'600'000'000));
        break;
      case 4:
        if (random() % 20 == 0) machine->forget_device(device);
        break;
      case 5:
        if (random() % 50 == 0) {
          auto snapshot = machine->snapshot();
          machine = std::make_unique<Machine>(clock, ids, books, Parameters{});
          machine->set_topology(topology);
          machine->load(std::move(snapshot));
        }
        break;
      default: {
        const auto nature = Nature(random() % 5);
        machine->observe({.key = {device, nature == Nature::local ? Id(random() % 3) : 0,
                                  nature == Nature::reachability   ? "ping"
                                  : nature == Nature::through_path ? "snmp"
                                  : nature == Nature::link         ? "port"
                                  : nature == Nature::restart      ? "start"
                                                                   : "link"},
                          .happened = nature == Nature::restart
                                          ? Happened::event
                                          : Happened(random() % (nature == Nature::reachability ? 2 : 3)),
                          .severity = Severity(random() % 4),
                          .nature = nature,
                          .at = clock.now(),
                          .evidence = "x",
                          .join_within = 10min});
      }
    }
    machine->tick();
    ASSERT_FALSE(HasFatalFailure()) << step;
    if (step % 50 != 0) continue;
    const auto open = machine->open();
    ASSERT_EQ(open.size(), books.open.size());
    for (const auto& alert : open) {
      ASSERT_EQ(alert.standing == Standing::suppressed, alert.parent != 0);
      ASSERT_EQ(alert.standing == Standing::announced, alert.announced_at.has_value());
      if (alert.parent != 0) ASSERT_TRUE(machine->get(alert.parent)) << "the parent is gone";
      ASSERT_TRUE(alert.on || alert.flapping);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AlertChaos, testing::Range(1U, 9U));

}  // namespace
}  // namespace yagura::monitor::alert
