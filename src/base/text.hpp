// Text as Japanese offices write it: widths, kana, variant characters, encodings.
//
// Purpose: one folding for search everywhere (ﾏﾂｻｶ finds マツサカ, ＡＢＣ finds abc, 髙橋 finds 高橋).
//          Folded text is for comparing only; what a person typed is kept as typed.
// Errors:  base.text_invalid for bytes that are not the encoding named.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace yagura {

// NFKC, lower case, hiragana as katakana, variant kanji as their usual form. Bytes that are not UTF-8
// are dropped.
std::string fold_for_search(std::string_view utf8);

bool is_utf8(std::string_view bytes);
// Code points, as minLength and maxLength of a JSON schema count them.
std::size_t characters(std::string_view utf8);

// Windows-31J (the Shift_JIS of Excel) to UTF-8.
Result<std::string> from_cp932(std::string_view bytes);
// UTF-8 to Windows-31J; characters it lacks are an error, so that nothing is lost silently.
Result<std::string> to_cp932(std::string_view utf8);

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
// Number of columns on a fixed-width screen: East Asian wide characters take two.
std::size_t columns(std::string_view utf8);

std::string to_hex(std::string_view bytes);
// Errors: base.hex_invalid.
Result<std::string> from_hex(std::string_view text);

}  // namespace yagura
