// Lists of fragments in the file that has them.
//
// Errors:  eventstore.damaged with the file's name; those of file.hpp.
// Threads: pure but for reading.
#pragma once

#include <span>

#include "eventstore/file.hpp"
#include "eventstore/gram_lists.hpp"

namespace yagura::eventstore {

// The pages of the table that can have all of these. Reads a block for each, until no page is left.
Result<GramTable::Pages> pages_with(const InFile& file, const GramTable& table,
                                    std::span<const GramHash> grams);
// Reads the whole table, to see whether it can be read.
Result<void> check_grams(const InFile& file, const GramTable& table);

}  // namespace yagura::eventstore
