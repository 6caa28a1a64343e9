// What is watched, as the ledger, the pack and the credentials say it: one plain picture for all engines.
//
// Purpose: turns rows of the ledgers `sites`, `devices` and `interfaces` with the class of the pack into what
//          ping, polling, traps, alerts and log retrieval need. One row is read again when it changes; a
//          change of sites or classes reads all.
// Secrets: the picture holds names of credentials, never the secrets.
// Threads: Picture is immutable; DeviceBook is safe from any thread.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/guarded.hpp"
#include "base/shared_map.hpp"
#include "contract/watch_rules.hpp"
#include "ledger/ledgers.hpp"

namespace yagura::monitor::watch {

// A port as the ledger of interfaces has it.
struct Port {
  std::string name;  // ifName
  std::string peer;  // "core-1 ge3": begins with the name of the device at the far end; "" when not written
  bool watched = true;

  bool operator==(const Port&) const = default;
};

struct WatchedDevice {
  Id id = 0;
  std::string contract, name, device_class;
  contract::Words class_name;
  Id site = 0;
  std::string site_name, site_kind;
  std::string address, address6;
  std::vector<Id> upstream;
  bool watched = true;
  bool ping_on = true;
  contract::PingRule ping;
  std::string ping_severity = "critical";
  contract::WatchRules rules;
  bool traps_on = false, remote_log_on = false;
  std::string commands, profile;                // names of files of share/commands and of share/polling.yaml
  std::vector<contract::Threshold> thresholds;  // the contract's, before those of the profiles
  std::string snmp_version, snmp_credential, engine_id;
  int snmp_port = 161;
  std::string ssh_credential, ssh_host_key;
  int ssh_port = 22;
  bool telnet = false;  // its log is fetched in clear text, because the ledger says so
  int telnet_port = 23;
  std::string log_zone, log_encoding;  // choices of the ledger; "" when it does not say
  std::vector<Port> ports;
  std::vector<std::string> ports_flapping_by_design;  // ifName or ifIndex

  // What it is reached by: one address, or one of each family.
  [[nodiscard]] std::vector<std::string> addresses() const;
  std::string model;
  std::string search;  // what it is found by, folded

  // What the topology, and what the directory of trap senders, are made of.
  [[nodiscard]] bool same_wiring(const WatchedDevice& other) const;
  [[nodiscard]] bool same_sender(const WatchedDevice& other) const;
};

// Devices that a change does not concern are shared with the picture before it.
struct Picture {
  SharedMap<Id, std::shared_ptr<const WatchedDevice>> devices;
  std::unordered_map<std::string, std::vector<Id>> of_contract;  // sorted by name
  std::unordered_map<std::string, std::shared_ptr<const contract::Pack>> packs;

  [[nodiscard]] const WatchedDevice* find(Id device) const;
  // nullptr too when it is another contract's.
  [[nodiscard]] const WatchedDevice* find(std::string_view contract, Id device) const;
  // The first of a site by name; nullptr when there is none.
  [[nodiscard]] const WatchedDevice* any_at(const std::string& contract, Id site) const;
  // use(id, before or nullptr, after or nullptr) for every device that was read again in between.
  template <class F>
  static void each_difference(const Picture& before, const Picture& after, F&& use) {
    decltype(devices)::each_difference(before.devices, after.devices,
                                       [&](Id id, const auto* then, const auto* now) {
                                         use(id, then ? then->get() : nullptr, now ? now->get() : nullptr);
                                       });
  }
};

using PackSource = std::function<std::shared_ptr<const contract::Pack>(std::string_view contract)>;

class DeviceBook {
 public:
  DeviceBook(ledger::Ledgers& ledgers, PackSource packs) : ledgers_(ledgers), packs_(std::move(packs)) {}

  [[nodiscard]] std::shared_ptr<const Picture> picture() const;
  // Reads everything of these contracts.
  Result<void> load(const std::vector<std::string>& contracts);
  // Takes up a change of the ledgers; returns the devices concerned (gone ones too).
  Result<std::vector<Id>> changed(const std::string& contract, const std::string& ledger,
                                  const std::vector<Id>& rows);

 private:
  struct Sites;
  WatchedDevice device_of(const std::string& contract, const contract::Pack& pack, const Sites& sites,
                          const ledger::Row& row) const;
  Result<void> load_contract(Picture& picture, const std::string& contract);

  ledger::Ledgers& ledgers_;
  const PackSource packs_;
  Guarded<std::shared_ptr<const Picture>> picture_{std::make_shared<const Picture>()};
  std::mutex loading_;
};

}  // namespace yagura::monitor::watch
