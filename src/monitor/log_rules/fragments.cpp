#include "monitor/log_rules/fragments.hpp"

namespace yagura::monitor::log_rules {

void Fragments::add(std::string_view fragment, std::uint32_t name) {
  std::uint32_t at = 0;
  for (const char c : fragment) {
    const auto byte = static_cast<unsigned char>(c);
    if (states_[at].next[byte] == 0) {
      states_[at].next[byte] = static_cast<std::uint32_t>(states_.size());
      states_.emplace_back();
    }
    at = states_[at].next[byte];
  }
  states_[at].names.push_back(name);
}

void Fragments::build() {
  std::vector<std::uint32_t> queue;
  for (const auto next : states_[0].next)
    if (next != 0) queue.push_back(next);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto at = queue[i];
    auto& state = states_[at];
    state.ends = state.names.empty() ? states_[state.fail].ends : at;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const auto behind = states_[state.fail].next[byte];
      if (const auto next = state.next[byte]; next != 0) {
        states_[next].fail = behind;
        queue.push_back(next);
      } else {
        state.next[byte] = behind;
      }
    }
  }
}

}  // namespace yagura::monitor::log_rules
