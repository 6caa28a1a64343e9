// Batches that are on disk in the write-ahead log only.
//
// Memory:  bytes has room for the filter, which is made at the first search that could use it.
// Threads: a Recent is never changed.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "eventstore/batch.hpp"
#include "eventstore/text_filter.hpp"

namespace yagura::eventstore {

struct Recent {
  Recent(std::string contract, const Kind& kind, Batch batch, std::int64_t day);
  std::string contract;
  const Kind* kind;
  Batch batch;
  std::int64_t day;  // of receipt, days since 1970 in Japan; of rows whose batch does not say it
  [[nodiscard]] std::int64_t day_of(std::size_t row) const {
    return batch.days.empty() ? day : batch.days[row];
  }
  std::int64_t first_time = 0, last_time = 0;
  std::size_t bytes = 0;                           // of memory
  static constexpr std::size_t block_rows = 4096;  // are looked at together
  [[nodiscard]] const TextFilter& filter() const;
  // The same, and the fragments of its texts, where these are not too many and it is made now.
  const TextFilter& filter(TextHashes& fragments) const;

 private:
  mutable std::once_flag filtered_;
  mutable std::unique_ptr<const TextFilter> filter_;
};
using Recents = std::vector<std::shared_ptr<const Recent>>;

// What a record of the write-ahead log holds of it.
std::string write_recent(std::string_view contract, const Kind& kind, const Batch& batch, std::int64_t day);
Result<std::shared_ptr<const Recent>> read_recent(const Kinds& kinds, std::string_view bytes);

}  // namespace yagura::eventstore
