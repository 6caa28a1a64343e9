#include "monitor/watch/devices.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::monitor::watch {

using schema::Value;

const WatchedDevice* Picture::find(Id device) const {
  const auto* found = devices.find(device);
  return found ? found->get() : nullptr;
}

const WatchedDevice* Picture::find(std::string_view contract, Id device) const {
  const auto* found = find(device);
  return found && found->contract == contract ? found : nullptr;
}

const WatchedDevice* Picture::any_at(const std::string& contract, Id site) const {
  if (const auto listed = of_contract.find(contract); listed != of_contract.end())
    for (const Id id : listed->second)
      if (const auto* d = find(id); d->site == site) return d;
  return nullptr;
}

std::vector<std::string> WatchedDevice::addresses() const {
  std::vector<std::string> out;
  for (const auto& one : {address, address6})
    if (!one.empty()) out.push_back(one);
  return out;
}

bool WatchedDevice::same_wiring(const WatchedDevice& other) const {
  const auto of = [](const WatchedDevice& d) {
    return std::tie(d.contract, d.name, d.site, d.upstream, d.ports);
  };
  return of(*this) == of(other);
}

bool WatchedDevice::same_sender(const WatchedDevice& other) const {
  const auto of = [](const WatchedDevice& d) {
    return std::tie(d.contract, d.watched, d.traps_on, d.address, d.address6, d.snmp_credential, d.engine_id,
                    d.ports_flapping_by_design);
  };
  return of(*this) == of(other);
}

struct DeviceBook::Sites {
  struct Site {
    std::string name, kind;
  };
  std::unordered_map<Id, Site> by_id;
  std::unordered_map<Id, std::vector<Port>> ports;            // by device
  std::unordered_map<Id, std::vector<std::string>> flapping;  // device -> ports

  Result<void> load(ledger::Ledgers& ledgers, const std::string& contract);
  // What the other ledgers say of a device, and what follows from it.
  void describe(WatchedDevice& d) const;
  [[nodiscard]] bool agree_with(const WatchedDevice& d) const;
};

namespace {

// A boolean field whose empty value means yes.
bool yes_unless_no(const Value& value) { return value.is_null() || value.boolean(); }

void sort_names(Picture& picture, const std::string& contract) {
  auto& ids = picture.of_contract[contract];
  ids.clear();
  picture.devices.each([&](Id id, const auto& device) {
    if (device->contract == contract) ids.push_back(id);
  });
  std::ranges::sort(
      ids, {}, [&](const Id& id) { return std::pair<std::string_view, Id>(picture.find(id)->name, id); });
}

// Where a device stands, or would stand, among its contract's by name. The devices before and after it must
// be in the picture under the names they stand there with.
auto place_of(const Picture& picture, std::vector<Id>& ids, const WatchedDevice& d) {
  return std::ranges::lower_bound(ids, std::pair<std::string_view, Id>(d.name, d.id), {}, [&](const Id& id) {
    return std::pair<std::string_view, Id>(picture.find(id)->name, id);
  });
}

void take_out(Picture& picture, Id id) {
  const auto* found = picture.find(id);
  if (!found) return;
  auto& ids = picture.of_contract[found->contract];
  if (const auto at = place_of(picture, ids, *found); at != ids.end() && *at == id) ids.erase(at);
  picture.devices.erase(id);
}

void put_in(Picture& picture, WatchedDevice&& device) {
  auto& ids = picture.of_contract[device.contract];
  const auto at = place_of(picture, ids, device);
  const Id id = device.id;
  picture.devices.put(id, std::make_shared<const WatchedDevice>(std::move(device)));
  ids.insert(at, id);
}

}  // namespace

Result<void> DeviceBook::Sites::load(ledger::Ledgers& ledgers, const std::string& contract) {
  YAGURA_CHECK(ledgers.each(
      contract, "sites", [&](ledger::Row&& row) { by_id[row.id] = {row.title, row.fields["kind"].text()}; }));
  return ledgers.each(contract, "interfaces", [&](ledger::Row&& row) {
    ports[row.fields["device"].integer()].push_back({row.fields["port"].text(),
                                                     std::string(trim(row.fields["peer"].text())),
                                                     yes_unless_no(row.fields["watched"])});
    if (row.fields["flapping_by_design"].boolean())
      flapping[row.fields["device"].integer()].push_back(row.fields["port"].text());
  });
}

void DeviceBook::Sites::describe(WatchedDevice& d) const {
  const auto site = by_id.find(d.site);
  d.site_name = site == by_id.end() ? "" : site->second.name;
  d.site_kind = site == by_id.end() ? "" : site->second.kind;
  const auto its = ports.find(d.id);
  d.ports = its == ports.end() ? std::vector<Port>() : its->second;
  const auto flaps = flapping.find(d.id);
  d.ports_flapping_by_design = flaps == flapping.end() ? std::vector<std::string>() : flaps->second;
  d.search = fold_for_search(d.name + "\n" + d.address + "\n" + d.address6 + "\n" + d.site_name + "\n" +
                             d.class_name.ja + "\n" + d.class_name.en + "\n" + d.model);
}

bool DeviceBook::Sites::agree_with(const WatchedDevice& d) const {
  const auto site = by_id.find(d.site);
  const bool same_site = site == by_id.end() ? d.site_name.empty() && d.site_kind.empty()
                                             : std::tie(site->second.name, site->second.kind) ==
                                                   std::tie(d.site_name, d.site_kind);
  const auto its = ports.find(d.id);
  const auto flaps = flapping.find(d.id);
  return same_site && (its == ports.end() ? d.ports.empty() : its->second == d.ports) &&
         (flaps == flapping.end() ? d.ports_flapping_by_design.empty()
                                  : flaps->second == d.ports_flapping_by_design);
}

std::shared_ptr<const Picture> DeviceBook::picture() const {
  return picture_.with([](const auto& held) { return held; });
}

WatchedDevice DeviceBook::device_of(const std::string& contract, const contract::Pack& pack,
                                    const Sites& sites, const ledger::Row& row) const {
  const Value& f = row.fields;
  WatchedDevice d;
  d.id = row.id;
  d.contract = contract;
  d.name = row.title;
  d.device_class = f["class"].text();
  d.site = f["site"].integer();
  d.address = f["address"].text();
  d.address6 = f["address6"].text();
  for (const auto& upstream : f["upstream"].items()) d.upstream.push_back(upstream.integer());
  d.watched = yes_unless_no(f["monitored"]);
  d.snmp_version = f["snmp_version"].text();
  d.snmp_credential = f["snmp_credential"].text();
  d.engine_id = f["engine_id"].text();
  if (!f["snmp_port"].is_null()) d.snmp_port = static_cast<int>(f["snmp_port"].integer());
  d.ssh_credential = f["ssh_credential"].text();
  d.ssh_host_key = f["ssh_host_key"].text();
  d.telnet = f["log_protocol"].text() == "telnet";
  if (!f["telnet_port"].is_null()) d.telnet_port = static_cast<int>(f["telnet_port"].integer());
  if (!f["ssh_port"].is_null()) d.ssh_port = static_cast<int>(f["ssh_port"].integer());
  d.log_zone = f["log_zone"].text();
  d.log_encoding = f["log_encoding"].text();
  d.model = f["model"].text();
  d.rules = contract::watch_rules(pack);
  d.class_name = {d.device_class, d.device_class};
  if (const auto* c = pack.device_class(d.device_class)) {
    d.class_name = c->title;
    d.ping_on = c->ping_on;
    d.ping = c->ping;
    if (!c->ping_severity.empty()) d.ping_severity = c->ping_severity;
    d.traps_on = c->traps_on;
    d.remote_log_on = c->remote_log_on;
    d.commands = c->remote_log_commands;
    d.profile = c->profile;
    d.thresholds = c->thresholds;
  } else {
    d.watched = false;
  }
  sites.describe(d);
  return d;
}

Result<void> DeviceBook::load_contract(Picture& picture, const std::string& contract) {
  const auto pack = packs_(contract);
  if (!pack) return {};
  picture.packs[contract] = pack;
  Sites sites;
  YAGURA_CHECK(sites.load(ledgers_, contract));
  for (const Id id : picture.of_contract[contract]) picture.devices.erase(id);
  YAGURA_CHECK(ledgers_.each(contract, "devices", [&](ledger::Row&& row) {
    picture.devices.put(row.id,
                        std::make_shared<const WatchedDevice>(device_of(contract, *pack, sites, row)));
  }));
  sort_names(picture, contract);
  return {};
}

Result<void> DeviceBook::load(const std::vector<std::string>& contracts) {
  const std::lock_guard lock(loading_);
  auto next = std::make_shared<Picture>(*picture());
  for (const auto& contract : contracts) YAGURA_CHECK(load_contract(*next, contract));
  picture_.with([&](auto& held) { held = std::move(next); });
  return {};
}

Result<std::vector<Id>> DeviceBook::changed(const std::string& contract, const std::string& ledger,
                                            const std::vector<Id>& rows) {
  if (ledger != "devices" && ledger != "sites" && ledger != "interfaces") return std::vector<Id>{};
  const auto pack = packs_(contract);
  if (!pack) return std::vector<Id>{};
  const std::lock_guard lock(loading_);
  auto next = std::make_shared<Picture>(*picture());
  std::vector<Id> concerned;
  // A few devices are read one by one; a large import concerns too many for that.
  if (ledger == "devices" && rows.size() <= 200) {
    Sites sites;
    for (const Id id : rows) {
      concerned.push_back(id);
      YAGURA_TRY(const auto row, ledgers_.find(contract, "devices", id));
      if (!row || row->deleted) {
        take_out(*next, id);
        continue;
      }
      const Id site = row->fields["site"].integer();
      if (!sites.by_id.contains(site)) {
        YAGURA_TRY(const auto found, ledgers_.find(contract, "sites", site));
        if (found) sites.by_id[site] = {found->title, found->fields["kind"].text()};
      }
      if (const auto* before = next->find(id)) {
        sites.ports[id] = before->ports;
        sites.flapping[id] = before->ports_flapping_by_design;
      }
      auto device = device_of(contract, *pack, sites, *row);
      take_out(*next, id);
      put_in(*next, std::move(device));
    }
  } else if (ledger != "devices") {
    // The devices stay as they are but for what these ledgers say of them.
    Sites sites;
    YAGURA_CHECK(sites.load(ledgers_, contract));
    for (const Id id : next->of_contract[contract])
      if (const auto& before = *next->devices.find(id); !sites.agree_with(*before)) {
        auto device = std::make_shared<WatchedDevice>(*before);
        sites.describe(*device);
        next->devices.put(id, std::move(device));
        concerned.push_back(id);
      }
  } else {
    concerned = next->of_contract[contract];
    YAGURA_CHECK(load_contract(*next, contract));
    const auto& now = next->of_contract[contract];
    concerned.insert(concerned.end(), now.begin(), now.end());
    std::ranges::sort(concerned);
    concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
  }
  picture_.with([&](auto& held) { held = std::move(next); });
  return concerned;
}

}  // namespace yagura::monitor::watch
