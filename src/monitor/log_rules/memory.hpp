// What rules remember of the events before: how often something came, and what is on.
//
// Purpose: a rule's count within a window, for each thing (fields of `by`) of each device; and which came
//          last, the start or the end of a thing, by the times of the events and not by the order in which
//          they came.
// Late:    an event that comes late counts with those of its time as long as its thing's last 2 × times are
//          known.
// Bounds:  so many things of one rule and device, so many instants of them, and so many of both in all; a
//          device that invents names pushes out its own oldest, in all the one with most of them loses. What
//          was pushed out is counted.
// Threads: none; its owner locks.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace yagura::monitor::log_rules {

struct MemoryBounds {
  std::size_t keys_each = 2'000, instants_each = 50'000;  // of one rule and device
  std::size_t keys = 200'000, instants = 2'000'000;       // in all
  std::size_t alerts_each = 50;  // different things of one rule and device that are alerts at a time
};

class Memory {
 public:
  explicit Memory(MemoryBounds bounds) : bounds_(bounds) {}

  // Whether there are now `times` within `within`, this one among them.
  bool add(std::uint32_t rule, Id device, const std::string& key, Time at, std::uint32_t times,
           Duration within);
  // True when the thing's end is known and is later than this start; the other way round when ending.
  bool outdated(std::uint32_t rule, Id device, const std::string& key, Time at, bool ending);
  // Whether the thing gets an alert of its own: it has one, or there is room for one more.
  bool own_alert(std::uint32_t rule, Id device, const std::string& key, Time at, Duration kept);
  void ended(std::uint32_t rule, Id device, const std::string& key);
  // What another one knows of its rules: by their places there, the places here.
  void take_over(Memory&& from, const std::map<std::uint32_t, std::uint32_t>& places);

  [[nodiscard]] std::size_t keys() const { return keys_; }
  [[nodiscard]] std::size_t instants() const { return instants_; }
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Thing {
    std::vector<Time> times;  // ascending, the newest of them
    Time began = Time::min(), ended = Time::min(), last = Time::min();
  };
  struct Table {
    std::unordered_map<std::string, Thing> things;
    std::size_t instants = 0;
    std::unordered_map<std::string, Time> alerts;
  };
  Thing& thing(Table& table, const std::string& key, Time at);
  Table& table(std::uint32_t rule, Id device) { return tables_[{rule, device}]; }
  void forget_some(Table& table);
  void make_room(Table& table);

  MemoryBounds bounds_;
  std::map<std::pair<std::uint32_t, Id>, Table> tables_;
  std::size_t keys_ = 0, instants_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace yagura::monitor::log_rules
