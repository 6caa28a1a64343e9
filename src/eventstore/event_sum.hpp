// A checksum of many events, whatever their order and wherever they are: equal events have equal sums in every
// store, and the sums of several are added.
//
// Why so:  a server can make it over columns, without sending the events. SipHash-2-4 (key 0) of each text, less
//          that of "", so that fields a kind gains change nothing; time, day of receipt, numbers and hashes are
//          added, each times a number of its own; mixed() of that is the event's.
// Not for: a proof against somebody who means harm; that is seal.hpp.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string_view>

#include "eventstore/batch.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore {

struct EventSum {
  std::int64_t rows = 0;
  std::uint64_t sum = 0;
  bool operator==(const EventSum&) const = default;
};

std::uint64_t sip_hash(std::string_view text);
// ClickHouse's intHash64.
std::uint64_t mixed(std::uint64_t value);
// What the time, the day and each field are multiplied with.
constexpr std::size_t sum_time = 0, sum_day = 1, sum_fields = 2;
std::uint64_t sum_factor(std::size_t place);

// With its day of receipt.
std::uint64_t sum_of(const Event& event);
// Of all rows; each text is hashed once.
EventSum sum_of(const Kind& kind, const Batch& batch);

}  // namespace yagura::eventstore
