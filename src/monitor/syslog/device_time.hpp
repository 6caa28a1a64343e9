// Times as devices write them.
//
// Purpose: one tolerant reader for the stamps of syslog headers and of vendors' fields: BSD (with and without
//          year, fraction, zone), ISO 8601 and its relatives, seconds to nanoseconds since 1970.
// Year:    a stamp without a year is of the year that brings it nearest to the time of receipt, so that a
//          line of 31 December received on 1 January is not a year in the future.
// Zone:    what the stamp says; else the device's own offset. Of abbreviations only JST, UTC, GMT and Z are
//          believed: CST and IST are each three different zones.
// Threads: pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace yagura::monitor::syslog {

struct Stamp {
  Time at{};
  std::size_t length = 0;  // bytes of the text it took, its zone included
};

// A stamp at the beginning of the text.
std::optional<Stamp> read_stamp(std::string_view text, Time received, std::chrono::minutes offset);
// A stamp that is the whole text; here digits alone are a time since 1970, by their magnitude.
std::optional<Time> read_time(std::string_view text, Time received, std::chrono::minutes offset);

}  // namespace yagura::monitor::syslog
