// Which device is reached through which: the ledger's upstream column as a directed graph without rings.
//
// Purpose: parent/child suppression of alerts. Not a map for people and not what LLDP says.
//          A device with several upstreams has redundant paths: it is cut off only when all of them are down.
// Errors:  monitor.topology_loop (with the ring), monitor.topology_unknown_upstream,
//          monitor.topology_device_twice, monitor.topology_too_deep (more than 64 levels).
// Threads: a value; const functions are safe from any thread.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"

namespace yagura::monitor {

class Topology {
 public:
  struct Device {
    Id id = 0;
    Id site = 0;  // 0: none
    std::vector<Id> upstreams{};
  };
  static constexpr int deepest = 64;

  Topology() = default;
  static Result<Topology> make(std::vector<Device> devices);

  // Empty for a device that is not known.
  [[nodiscard]] std::span<const Id> upstreams(Id device) const;
  [[nodiscard]] std::span<const Id> dependents(Id device) const;
  [[nodiscard]] Id site(Id device) const;
  [[nodiscard]] bool knows(Id device) const { return nodes_.contains(device); }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  struct Node {
    Id site = 0;
    std::vector<Id> upstreams, dependents;
  };
  Result<> check_levels() const;
  std::unordered_map<Id, Node> nodes_;
};

}  // namespace yagura::monitor
