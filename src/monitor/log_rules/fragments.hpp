// All of many fragments looked for in one walk over a text (Aho and Corasick, 1975).
//
// Bounds:  as many states as the fragments have bytes, 1 KiB each; the caller bounds the fragments.
// Threads: immutable once built.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace yagura::monitor::log_rules {

class Fragments {
 public:
  void add(std::string_view fragment, std::uint32_t name);
  void build();  // after the last add
  [[nodiscard]] bool empty() const { return states_.size() == 1; }

  // The names of the fragments that are in the text; one may come more than once.
  template <class F>
  void find(std::string_view text, F&& use) const {
    std::uint32_t at = 0;
    for (const char c : text) {
      at = states_[at].next[static_cast<unsigned char>(c)];
      for (std::uint32_t end = states_[at].ends; end != 0; end = states_[states_[end].fail].ends)
        for (const auto name : states_[end].names) use(name);
    }
  }

 private:
  struct State {
    std::array<std::uint32_t, 256> next{};
    std::uint32_t fail = 0;
    std::uint32_t ends = 0;  // the nearest state, itself included, at which a fragment ends; 0: none
    std::vector<std::uint32_t> names;
  };
  std::vector<State> states_{1};
};

}  // namespace yagura::monitor::log_rules
