// Batches that replicas may have or not have, as no answer came: sent again, such a one has the same number.
//
// Purpose: whoever was told that a batch failed sends it again, perhaps minutes later. Replicas take a block they
//          know already as done, and it is the same block only with the same number and day.
// Bounds:  most_kept; the oldest is forgotten.
// Threads: safe from any thread.
#pragma once

#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>

#include "eventstore/batch.hpp"
#include "eventstore/clickhouse/http.hpp"

namespace yagura::eventstore::clickhouse {

class Doubts {
 public:
  static constexpr std::size_t most_kept = 1000;
  using Key = std::array<std::uint64_t, 2>;  // of all that is in the batches
  struct Doubt {
    std::uint64_t id = 0;        // of the block
    std::int64_t today = 0;      // NativeBlock::Common
    const Http* node = nullptr;  // it or a replica of it
  };
  static Key key_of(std::string_view contract, std::string_view kind, std::span<const Batch> batches);

  [[nodiscard]] bool empty() const;
  // No longer kept afterwards.
  std::optional<Doubt> take(const Key& key);
  void keep(const Key& key, const Doubt& doubt);

 private:
  mutable std::mutex mutex_;
  std::deque<std::pair<Key, Doubt>> kept_;
};

}  // namespace yagura::eventstore::clickhouse
