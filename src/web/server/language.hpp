// The language of an answer: Japanese first, English by choice.
//
// Purpose: the cookie "lang" (the switch on the screens) wins, then Accept-Language (RFC 9110 12.5.4),
//          then Japanese.
// Threads: pure functions.
#pragma once

#include <string_view>

#include "schema/words.hpp"

namespace yagura::web {

using Language = schema::Language;

inline std::string_view name_of(Language language) { return language == Language::ja ? "ja" : "en"; }

// cookie: the value of the "lang" cookie or "". Nonsense in either counts as absent.
Language choose_language(std::string_view cookie, std::string_view accept_language);

}  // namespace yagura::web
