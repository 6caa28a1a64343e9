// Batches that lie in memory become a segment.
//
// Purpose: puts rows of many batches into the segment's order: by slice, source, time, arrival. Batches come
//          from one source in order of time mostly, so runs are sorted, not rows.
// Threads: pure but for the file.
#pragma once

#include <span>

#include "eventstore/batch.hpp"
#include "eventstore/segment_writer.hpp"

namespace yagura::eventstore {

// Some rows of a batch, and the day on which they were received (days since 1970 in Japan) unless the batch
// says it.
struct BatchRows {
  const Batch* batch = nullptr;
  std::uint32_t first = 0, last = 0;
  std::int64_t day = 0;
  std::uint32_t slice = 0;  // rows of one slice stand together, slices in their order
};

// What was learned of each field; fields of text without it are learned of now.
using LearnedOf = std::vector<std::shared_ptr<const Learned>>;

// A new file with all these rows. Errors: those of the writer.
Result<Directory> write_segment(const std::filesystem::path& file, std::string_view contract,
                                const Kind& kind, std::span<const BatchRows> rows,
                                const SegmentOptions& options, LearnedOf& learned);

}  // namespace yagura::eventstore
