#include "monitor/watch/watch.hpp"

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
constexpr std::uint64_t consumed_traps_kept = 256U << 20;

}  // namespace

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

  auto mibs = watch->settings_.more_mibs;
  mibs.push_back(share / "mibs");
  watch->library_ = mib::Library::load(mibs);
  std::vector<std::filesystem::path> kinds{share / "traps" / "kinds"};
  kinds.insert(kinds.end(), watch->settings_.more_kinds.begin(), watch->settings_.more_kinds.end());
  watch->kinds_ = trap::KindSet::load(kinds, watch->library_).kinds;
  YAGURA_TRY(watch->profiles_, poll::load_profiles(share / "profiles"));
  YAGURA_TRY(const auto sets, schema::read_yaml(share / "polling.yaml"));
  YAGURA_TRY(watch->profile_sets_, (schema::read<std::map<std::string, std::vector<std::string>>>(sets)));
  for (const auto& [name, profiles] : watch->profile_sets_)
    for (const auto& profile : profiles)
      if (!watch->profiles_.contains(profile))
        return fail("monitor.profile_unknown", {{"profile", profile}, {"class", name}});

  YAGURA_TRY(watch->samples_, poll::SampleStore::open(ground.database, ground.clock));
  watch->machine_ =
      std::make_unique<alert::Machine>(ground.clock, ground.ids, *watch, watch->settings_.alerts);
  const auto picture = ground.book.picture();
  watch->apply_topology(*picture);
  watch->load_open_state();
  watch->open_engines();
  watch->apply_targets(*picture, nullptr);
  watch->apply_senders(*picture);
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
      poller_ = std::make_unique<poll::Poller>(at_.clock, poll::asker(*poll_engine_), *samples_, *this);
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
  machine_->load({std::move(*alerts), {}, std::move(*silences)});
}

std::optional<ping::Target> Watch::ping_target(const WatchedDevice& d) const {
  if (!d.watched || !d.ping_on) return std::nullopt;
  const auto address = ping::parse_address(d.address.empty() ? d.address6 : d.address);
  if (!address) return std::nullopt;
  return ping::Target{
      d.id, *address, {d.ping.interval, d.ping.timeout, static_cast<std::uint8_t>(d.ping.retries)}};
}

std::optional<poll::PolledDevice> Watch::polled_device(const WatchedDevice& d) {
  if (!d.watched || d.snmp_credential.empty() || d.profile.empty()) return std::nullopt;
  const auto set = profile_sets_.find(d.profile);
  const auto endpoint = poll::Endpoint::parse(d.address.empty() ? d.address6 : d.address,
                                              static_cast<std::uint16_t>(d.snmp_port));
  if (set == profile_sets_.end() || !endpoint) return std::nullopt;
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
  for (const auto& profile : set->second) out.profiles.push_back(profiles_.at(profile));
  return out;
}

void Watch::apply_targets(const Picture& picture, const std::vector<Id>* only) {
  if (!only) {
    std::vector<ping::Target> targets;
    targets.reserve(picture.devices.size());
    for (const auto& [id, device] : picture.devices) {
      if (auto target = ping_target(device)) targets.push_back(std::move(*target));
      if (poller_)
        if (auto polled = polled_device(device)) poller_->set(std::move(*polled));
    }
    if (ping_)
      if (auto set = ping_->set_targets(targets); !set && bonds_.trouble) bonds_.trouble(set.error());
    return;
  }
  for (const Id id : *only) {
    const auto* device = picture.find(id);
    auto target = device ? ping_target(*device) : std::nullopt;
    if (ping_ && target) {
      if (auto put = ping_->put_target(*target); !put && bonds_.trouble) bonds_.trouble(put.error());
    } else if (ping_) {
      (void)ping_->remove_target(id);
    }
    auto polled = device ? polled_device(*device) : std::nullopt;
    if (poller_ && polled)
      poller_->set(std::move(*polled));
    else if (poller_)
      poller_->remove(id);
  }
}

void Watch::apply_topology(const Picture& picture) {
  std::vector<Topology::Device> devices;
  devices.reserve(picture.devices.size());
  for (const auto& [id, d] : picture.devices) {
    Topology::Device node{.id = id, .site = d.site};
    // A device that left the ledger explains nothing.
    for (const Id up : d.upstream)
      if (up != id && picture.devices.contains(up)) node.upstreams.push_back(up);
    devices.push_back(std::move(node));
  }
  auto made = Topology::make(devices);
  if (!made) {
    if (bonds_.trouble) bonds_.trouble(made.error());
    faults_.with([&](auto& all) { all.push_back(made.error()); });
    // Without a way to draw it, every device stands alone: more notices, none lost.
    for (auto& d : devices) d.upstreams.clear();
    made = Topology::make(std::move(devices));
  }
  const std::lock_guard lock(machine_lock_);
  if (made) machine_->set_topology(std::move(*made));
}

void Watch::apply_senders(const Picture& picture) {
  if (!receiver_) return;
  std::vector<trap::Sender> senders;
  for (const auto& [id, d] : picture.devices) {
    if (!d.watched || !d.traps_on) continue;
    trap::Sender sender;
    sender.device = id;
    for (const auto& text : {d.address, d.address6})
      if (const auto address = trap::parse_address(text); !text.empty() && address)
        sender.addresses.push_back(*address);
    if (!d.snmp_credential.empty()) {
      if (auto secret = bonds_.snmp_secret(d.contract, d.snmp_credential)) {
        if (!secret->community.empty()) sender.communities.push_back(std::move(secret->community));
        if (!secret->usm.user.empty()) sender.users.push_back(std::move(secret->usm));
      }
    }
    if (auto engine = from_hex(d.engine_id); engine && !engine->empty())
      sender.engine_ids.push_back(std::move(*engine));
    for (const auto& port : d.ports_flapping_by_design)
      if (!port.empty() && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }) &&
          port.size() < 10)
        sender.flapping.push_back(static_cast<std::uint32_t>(std::stoul(port)));
    senders.push_back(std::move(sender));
  }
  std::vector<trap::SenderDirectory::Fault> faults;
  const auto directory =
      trap::SenderDirectory::build(std::move(senders), snmp::bytes_of(local_engine_id_), key_cache_, &faults);
  for (const auto& fault : faults)
    if (bonds_.trouble) bonds_.trouble(fault.error);
  receiver_->set_directory(directory);
  consumer_->set_directory(directory);
}

void Watch::devices_changed(const std::vector<Id>& devices) {
  const auto picture = at_.book.picture();
  apply_topology(*picture);
  apply_targets(*picture, devices.size() > 1000 ? nullptr : &devices);
  apply_senders(*picture);
  std::vector<Id> gone;
  for (const Id id : devices)
    if (const auto* d = picture->find(id); !d || !d->watched) gone.push_back(id);
  {
    const std::lock_guard lock(machine_lock_);
    for (const Id id : gone) machine_->forget_device(id);
  }
  if (devices.size() > 1000 && poller_)
    for (const Id id : gone) poller_->remove(id);
  if (bonds_.changed)
    for (const Id id : devices)
      if (const auto* d = picture->find(id)) bonds_.changed(d->contract, "device", id);
  wake();
}

void Watch::credentials_changed() {
  const auto picture = at_.book.picture();
  for (const auto& [id, device] : picture->devices)
    if (poller_)
      if (auto polled = polled_device(device)) poller_->set(std::move(*polled));
  apply_senders(*picture);
}

std::unordered_map<Id, DeviceStatus> Watch::status(std::string_view contract) const {
  const auto picture = at_.book.picture();
  std::unordered_map<Id, DeviceStatus> out;
  const auto listed = picture->of_contract.find(std::string(contract));
  if (listed == picture->of_contract.end()) return out;
  for (const Id id : listed->second) out[id].state = picture->find(id)->watched ? "unknown" : "disabled";
  if (ping_)
    for (const auto& state : ping_->states()) {
      const auto found = out.find(state.id);
      if (found == out.end()) continue;
      auto& status = found->second;
      if (state.state == ping::State::unknown) continue;
      status.state = state.state == ping::State::ok ? "up" : "down";
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
  (void)write_decisions();
}

void Watch::run_samples(const std::stop_token& stop) {
  std::mutex sleeping;
  std::condition_variable_any never;
  for (int turn = 0; !stop.stop_requested(); ++turn) {
    if (auto written = samples_->write(); !written && bonds_.trouble) bonds_.trouble(written.error());
    // Thinning goes in small steps between writes.
    for (int i = 0; i < 20 && !stop.stop_requested(); ++i) {
      const auto more = samples_->maintain();
      if (!more || !*more) break;
    }
    if (consumer_ && spool_ && turn % 60 == 0)
      trap::drop_consumed(spool_->folder(), consumer_->cursor(), consumed_traps_kept);
    std::unique_lock lock(sleeping);
    never.wait_for(lock, stop, std::chrono::seconds(2), [] { return false; });
  }
}

}  // namespace yagura::monitor::watch
