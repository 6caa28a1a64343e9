// JSON (RFC 8259) to and from Value.
//
// Limits:  32 levels, 8 MiB unless told otherwise; duplicate names, comments, trailing commas and
//          invalid UTF-8 are refused.
// Errors:  schema.json_invalid (offset, reason), schema.too_large.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "schema/value.hpp"

namespace yagura::schema {

Result<Value> parse_json(std::string_view text, std::size_t max_bytes = 8U << 20);

// Compact; members in their order. Characters that would end a script element are escaped.
std::string to_json(const Value& value);
void append_json(std::string& out, const Value& value);
void append_json_text(std::string& out, std::string_view text);

}  // namespace yagura::schema
