// Several segments become one.
//
// Purpose: fewer and smaller files: one dictionary, one set of names, a higher level of zstd. Rows keep their
//          order by source and time within slices of about slice_rows.
// Memory:  a block of each segment of the slice, the pages of texts in half of the cache, and what SegmentWriter
//          holds.
// Errors:  those of the writer, eventstore.damaged unless damage is to be passed over.
// Threads: one thread; the segments may be read by others meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "eventstore/flush.hpp"
#include "eventstore/learned.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

struct MergeOptions {
  SegmentOptions segment;
  LearnedOf learned;  // for each field; what is not there is learned from the texts
  std::int64_t slice_rows = 1 << 20;
  // Rows that cannot be read are left out and told; without it they are an error.
  std::vector<std::string>* damage = nullptr;
  std::int64_t* rows_lost = nullptr;
  // Called now and then: what is more urgent than merging is done here. Its error ends the merge.
  std::function<Result<void>()> meanwhile;
};

// inputs: of one contract and kind, in the order of their times. Answers the directory of the new file;
// nothing when damage left no row.
Result<std::optional<Directory>> merge_segments(std::span<const std::shared_ptr<const Segment>> inputs,
                                                const Kind& kind, const std::filesystem::path& file,
                                                const MergeOptions& options);

}  // namespace yagura::eventstore
