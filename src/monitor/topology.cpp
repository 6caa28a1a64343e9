#include "monitor/topology.hpp"

#include <algorithm>
#include <string>

namespace yagura::monitor {

Result<Topology> Topology::make(std::vector<Device> devices) {
  Topology out;
  out.nodes_.reserve(devices.size());
  for (auto& device : devices) {
    std::ranges::sort(device.upstreams);
    device.upstreams.erase(std::ranges::unique(device.upstreams).begin(), device.upstreams.end());
    const bool fresh =
        out.nodes_.emplace(device.id, Node{device.site, std::move(device.upstreams), {}}).second;
    if (!fresh) return fail("monitor.topology_device_twice", {{"device", std::to_string(device.id)}});
  }
  for (const auto& device : devices)
    for (const auto upstream : out.nodes_.at(device.id).upstreams) {
      const auto node = out.nodes_.find(upstream);
      if (node == out.nodes_.end())
        return fail("monitor.topology_unknown_upstream",
                    {{"device", std::to_string(device.id)}, {"upstream", std::to_string(upstream)}});
      node->second.dependents.push_back(device.id);
    }
  YAGURA_CHECK(out.check_levels());
  return out;
}

// Takes away level after level from the top; what cannot be taken away stands on a ring or below one.
Result<> Topology::check_levels() const {
  std::unordered_map<Id, std::size_t> waiting;
  std::vector<Id> level;
  for (const auto& [id, node] : nodes_) {
    if (node.upstreams.empty())
      level.push_back(id);
    else
      waiting.emplace(id, node.upstreams.size());
  }
  int depth = 0;
  for (; !level.empty(); ++depth) {
    std::vector<Id> below;
    for (const auto id : level)
      for (const auto dependent : nodes_.at(id).dependents)
        if (const auto left = waiting.find(dependent); --left->second == 0) {
          waiting.erase(left);
          below.push_back(dependent);
        }
    level = std::move(below);
  }
  if (waiting.empty()) {
    if (depth > deepest) return fail("monitor.topology_too_deep", {{"levels", std::to_string(depth)}});
    return {};
  }
  // Walking upwards inside what is left must come back to where it was.
  std::vector<Id> path{
      std::ranges::min_element(waiting, {}, [](const auto& one) { return one.first; })->first};
  for (;;) {
    const auto& above = nodes_.at(path.back()).upstreams;
    const auto next = *std::ranges::find_if(above, [&](Id id) { return waiting.contains(id); });
    const bool seen = std::ranges::find(path, next) != path.end();
    path.push_back(next);
    if (!seen) continue;
    std::string ring;
    for (auto at = std::ranges::find(path, next); at != path.end(); ++at)
      ring += (ring.empty() ? "" : " < ") + std::to_string(*at);
    return fail("monitor.topology_loop", {{"ring", ring}});
  }
}

std::span<const Id> Topology::upstreams(Id device) const {
  const auto node = nodes_.find(device);
  return node == nodes_.end() ? std::span<const Id>{} : node->second.upstreams;
}

std::span<const Id> Topology::dependents(Id device) const {
  const auto node = nodes_.find(device);
  return node == nodes_.end() ? std::span<const Id>{} : node->second.dependents;
}

Id Topology::site(Id device) const {
  const auto node = nodes_.find(device);
  return node == nodes_.end() ? 0 : node->second.site;
}

}  // namespace yagura::monitor
