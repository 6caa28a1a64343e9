// Characters of a query as people type them: with the input method on, an operator comes out full-width.
//
// Purpose: reading UTF-8 that was checked before, and seeing full-width ASCII, the blanks and quotes of an
//          input method as the plain ones.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace yagura::eventstore {

struct Letter {
  char32_t c = 0;         // as written; 0 at the end of the text
  char32_t plain = 0;     // narrow: ： is ':', a blank of any kind ' ', a double quote of any kind '"'
  std::size_t bytes = 0;  // its length in UTF-8
};

// The character at a byte of text that is UTF-8 (is_utf8), and begins there.
Letter letter_at(std::string_view utf8, std::size_t at);

std::u32string letters(std::string_view utf8);

// Full-width ASCII as ASCII; 〜 and ～ as "..", which numbers and times have between two ends.
std::string narrow(std::string_view utf8);

// A to Z as a to z; nothing else.
std::string lower(std::string_view text);

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace yagura::eventstore
