// Columns of one block, packed.
//
// Purpose: what a block of up to 4,096 rows has in one column becomes one checked piece: a stream of one-byte
//          symbols, which zstd packs well, and a stream of bits, which nothing packs better.
//          Symbols are written grouped by a column of context (the action), so that "no path, because it is a
//          log-on" costs nothing: Order says at which place each row's symbol stands.
// Form:    docs/formats/event-segment.md.
// Errors:  eventstore.damaged (reason): whatever the bytes are, decoding never runs over an end.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::eventstore {

constexpr std::size_t block_rows = 4096;

// place[i]: where row i's symbol stands. Empty: in the order of rows.
using Order = std::vector<std::uint16_t>;
Order order_by(std::span<const std::uint32_t> context);

void pack_times(std::span<const std::int64_t> times, int level, std::string& out);
Result<void> unpack_times(std::string_view piece, std::size_t rows, std::vector<std::int64_t>& out);

void pack_numbers(std::span<const std::int64_t> numbers, const Order& order, int level, std::string& out);
Result<void> unpack_numbers(std::string_view piece, std::size_t rows, const Order& order,
                            std::vector<std::int64_t>& out);

// Places in a dictionary of `known` values.
void pack_ids(std::span<const std::uint32_t> ids, std::uint32_t known, const Order& order, int level,
              std::string& out);
Result<void> unpack_ids(std::string_view piece, std::size_t rows, std::uint32_t known, const Order& order,
                        std::vector<std::uint32_t>& out);

// Places in the dictionary of texts, which is in the order of first use: 0 is the empty text, ids from
// first_new on are used here for the first time, in order.
void pack_texts(std::span<const std::uint32_t> ids, std::uint32_t first_new, const Order& order, int level,
                std::string& out);
Result<void> unpack_texts(std::string_view piece, std::size_t rows, std::uint32_t first_new,
                          const Order& order, std::vector<std::uint32_t>& out);

}  // namespace yagura::eventstore
