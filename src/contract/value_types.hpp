// The simple types of a pack's values, and reading them from text.
//
// Errors:  contract.bad_value (text, wanted), calendar.* for dates and windows.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "calendar/deadline.hpp"
#include "schema/value.hpp"

namespace yagura::contract {

// text words bool integer number id date month_day hour duration window on_date event cidr file
bool is_simple_type(std::string_view type);
// What is wrong with the value, or nothing.
std::optional<Error> check_simple(const schema::Value& value, std::string_view type);

// "30 min", "2 h", "5 s", "3 d"; whole numbers, at most ten years.
Result<Duration> parse_duration(std::string_view text);
// "2026-06-30", "02-28", "02-last" (every year), "last", "31" (every month).
Result<calendar::OnDate> parse_on_date(std::string_view text);
// "mon", "tue", …; a set as a list. Errors: contract.bad_value.
Result<calendar::Weekdays> parse_weekdays(std::string_view text);
// "10.0.0.0/8", "2001:db8::/32", a single address. Errors: contract.bad_value.
Result<> check_cidr(std::string_view text);

calendar::Words words_of(const schema::Value& value);

}  // namespace yagura::contract
