#include "monitor/watch/watch.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "schema/shape.hpp"
#include "schema/yaml.hpp"

namespace yagura::monitor::watch {

namespace {

constexpr Duration summary_period = std::chrono::minutes(5);
constexpr Duration longest_rest = std::chrono::milliseconds(500);
constexpr Duration trap_rest = std::chrono::milliseconds(50);
constexpr std::size_t traps_at_once = 1000;

}  // namespace

Watch::Hold::~Hold() {
  if (file_ >= 0) ::close(file_);
}

Result<void> Watch::Hold::take(const std::filesystem::path& file) {
  file_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file_ < 0)
    return fail("monitor.watch_running", {{"folder", file.parent_path().string()}, {"process", "?"}});
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> pid{};
    const auto got = ::pread(file_, pid.data(), pid.size() - 1, 0);
    return fail("monitor.watch_running", {{"folder", file.parent_path().string()},
                                          {"process", got > 0 ? std::string(trim(pid.data())) : "?"}});
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  // For people; the lock itself does not need it.
  if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, pid.data(), pid.size(), 0) < 0) return {};
  return {};
}

Watch::Watch(Ground ground, Settings settings, Bonds bonds)
    : at_(ground),
      settings_(std::move(settings)),
      bonds_(std::move(bonds)),
      store_(ground.database, ground.journal) {}

Result<std::unique_ptr<Watch>> Watch::start(Ground ground, Settings settings, Bonds bonds) {
  std::unique_ptr<Watch> watch(new Watch(ground, std::move(settings), std::move(bonds)));
  const auto& share = watch->settings_.share;
  std::error_code ec;
  std::filesystem::create_directories(watch->settings_.state, ec);
  YAGURA_CHECK(watch->hold_.take(watch->settings_.state / "watch.lock"));

  auto mibs = watch->settings_.more_mibs;
  mibs.push_back(share / "mibs");
  watch->library_ = mib::Library::load(mibs);
  std::vector<std::filesystem::path> kinds{share / "traps" / "kinds"};
  kinds.insert(kinds.end(), watch->settings_.more_kinds.begin(), watch->settings_.more_kinds.end());
  watch->kinds_ = trap::KindSet::load(kinds, watch->library_).kinds;
  YAGURA_TRY(auto profiles, ClassProfiles::load(share));
  watch->profiles_ = std::make_unique<ClassProfiles>(std::move(profiles));
  YAGURA_TRY(watch->samples_, poll::SampleStore::open(ground.database, ground.clock));
  watch->machine_ =
      std::make_unique<alert::Machine>(ground.clock, ground.ids, *watch, watch->settings_.alerts);
  watch->machine_->set_flap_rules([&book = ground.book](Id device) -> std::optional<alert::FlapRule> {
    const auto picture = book.picture();
    const auto* found = picture->find(device);
    if (found == nullptr) return std::nullopt;
    const auto pack = picture->packs.find(found->contract);
    if (pack == picture->packs.end() || pack->second->flapping.changes <= 0) return std::nullopt;
    const auto& f = pack->second->flapping;
    return alert::FlapRule{static_cast<std::size_t>(f.changes), f.within, f.calm};
  });
  const auto picture = ground.book.picture();
  watch->apply_topology(*picture);
  watch->load_open_state();
  watch->open_engines();
  watch->apply_targets(*picture, nullptr);
  watch->apply_senders(*picture, nullptr);
  watch->applied_ = picture;
  watch->thread_ = std::jthread([w = watch.get()](const std::stop_token& stop) { w->run(stop); });
  watch->sample_thread_ =
      std::jthread([w = watch.get()](const std::stop_token& stop) { w->run_samples(stop); });
  return watch;
}

Watch::~Watch() {
  // What brings work first, then who does it.
  ping_.reset();
  if (poller_) poller_->stop();
  if (poll_engine_) poll_engine_->stop();
  if (receiver_) receiver_->stop();
  thread_.request_stop();
  sample_thread_.request_stop();
  wake();
  if (thread_.joinable()) thread_.join();
  if (sample_thread_.joinable()) sample_thread_.join();
  if (samples_) (void)samples_->write();
}

void Watch::wake() {
  const std::lock_guard lock(wake_lock_);
  woken_ = true;
  wake_.notify_all();
}

std::vector<Error> Watch::faults() const {
  return faults_.with([](const auto& all) { return all; });
}

// Each engine that cannot run is a fact for the screens; the others go on.
void Watch::open_engines() {
  const auto note = [&](const Error& error) {
    faults_.with([&](auto& all) { all.push_back(error); });
    if (bonds_.trouble) bonds_.trouble(error);
  };
  if (settings_.ping) {
    auto engine = ping::Engine::start(at_.clock, *this, {.summary_period = summary_period});
    if (engine)
      ping_ = std::move(*engine);
    else
      note(engine.error());
  }
  if (settings_.poll) {
    poll_engine_ = std::make_unique<poll::Engine>(at_.clock);
    if (auto started = poll_engine_->start(); !started) {
      note(started.error());
      poll_engine_.reset();
    } else {
      poller_ = std::make_unique<poll::Poller>(at_.clock, poll::asker(*poll_engine_), *this, *this);
      poller_->start();
    }
  }
  if (settings_.traps)
    if (auto opened = open_traps(); !opened) note(opened.error());
}

Result<void> Watch::open_traps() {
  const auto folder = settings_.state / "traps";
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  YAGURA_TRY(spool_, trap::Spool::open({.folder = folder / "spool"}));
  engine_store_ = std::make_unique<trap::FileEngineStore>(folder / "engines");
  YAGURA_TRY(auto local, trap::open_local_engine(folder / "engine", at_.clock));
  const auto id = local.engine_id();
  local_engine_id_.assign(reinterpret_cast<const char*>(id.data()), id.size());
  YAGURA_TRY(consumer_, trap::Consumer::open(
                            at_.clock, *spool_, folder / "cursor",
                            [this](std::span<const trap::Observation> batch) { return take_traps(batch); }));
  consumer_->set_kinds(kinds_);
  // What alerts were told of before there were copies is not copied.
  const auto copied = folder / "cursor.copied";
  if (!std::filesystem::exists(copied, ec)) YAGURA_CHECK(trap::save_cursor(copied, consumer_->cursor()));
  again_below_ = spool_->end();
  YAGURA_TRY(copying_, trap::Consumer::open(
                           at_.clock, *spool_, copied,
                           [this](std::span<const trap::Observation> batch) -> Result<> {
                             if (!bonds_.trapped) return {};
                             const bool again = batch.front().sequence < again_below_;
                             auto done = bonds_.trapped(batch, library_, again);
                             if (!done) again_below_ = std::max(again_below_, batch.back().sequence + 1);
                             return done;
                           },
                           false));
  copying_->set_kinds(kinds_);
  receiver_ = std::make_unique<trap::Receiver>(at_.clock, *spool_, *engine_store_, std::move(local),
                                               trap::Receiver::Options{.listen = settings_.trap_listen});
  if (auto started = receiver_->start(); !started) {
    receiver_.reset();
    return started;
  }
  return {};
}

Result<void> Watch::copy_traps() {
  if (!copying_) return {};
  for (std::size_t taken = 1; taken > 0;) {
    YAGURA_TRY(taken, copying_->run_once(traps_at_once));
  }
  const auto lost = copying_->counts().unreadable;
  if (lost == copies_lost_) return {};
  return fail("eventstore.traps_lost", {{"count", std::to_string(lost - std::exchange(copies_lost_, lost))}});
}

void Watch::load_open_state() {
  auto alerts = store_.open_alerts();
  auto silences = store_.open_silences();
  if (!alerts || !silences) {
    if (bonds_.trouble) bonds_.trouble(alerts ? silences.error() : alerts.error());
    return;
  }
  // Whoever was to be told when the last run ended is told now.
  const auto untold = store_.without_incident();
  for (const auto& a : *alerts)
    if (untold && untold->contains(a.id))
      to_tell_.push_back({{.verdict = alert::Verdict::announced, .at = a.first}, a, {}});
  std::erase_if(*silences, [&](const alert::Silence& s) { return s.to <= at_.clock.now(); });
  auto ended = store_.ended_outages(at_.clock.now() - std::chrono::hours(24));
  if (!ended && bonds_.trouble) bonds_.trouble(ended.error());
  Duration within = std::max(settings_.alerts.device_flaps.within, settings_.alerts.object_flaps.within);
  const auto picture = at_.book.picture();
  for (const auto& [id, pack] : picture->packs) within = std::max(within, pack->flapping.within);
  auto changes = store_.changes(at_.clock.now() - within);
  auto quiet = store_.open_quiets();
  if (bonds_.trouble && (!changes || !quiet)) bonds_.trouble(changes ? quiet.error() : changes.error());
  if (auto names = store_.port_names()) port_names_.with([&](auto& held) { held = std::move(*names); });
  machine_->load({.alerts = std::move(*alerts),
                  .changes = changes ? std::move(*changes) : std::vector<alert::Snapshot::Changes>{},
                  .ended = ended ? std::move(*ended) : std::vector<alert::EndedOutage>{},
                  .silences = std::move(*silences),
                  .quiet = quiet ? std::move(*quiet) : std::vector<alert::Snapshot::Quiet>{}});
}

void Watch::run(const std::stop_token& stop) {
  Duration rest{};
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(wake_lock_);
      wake_.wait_for(lock, stop, rest, [&] { return woken_; });
      woken_ = false;
    }
    take_pings();
    take_polls();
    take_log_hits();
    std::size_t traps = 0;
    if (consumer_) {
      auto taken = consumer_->run_once(traps_at_once);
      if (taken)
        traps = *taken;
      else if (bonds_.trouble)
        bonds_.trouble(taken.error());
    }
    std::optional<Duration> due;
    {
      const std::lock_guard lock(machine_lock_);
      due = machine_->tick();
    }
    if (auto written = write_decisions(); !written && bonds_.trouble) bonds_.trouble(written.error());
    tell_people();
    rest = traps == traps_at_once ? Duration{} : consumer_ ? trap_rest : longest_rest;
    if (due) rest = std::clamp(*due, Duration{}, rest);
  }
  take_pings();
  take_log_hits();
  (void)write_decisions();
}

void Watch::run_samples(const std::stop_token& stop) {
  std::mutex sleeping;
  std::condition_variable_any never;
  bool words_left = true;  // of alerts written before words were kept
  for (int turn = 0; !stop.stop_requested(); ++turn) {
    if (auto written = samples_->write(); !written && bonds_.trouble) bonds_.trouble(written.error());
    // Thinning goes in small steps between writes.
    for (int i = 0; i < 20 && !stop.stop_requested(); ++i) {
      const auto more = samples_->maintain();
      if (!more || !*more) break;
    }
    while (words_left && !stop.stop_requested()) {
      const auto more = store_.index_words();
      if (!more && bonds_.trouble) bonds_.trouble(more.error());
      if (!more) break;
      words_left = *more;
    }
    if (consumer_ && spool_ && turn % 60 == 0)
      trap::drop_consumed(spool_->folder(), consumer_->cursor(), copies_kept);
    std::unique_lock lock(sleeping);
    never.wait_for(lock, stop, std::chrono::seconds(2), [] { return false; });
  }
}

}  // namespace yagura::monitor::watch
