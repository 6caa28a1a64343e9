// Looks through a page of texts, or all names of a column, for those that fulfil a leaf of a condition.
//
// Purpose: as they were written, so that few are folded (written.hpp).
// Errors:  those of segment.hpp, where the page cannot be read.
// Threads: any, at once.
#pragma once

#include <cstdint>
#include <vector>

#include "eventstore/condition_plan.hpp"
#include "eventstore/segment.hpp"

namespace yagura::eventstore {

// The places of these texts in the page, ascending.
Result<std::vector<std::uint32_t>> texts_in_page(const Segment& segment, const Leaf& leaf, std::size_t column,
                                                 const PageEntry& entry, std::uint32_t page);

// The places of these names, ascending.
Result<std::vector<std::uint32_t>> names_in(const Segment& segment, const Leaf& leaf, std::size_t column);

}  // namespace yagura::eventstore
