// A value of an event as other programs can take it: UTF-8, no control characters but tab and line feed.
//
// Purpose: what senders wrote may hold NUL, broken UTF-8 or terminal sequences; tables, JSON and XML take
//          none of them. Each such byte or character becomes U+FFFD, a line break of any kind one line feed.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace yagura::log_search {

std::string plain_value(std::string_view bytes);
// Japan's time: 2026-11-01 10:30:00.123456.
std::string plain_time(Time at);

}  // namespace yagura::log_search
