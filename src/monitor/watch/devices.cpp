#include "monitor/watch/devices.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::monitor::watch {

using schema::Value;

const WatchedDevice* Picture::find(Id device) const {
  const auto found = devices.find(device);
  return found == devices.end() ? nullptr : &found->second;
}

const WatchedDevice* Picture::find(std::string_view contract, Id device) const {
  const auto* found = find(device);
  return found && found->contract == contract ? found : nullptr;
}

std::vector<std::string> WatchedDevice::addresses() const {
  std::vector<std::string> out;
  for (const auto& one : {address, address6})
    if (!one.empty()) out.push_back(one);
  return out;
}

struct DeviceBook::Sites {
  struct Site {
    std::string name, kind;
  };
  std::unordered_map<Id, Site> by_id;
  std::unordered_map<Id, std::vector<Port>> ports;            // by device
  std::unordered_map<Id, std::vector<std::string>> flapping;  // device -> ports
};

namespace {

// A boolean field whose empty value means yes.
bool yes_unless_no(const Value& value) { return value.is_null() || value.boolean(); }

void sort_names(Picture& picture, const std::string& contract) {
  auto& ids = picture.of_contract[contract];
  ids.clear();
  for (const auto& [id, device] : picture.devices)
    if (device.contract == contract) ids.push_back(id);
  std::ranges::sort(ids, [&](Id a, Id b) {
    return std::tie(picture.devices.at(a).name, a) < std::tie(picture.devices.at(b).name, b);
  });
}

// Where a device stands, or would stand, among its contract's by name. The devices before and after it must
// be in the picture under the names they stand there with.
auto place_of(const Picture& picture, std::vector<Id>& ids, const WatchedDevice& d) {
  return std::ranges::lower_bound(ids, std::tie(d.name, d.id), {},
                                  [&](const Id& id) { return std::tie(picture.devices.at(id).name, id); });
}

void take_out(Picture& picture, Id id) {
  const auto found = picture.devices.find(id);
  if (found == picture.devices.end()) return;
  auto& ids = picture.of_contract[found->second.contract];
  if (const auto at = place_of(picture, ids, found->second); at != ids.end() && *at == id) ids.erase(at);
  picture.devices.erase(found);
}

void put_in(Picture& picture, WatchedDevice&& device) {
  auto& ids = picture.of_contract[device.contract];
  const auto at = place_of(picture, ids, device);
  const Id id = device.id;
  picture.devices.insert_or_assign(id, std::move(device));
  ids.insert(at, id);
}

}  // namespace

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
  if (const auto site = sites.by_id.find(d.site); site != sites.by_id.end()) {
    d.site_name = site->second.name;
    d.site_kind = site->second.kind;
  }
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
  if (!f["ssh_port"].is_null()) d.ssh_port = static_cast<int>(f["ssh_port"].integer());
  d.model = f["model"].text();
  if (const auto ports = sites.ports.find(d.id); ports != sites.ports.end()) d.ports = ports->second;
  if (const auto ports = sites.flapping.find(d.id); ports != sites.flapping.end())
    d.ports_flapping_by_design = ports->second;
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
  d.search = fold_for_search(d.name + "\n" + d.address + "\n" + d.address6 + "\n" + d.site_name + "\n" +
                             d.class_name.ja + "\n" + d.class_name.en + "\n" + d.model);
  return d;
}

Result<void> DeviceBook::load_contract(Picture& picture, const std::string& contract) {
  const auto pack = packs_(contract);
  if (!pack) return {};
  picture.packs[contract] = pack;
  Sites sites;
  YAGURA_CHECK(ledgers_.each(contract, "sites", [&](ledger::Row&& row) {
    sites.by_id[row.id] = {row.title, row.fields["kind"].text()};
  }));
  YAGURA_CHECK(ledgers_.each(contract, "interfaces", [&](ledger::Row&& row) {
    sites.ports[row.fields["device"].integer()].push_back({row.fields["port"].text(),
                                                           std::string(trim(row.fields["peer"].text())),
                                                           yes_unless_no(row.fields["watched"])});
    if (row.fields["flapping_by_design"].boolean())
      sites.flapping[row.fields["device"].integer()].push_back(row.fields["port"].text());
  }));
  std::erase_if(picture.devices, [&](const auto& entry) { return entry.second.contract == contract; });
  YAGURA_CHECK(ledgers_.each(contract, "devices", [&](ledger::Row&& row) {
    picture.devices.insert_or_assign(row.id, device_of(contract, *pack, sites, row));
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
  // A few rows are read one by one; sites, links and large imports concern too many for that.
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
  } else {
    for (const auto& [id, device] : next->devices)
      if (device.contract == contract) concerned.push_back(id);
    YAGURA_CHECK(load_contract(*next, contract));
    for (const auto& [id, device] : next->devices)
      if (device.contract == contract) concerned.push_back(id);
    std::ranges::sort(concerned);
    concerned.erase(std::unique(concerned.begin(), concerned.end()), concerned.end());
  }
  picture_.with([&](auto& held) { held = std::move(next); });
  return concerned;
}

}  // namespace yagura::monitor::watch
