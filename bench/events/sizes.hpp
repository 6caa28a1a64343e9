// What each part of a segment costs on disk.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "eventstore/segment.hpp"

namespace yagura::bench {

using Sizes = std::vector<std::pair<std::string, std::uint64_t>>;  // part, bytes

// Everything but the trailer: columns one by one ("column path"), then the other parts.
Result<Sizes> sizes_of(const eventstore::Segment& segment);
void add(Sizes& to, const Sizes& more);

}  // namespace yagura::bench
