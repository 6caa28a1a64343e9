#include "monitor/trap/pending.hpp"

#include <algorithm>
#include <array>

namespace yagura::monitor::trap {
namespace {

std::string key_of(const PendingSender& seen) {
  std::string key;
  key.push_back(static_cast<char>(seen.why));
  key.push_back(static_cast<char>(seen.version));
  // A v3 engine is the same one from whatever address.
  if (seen.engine_id.empty())
    key.append(reinterpret_cast<const char*>(seen.source.data()), seen.source.size());
  key.append(reinterpret_cast<const char*>(seen.agent.data()), seen.agent.size());
  for (const auto* part : {&seen.community, &seen.engine_id, &seen.user}) {
    key.append(std::to_string(part->size())).push_back(':');
    key.append(*part);
  }
  return key;
}

template <class T>
void add_unique(std::vector<T>& list, const T& item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

}  // namespace

std::string_view name_of(Refusal refusal) {
  static constexpr std::array<std::string_view, kRefusals> names = {
      "unknown_sender", "wrong_community", "unknown_engine", "unknown_user", "bad_digest", "wrong_level",
      "undecryptable",  "out_of_window",   "malformed",      "not_a_trap",   "not_stored"};
  return names[static_cast<std::size_t>(refusal)];
}

PendingSenders::Noted PendingSenders::note(const PendingSender& seen) {
  auto key = key_of(seen);
  return state_.with([&](State& state) -> Noted {
    if (const auto found = state.where.find(key); found != state.where.end()) {
      auto& entry = state.entries[found->second];
      ++entry.count;
      entry.last = seen.last;
      entry.source = seen.source;
      if (!seen.trap.empty()) entry.trap = seen.trap;
      return {entry.id, false};
    }
    auto place = state.entries.size();
    if (place < most_) {
      state.entries.emplace_back();
    } else {
      // The longest unseen of eight, spread over the table: no scan of everything per forged datagram.
      place = state.next_id % most_;
      for (std::size_t i = 1; i < 8; ++i) {
        const auto other = (state.next_id + i * (most_ / 8 + 1)) % most_;
        if (state.entries[other].last < state.entries[place].last) place = other;
      }
      state.where.erase(key_of(state.entries[place]));
      ++state.pushed_out;
    }
    auto& entry = state.entries[place];
    entry = seen;
    entry.id = state.next_id++;
    entry.count = 1;
    entry.first = seen.last;
    state.where.emplace(key_of(entry), place);
    return {entry.id, true};
  });
}

void PendingSenders::prove(std::uint64_t id, Id device) {
  state_.with([&](State& state) {
    for (auto& entry : state.entries)
      if (entry.id == id) {
        entry.suggested = device;
        entry.proven = true;
      }
  });
}

void PendingSenders::forget(std::uint64_t id) {
  state_.with([&](State& state) {
    const auto found = std::ranges::find(state.entries, id, &PendingSender::id);
    if (found == state.entries.end()) return;
    state.where.erase(key_of(*found));
    const auto place = static_cast<std::size_t>(found - state.entries.begin());
    if (place + 1 != state.entries.size()) {
      state.entries[place] = std::move(state.entries.back());
      state.where[key_of(state.entries[place])] = place;
    }
    state.entries.pop_back();
  });
}

std::vector<PendingSender> PendingSenders::list() const {
  auto entries = state_.with([](const State& state) { return state.entries; });
  std::ranges::sort(entries, [](const PendingSender& a, const PendingSender& b) { return a.last > b.last; });
  return entries;
}

std::uint64_t PendingSenders::pushed_out() const {
  return state_.with([](const State& state) { return state.pushed_out; });
}

Sender accept(const PendingSender& pending, Sender sender) {
  if (pending.version == snmp::Version::v3) {
    if (!pending.engine_id.empty()) add_unique(sender.engine_ids, pending.engine_id);
    return sender;
  }
  add_unique(sender.addresses, pending.source);
  if (!pending.community.empty()) add_unique(sender.communities, pending.community);
  if (pending.agent != Address{} && pending.agent != pending.source) {
    sender.behind_nat = true;
    add_unique(sender.agent_addresses, pending.agent);
  }
  return sender;
}

}  // namespace yagura::monitor::trap
