// What the engines are told to watch, as the ledger changes.
#include <algorithm>

#include "base/text.hpp"
#include "monitor/watch/watch.hpp"

namespace yagura::monitor::watch {

namespace {

constexpr std::size_t at_once = 1000;  // changed devices; of more, all are applied anew

}  // namespace

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
  copying_->set_directory(directory_);
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

}  // namespace yagura::monitor::watch
