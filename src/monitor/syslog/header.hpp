// The header of a syslog line: who says it, when, how grave.
//
// Purpose: RFC 5424 as written; RFC 3164 as it is in the field: without PRI, host, year or time, with ISO
//          times, with Cisco's sequence numbers and marks of an unsure clock. What is not there is empty;
//          nothing is an error, at worst the whole line is the message.
// Not for: what the message means (vendors.hpp), encodings (encoding.hpp).
// Threads: pure functions. Lifetime: the views point into the line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace yagura::monitor::syslog {

struct Header {
  enum class Layout : std::uint8_t {
    none,     // no time of its own
    rfc3164,  // a time, then perhaps a host
    rfc5424
  };
  Layout layout = Layout::none;
  int facility = -1, severity = -1;  // -1: no PRI
  std::optional<Time> at;
  std::string_view host, app, pid, message_id;
  std::string_view structured_data;  // the elements with their brackets
  std::string_view sequence;         // Cisco's number in front
  std::string_view content;          // all behind time and host, the tag included
  std::string_view message;          // behind the tag
};

Header read_header(std::string_view line, Time received, std::chrono::minutes offset);

std::string_view facility_name(int facility);  // "" when unknown
std::string_view severity_name(int severity);

}  // namespace yagura::monitor::syslog
