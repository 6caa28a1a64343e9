// Object identifiers as paths of numbers, for what is read from text (MIB files, kinds).
//
// Purpose: text to path and back, comparing prefixes. Not for the wire: src/monitor/snmp has the codec.
// Errors:  monitor.oid_invalid.
// Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura::monitor::mib {

using Oid = std::vector<std::uint32_t>;

// RFC 2578 7.1.3 and RFC 3416: at most 128 sub-identifiers.
inline constexpr std::size_t kMaxOid = 128;

// "1.3.6.1", also with a leading dot.
Result<Oid> parse_oid(std::string_view dotted);
std::string to_dotted(const Oid& oid);
bool starts_with(const Oid& oid, const Oid& prefix);

}  // namespace yagura::monitor::mib
