// All events of some sources, as batches: for who takes everything there is, source after source.
//
// Why not a search: that puts events in order, owns each and makes texts of all cells; here a row costs a few
//          numbers, and a text is made once for each batch.
// Errors:  eventstore.damaged (reason): what cannot be read is never left out.
// Threads: one reader is one thread's. The store must outlive it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eventstore/batch.hpp"

namespace yagura::eventstore {

// Sources by their folded form, and a stretch of time.
struct SourceStretch {
  std::optional<std::string> after;  // nothing: from the first on
  std::string last;                  // included
  std::int64_t from = 0, to = 0;     // µs; to is not included
};

class SourceReader {
 public:
  SourceReader() = default;
  SourceReader(const SourceReader&) = delete;
  SourceReader& operator=(const SourceReader&) = delete;
  virtual ~SourceReader() = default;
  // A batch of each, with days of receipt, in any order; fewer where one is more than a batch takes: those before
  // it. Quickest for several that follow one another, further on each time.
  virtual Result<std::vector<Batch>> read(std::span<const SourceStretch> stretches) = 0;
};

}  // namespace yagura::eventstore
