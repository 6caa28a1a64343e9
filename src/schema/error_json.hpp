// An error as it is kept with a record, to be said in words when it is shown: {"code": ..., "args": {...}}.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "schema/value.hpp"

namespace yagura::schema {

Value error_value(const Error& error);
Error error_of(const Value& value);

std::string error_text(const Error& error);
// What cannot be read is an error itself.
Error error_from(std::string_view text);

}  // namespace yagura::schema
