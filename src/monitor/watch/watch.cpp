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
constexpr std::size_t at_once = 1000;  // changed devices; of more, all are applied anew
constexpr std::uint64_t consumed_traps_kept = 256U << 20;

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
  receiver_ = std::make_unique<trap::Receiver>(at_.clock, *spool_, *engine_store_, std::move(local),
                                               trap::Receiver::Options{.listen = settings_.trap_listen});
  if (auto started = receiver_->start(); !started) {
    receiver_.reset();
    return started;
  }
  return {};
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

std::vector<ping::Target> Watch::ping_targets(const WatchedDevice& d) const {
  std::vector<ping::Target> out;
  if (!d.watched || !d.ping_on) return out;
  const auto addresses = d.addresses();
  for (std::size_t i = 0; i < addresses.size(); ++i)
    if (const auto address = ping::parse_address(addresses[i]))
      out.push_back({target_id(d.id, i),
                     *address,
                     {d.ping.interval, d.ping.timeout, static_cast<std::uint8_t>(d.ping.retries)}});
  return out;
}

Watch::Entered Watch::entered_thresholds() const {
  constexpr std::string_view kind = "metric:";
  Entered out;
  const std::lock_guard lock(machine_lock_);
  for (const auto& a : machine_->open()) {
    if (!a.on || !a.key.condition.starts_with(kind)) continue;
    const auto said = std::string_view(a.key.condition).substr(kind.size());
    const auto space = said.find(' ');
    out[a.key.device].push_back(
        {std::string(said.substr(0, space)),
         space == std::string_view::npos ? std::string() : std::string(said.substr(space + 1)),
         a.severity >= alert::Severity::major     ? poll::Severity::critical
         : a.severity >= alert::Severity::warning ? poll::Severity::warning
                                                  : poll::Severity::notice});
  }
  return out;
}

std::optional<poll::PolledDevice> Watch::polled_device(const WatchedDevice& d, const Entered& entered) {
  if (!d.watched || d.snmp_credential.empty() || d.profile.empty()) return std::nullopt;
  const auto* set = profiles_->set(d.profile);
  const auto endpoint = poll::Endpoint::parse(d.address.empty() ? d.address6 : d.address,
                                              static_cast<std::uint16_t>(d.snmp_port));
  if (!set || !endpoint) return std::nullopt;
  auto secret = bonds_.snmp_secret(d.contract, d.snmp_credential);
  if (!secret) {
    if (bonds_.trouble) bonds_.trouble(secret.error());
    return std::nullopt;
  }
  poll::PolledDevice out;
  out.target.device = d.id;
  out.target.endpoint = *endpoint;
  const bool v3 = !secret->usm.user.empty();
  out.target.access = {v3                       ? snmp::Version::v3
                       : d.snmp_version == "v1" ? snmp::Version::v1
                                                : snmp::Version::v2c,
                       std::move(secret->community),
                       std::move(secret->usm),
                       {}};
  for (const auto& profile : *set) out.profiles.push_back(profiles_->of(profile, d.thresholds));
  if (const auto known = entered.find(d.id); known != entered.end()) out.entered = known->second;
  return out;
}

void Watch::apply_targets(const Picture& picture, const std::vector<Id>* only) {
  const auto entered = entered_thresholds();
  if (!only) {
    std::vector<ping::Target> targets;
    targets.reserve(picture.devices.size());
    picture.devices.each([&](Id, const auto& device) {
      for (auto& target : ping_targets(*device)) targets.push_back(std::move(target));
      if (poller_)
        if (auto polled = polled_device(*device, entered)) poller_->set(std::move(*polled));
    });
    if (ping_)
      if (auto set = ping_->set_targets(targets); !set && bonds_.trouble) bonds_.trouble(set.error());
    return;
  }
  for (const Id id : *only) {
    const auto* device = picture.find(id);
    const auto targets = device ? ping_targets(*device) : std::vector<ping::Target>{};
    for (std::size_t i = 0; ping_ && i < 2; ++i) {
      const auto target = std::ranges::find(targets, target_id(id, i), &ping::Target::id);
      if (target == targets.end())
        (void)ping_->remove_target(target_id(id, i));
      else if (auto put = ping_->put_target(*target); !put && bonds_.trouble)
        bonds_.trouble(put.error());
    }
    auto polled = device ? polled_device(*device, entered) : std::nullopt;
    if (poller_ && polled)
      poller_->set(std::move(*polled));
    else if (poller_)
      poller_->remove(id);
  }
}

void Watch::apply_topology(const Picture& picture) {
  std::vector<Topology::Device> devices;
  devices.reserve(picture.devices.size());
  picture.devices.each([&](Id id, const auto& d) {
    Topology::Device node{.id = id, .site = d->site};
    // A device that left the ledger explains nothing.
    for (const Id up : d->upstream)
      if (up != id && picture.devices.contains(up)) node.upstreams.push_back(up);
    devices.push_back(std::move(node));
  });
  auto made = Topology::make(devices);
  if (!made) {
    if (bonds_.trouble) bonds_.trouble(made.error());
    faults_.with([&](auto& all) { all.push_back(made.error()); });
    // Without a way to draw it, every device stands alone: more notices, none lost.
    for (auto& d : devices) d.upstreams.clear();
    made = Topology::make(std::move(devices));
  }
  // Where a port leads is written in the ledger; to what nobody watches is written, too.
  std::unordered_map<std::string_view, Id> by_name;
  picture.devices.each([&](Id id, const auto& d) { by_name[d->name] = id; });
  std::map<std::pair<Id, Id>, std::vector<Id>> neighbours;
  picture.devices.each([&](Id id, const auto& d) {
    for (const auto& port : d->ports) {
      if (port.peer.empty()) continue;
      auto& far = neighbours[{id, key_of(id, "", port.name).object}];
      for (std::string_view name = port.peer; !name.empty();) {
        const auto found = by_name.find(name);
        if (found != by_name.end() && found->second != id &&
            picture.find(found->second)->contract == d->contract) {
          far.push_back(found->second);
          break;
        }
        const auto space = name.rfind(' ');
        name = space == std::string_view::npos ? std::string_view() : name.substr(0, space);
      }
    }
  });
  const std::lock_guard lock(machine_lock_);
  if (made) machine_->set_topology(std::move(*made));
  machine_->set_neighbours(std::move(neighbours));
}

void Watch::apply_senders(const Picture& picture, const std::vector<Id>* only) {
  if (!receiver_) return;
  std::vector<trap::Sender> senders;
  // Many devices share a credential, and each opening of one is a read of the vault.
  std::map<std::pair<std::string_view, std::string_view>, std::optional<SnmpSecret>> secrets;
  const auto secret_of = [&](const WatchedDevice& d) -> const std::optional<SnmpSecret>& {
    const auto [at, first] = secrets.try_emplace({d.contract, d.snmp_credential});
    if (first)
      if (auto opened = bonds_.snmp_secret(d.contract, d.snmp_credential)) at->second = std::move(*opened);
    return at->second;
  };
  const auto add = [&](const WatchedDevice& d) {
    if (!d.watched || !d.traps_on) return;
    trap::Sender sender;
    sender.device = d.id;
    for (const auto& text : {d.address, d.address6})
      if (const auto address = trap::parse_address(text); !text.empty() && address)
        sender.addresses.push_back(*address);
    if (!d.snmp_credential.empty()) {
      if (const auto& secret = secret_of(d)) {
        if (!secret->community.empty()) sender.communities.push_back(secret->community);
        if (!secret->usm.user.empty()) sender.users.push_back(secret->usm);
      }
    }
    if (auto engine = from_hex(d.engine_id); engine && !engine->empty())
      sender.engine_ids.push_back(std::move(*engine));
    for (const auto& port : d.ports_flapping_by_design)
      if (!port.empty() && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }) &&
          port.size() < 10)
        sender.flapping.push_back(static_cast<std::uint32_t>(std::stoul(port)));
    senders.push_back(std::move(sender));
  };
  std::vector<trap::SenderDirectory::Fault> faults;
  const auto local = snmp::bytes_of(local_engine_id_);
  if (only) {
    for (const Id id : *only)
      if (const auto* d = picture.find(id)) add(*d);
    directory_ = directory_->with(*only, std::move(senders), local, key_cache_, &faults);
  } else {
    picture.devices.each([&](Id, const auto& d) { add(*d); });
    directory_ = trap::SenderDirectory::build(std::move(senders), local, key_cache_, &faults);
  }
  for (const auto& fault : faults)
    if (bonds_.trouble) bonds_.trouble(fault.error);
  receiver_->set_directory(directory_);
  consumer_->set_directory(directory_);
}

void Watch::devices_changed(const std::vector<Id>& devices) {
  // Later changes may be in the picture already: what differs from the one applied before is what counts.
  const std::lock_guard applying(applying_);
  const auto picture = at_.book.picture();
  std::vector<Id> differ, senders;
  bool wiring = false;
  Picture::each_difference(*applied_, *picture,
                           [&](Id id, const WatchedDevice* then, const WatchedDevice* now) {
                             differ.push_back(id);
                             if (!then || !now || !then->same_sender(*now)) senders.push_back(id);
                             wiring |= !then || !now || !then->same_wiring(*now);
                           });
  if (wiring) apply_topology(*picture);
  apply_targets(*picture, differ.size() > at_once ? nullptr : &differ);
  if (!senders.empty()) apply_senders(*picture, senders.size() > at_once ? nullptr : &senders);
  applied_ = picture;
  std::vector<Id> gone;
  for (const Id id : devices)
    if (const auto* d = picture->find(id); !d || !d->watched) gone.push_back(id);
  {
    const std::lock_guard lock(machine_lock_);
    for (const Id id : gone) machine_->forget_device(id);
    for (const Id id : devices)
      if (const auto reach = reach_.find(id); reach != reach_.end()) reach_.erase(reach);
    drop_address_alerts(*picture, devices);
  }
  if (differ.size() > at_once && poller_)
    for (const Id id : differ)
      if (const auto* d = picture->find(id); !d || !d->watched) poller_->remove(id);
  if (bonds_.changed)
    for (const Id id : devices)
      if (const auto* d = picture->find(id)) bonds_.changed(d->contract, "device", id);
  wake();
}

void Watch::credentials_changed() {
  const std::lock_guard lock(applying_);
  const auto picture = at_.book.picture();
  const auto entered = entered_thresholds();
  if (poller_)
    picture->devices.each([&](Id, const auto& device) {
      if (auto polled = polled_device(*device, entered)) poller_->set(std::move(*polled));
    });
  apply_senders(*picture, nullptr);
}

std::unordered_map<Id, DeviceStatus> Watch::status(std::string_view contract) const {
  const auto picture = at_.book.picture();
  std::unordered_map<Id, DeviceStatus> out;
  const auto listed = picture->of_contract.find(std::string(contract));
  if (listed == picture->of_contract.end()) return out;
  out.reserve(listed->second.size());
  picture->devices.each([&](Id id, const auto& d) {
    if (d->contract == contract) out[id].state = d->watched ? "unknown" : "disabled";
  });
  if (ping_)
    for (const auto& state : ping_->states()) {
      const auto found = out.find(device_of(state.id));
      if (found == out.end()) continue;
      auto& status = found->second;
      if (state.state == ping::State::unknown) continue;
      const bool ok = state.state == ping::State::ok;
      // Of several addresses the one that decides is the one that answers, or by the contract the other.
      const bool known = status.state == "up" || status.state == "down";
      if (known && ok == picture->find(device_of(state.id))->rules.down_when_any) continue;
      status.state = ok ? "up" : "down";
      status.since = state.since;
      if (state.state == ping::State::ok)
        status.round_trip_ms = static_cast<double>(state.round_trip.count()) / 1000.0;
    }
  const std::lock_guard lock(machine_lock_);
  for (const auto& a : machine_->open()) {
    const auto found = out.find(a.key.device);
    if (found == out.end()) continue;
    auto& status = found->second;
    if (a.standing == alert::Standing::suppressed && a.nature == alert::Nature::reachability)
      status.state = "unreachable";
    if (a.standing == alert::Standing::suppressed) continue;
    ++status.alerts;
    if (status.severity.empty() || a.severity > severity_named(status.severity))
      status.severity = name_of(a.severity);
  }
  if (machine_->silences().empty()) return out;
  for (auto& [id, status] : out)
    if (status.state != "disabled" && machine_->silenced(id)) status.state = "silenced";
  return out;
}

SnmpStatus Watch::snmp_status(Id device) const {
  return snmp_.with([&](const auto& all) {
    const auto found = all.find(device);
    return found == all.end() ? SnmpStatus{} : found->second;
  });
}

std::vector<trap::Consumer::UnknownTrap> Watch::unknown_traps() const {
  return consumer_ ? consumer_->unknown() : std::vector<trap::Consumer::UnknownTrap>{};
}

ping::Engine::Totals Watch::ping_totals() const { return ping_ ? ping_->totals() : ping::Engine::Totals{}; }

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
      trap::drop_consumed(spool_->folder(), consumer_->cursor(), consumed_traps_kept);
    std::unique_lock lock(sleeping);
    never.wait_for(lock, stop, std::chrono::seconds(2), [] { return false; });
  }
}

}  // namespace yagura::monitor::watch
