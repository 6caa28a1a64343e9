// Whole sources out of the segments that have them, column by column.
//
// Purpose: source_reader.hpp for the embedded store. In each chunk of a segment sources stand in order, so what
//          is asked for in order is read from front to back, each block once.
// Why several: texts that came before stand here and there in all pages of a segment, which are unpacked once for
//          all stretches that are asked for together: segment after segment, in each stretch after stretch.
// Memory:  these pages, up to 32 MiB; of each chunk the columns of one block (some 300 KB), of 128 chunks at most:
//          where there are more, blocks are read again for each stretch.
// Errors:  eventstore.damaged.
// Threads: one reader is one thread's; the segments may be read by others meanwhile.
#pragma once

#include <memory>
#include <vector>

#include "eventstore/segment.hpp"
#include "eventstore/source_reader.hpp"

namespace yagura::eventstore {

// segments: of one contract and kind. from and to in µs: what is asked for lies between them. held: what must
// live as long as the reader.
std::unique_ptr<SourceReader> source_reader_of(std::vector<std::shared_ptr<const Segment>> segments,
                                               const Kind& kind, std::int64_t from, std::int64_t to,
                                               std::shared_ptr<const void> held);

}  // namespace yagura::eventstore
