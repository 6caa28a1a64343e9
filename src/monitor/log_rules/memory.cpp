#include "monitor/log_rules/memory.hpp"

#include <algorithm>

namespace yagura::monitor::log_rules {

// The quarter that was not heard of for longest goes: one by one it would cost a walk for each new name.
void Memory::forget_some(Table& table) {
  std::vector<Time> last;
  last.reserve(table.things.size());
  for (const auto& [key, thing] : table.things) last.push_back(thing.last);
  if (last.empty()) return;
  const auto cut = last.begin() + static_cast<std::ptrdiff_t>(last.size() / 4);
  std::ranges::nth_element(last, cut);
  auto left = last.size() / 4 + 1;
  for (auto at = table.things.begin(); at != table.things.end() && left > 0;) {
    if (at->second.last > *cut) {
      ++at;
      continue;
    }
    table.instants -= at->second.times.size();
    instants_ -= at->second.times.size();
    --keys_;
    --left;
    ++forgotten_;
    at = table.things.erase(at);
  }
}

void Memory::make_room(Table& table) {
  while (table.things.size() >= bounds_.keys_each || table.instants >= bounds_.instants_each)
    forget_some(table);
  while (keys_ >= bounds_.keys || instants_ >= bounds_.instants) {
    const auto most = std::ranges::max_element(
        tables_, {}, [](const auto& one) { return one.second.things.size() + one.second.instants; });
    forget_some(most->second);
  }
}

Memory::Thing& Memory::thing(Table& table, const std::string& key, Time at) {
  auto found = table.things.find(key);
  if (found == table.things.end() || table.instants >= bounds_.instants_each ||
      instants_ >= bounds_.instants) {
    make_room(table);
    found = table.things.try_emplace(key).first;
    keys_ += found->second.last == Time::min() ? 1 : 0;
  }
  found->second.last = std::max(found->second.last, at);
  return found->second;
}

bool Memory::add(std::uint32_t rule, Id device, const std::string& key, Time at, std::uint32_t times,
                 Duration within) {
  if (times <= 1) return true;
  auto& into = table(rule, device);
  auto& known = thing(into, key, at).times;
  const auto before = known.size();
  const auto place = std::ranges::upper_bound(known, at);
  const bool newest = place == known.end();
  const auto index = static_cast<std::size_t>(known.insert(place, at) - known.begin());
  bool enough = false;
  for (std::size_t first = index + 1 >= times ? index + 1 - times : 0;
       first <= index && first + times <= known.size() && !enough; ++first)
    enough = known[first + times - 1] - known[first] <= within;
  std::size_t gone = 0;
  if (newest)
    while (known.size() - gone > times && known[gone] < at - within) ++gone;
  gone = std::max(gone, known.size() - std::min<std::size_t>(known.size(), std::size_t{2} * times));
  known.erase(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(gone));
  into.instants += known.size() - before;
  instants_ += known.size() - before;
  return enough;
}

bool Memory::outdated(std::uint32_t rule, Id device, const std::string& key, Time at, bool ending) {
  auto& one = thing(table(rule, device), key, at);
  auto& own = ending ? one.ended : one.began;
  own = std::max(own, at);
  return at < (ending ? one.began : one.ended);
}

bool Memory::own_alert(std::uint32_t rule, Id device, const std::string& key, Time at, Duration kept) {
  auto& alerts = table(rule, device).alerts;
  if (alerts.size() >= bounds_.alerts_each && !alerts.contains(key))
    std::erase_if(alerts, [&](const auto& one) { return one.second + kept < at; });
  if (alerts.size() >= bounds_.alerts_each && !alerts.contains(key)) return false;
  auto& last = alerts[key];
  last = std::max(last, at);
  return true;
}

void Memory::ended(std::uint32_t rule, Id device, const std::string& key) {
  table(rule, device).alerts.erase(key);
}

void Memory::take_over(Memory&& from, const std::map<std::uint32_t, std::uint32_t>& places) {
  for (auto& [key, table] : from.tables_) {
    const auto place = places.find(key.first);
    if (place == places.end()) continue;
    keys_ += table.things.size();
    instants_ += table.instants;
    tables_[{place->second, key.second}] = std::move(table);
  }
  forgotten_ += from.forgotten_;
}

}  // namespace yagura::monitor::log_rules
