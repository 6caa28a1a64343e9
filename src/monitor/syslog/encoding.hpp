// The bytes of a line as UTF-8.
//
// Purpose: Japanese devices send UTF-8, Shift_JIS (as Windows writes it) or EUC-JP, and none says which. What
//          a device is known to send is believed; else the bytes decide. Bytes that are none of them stay as
//          they came: a log is evidence and is not repaired.
// Limits:  a text that is good EUC-JP and good Shift_JIS is taken for the one that yields less half-width
//          kana, of two equals EUC-JP. A character cut off at the very end (a datagram at its limit) is
//          allowed to UTF-8.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace yagura::monitor::syslog {

enum class Encoding : std::uint8_t { guessed, utf8, shift_jis, euc_jp, unknown };
std::span<const std::pair<std::string_view, Encoding>> enum_names(Encoding);
std::string_view name_of(Encoding encoding);

// Gives `line` itself when it is UTF-8 already; else the converted text in `held`.
std::pair<std::string_view, Encoding> as_utf8(std::string_view line, Encoding expected, std::string& held);

}  // namespace yagura::monitor::syslog
