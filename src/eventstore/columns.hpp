// Columns of one block as symbols and bits, and back.
//
// Purpose: what a block of up to 4,096 rows has in one column becomes a symbol of one byte for each row,
//          which symbols.hpp packs, and bits that nothing packs better. What repeats becomes the same few
//          symbols.
// Form:    docs/formats/event-segment.md.
// Errors:  eventstore.damaged (reason): whatever symbols and bits are, joining never runs over an end.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventstore/symbols.hpp"

namespace yagura::eventstore {

constexpr std::size_t block_rows = 4096;

Symbols split_times(std::span<const std::int64_t> times);
Result<void> join_times(const Symbols& column, std::vector<std::int64_t>& out);

Symbols split_numbers(std::span<const std::int64_t> numbers);
Result<void> join_numbers(const Symbols& column, std::vector<std::int64_t>& out);

// Places in a dictionary of `known` values.
Symbols split_ids(std::span<const std::uint32_t> ids, std::uint32_t known);
Result<void> join_ids(const Symbols& column, std::uint32_t known, std::vector<std::uint32_t>& out);

// Places in the dictionary of texts, which is in the order of first use: 0 is the empty text, ids from
// first_new on are used here for the first time, in order.
Symbols split_texts(std::span<const std::uint32_t> ids, std::uint32_t first_new);
Result<void> join_texts(const Symbols& column, std::uint32_t first_new, std::vector<std::uint32_t>& out);

}  // namespace yagura::eventstore
