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
  struct Key {
    std::uint64_t low = 0;
    std::uint32_t high = 0;
  };
  static Key key(std::string_view text);
  // Fetches the memory that find_or_add() will need; worth it for many at once.
  void expect(const Key& key) const { __builtin_prefetch(&slots_[key.low & (slots_.size() - 1)], 1); }
  // The number of this text; fresh: it is new and got the next number.
  std::uint32_t find_or_add(const Key& key, bool& fresh);
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
