// The different strings of a batch, while it is made: equal ones are kept once, one behind the other.
//
// Threads: one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::eventstore {

class BatchStrings {
 public:
  BatchStrings();
  // Its place, in order of first use; 0 is "". The number of places is for the caller to bound.
  std::uint32_t place_of(std::string_view text);
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] std::size_t bytes() const { return held_.size(); }

  struct Taken {
    std::vector<std::string_view> strings;
    std::shared_ptr<const std::string> held;  // what they point into
  };
  // There is "" alone afterwards.
  Taken take();

 private:
  struct Slot {
    std::uint32_t hash = 0, number = 0;  // 1 + the place; 0: empty
  };
  [[nodiscard]] std::string_view at(std::size_t place) const {
    const auto begin = place == 0 ? 0 : ends_[place - 1];
    return std::string_view(held_).substr(begin, ends_[place] - begin);
  }
  void grow();
  std::string held_;
  std::vector<std::size_t> ends_;
  std::vector<Slot> slots_;
};

}  // namespace yagura::eventstore
