// How events.csv shows what was received: bytes as text, times as Japan's, cells in quotation marks.
//
// Purpose: to compare what a person reads with what was sealed. The rules stand in
// docs/formats/event-proof.md. Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yagura_verify {

// Broken UTF-8 and control characters as U+FFFD, line breaks as one, an apostrophe before a formula.
std::string shown_text(std::string_view bytes);
// µs since 1970 as 2026-11-01 10:30:00.123456.
std::string shown_time(std::int64_t us);
// Days since 1970 of 2026-11-01; nothing for what is no such day.
std::optional<std::int64_t> day_number(std::string_view day);
// Takes one record with its line end; nothing unless it is written exactly as Yagura writes it.
std::optional<std::vector<std::string>> take_csv_row(std::string_view& rest);

}  // namespace yagura_verify
