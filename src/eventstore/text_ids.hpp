// Numbers for texts by 96 bits of their hash: a table without the texts.
//
// Purpose: while a segment is written, says whether a text is there already. Two texts with one hash would be
//          taken for one; the hash is keyed by chance at each start, so that nobody can make such a pair, and
//          by accident it happens once in 10^14 segments of 32 million texts.
// Threads: one thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace yagura::eventstore {

class TextIds {
 public:
  TextIds();
  // The number of this text; fresh: it is new and got the next number.
  std::uint32_t find_or_add(std::string_view text, bool& fresh);
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  struct Slot {
    std::uint64_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t number = 0;  // 1 + the number; 0: empty
  };
  void grow();
  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace yagura::eventstore
