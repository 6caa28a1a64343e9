// fold_for_search, fast enough for every string that comes in.
//
// Purpose: the store's texts are compared and indexed folded. base's fold_for_search() decides what that
//          means; this gives the same bytes (held to it by a test), by a table for what offices write all
//          day.
// Threads: pure functions; the table is made once, at the first use.
#pragma once

#include <string>
#include <string_view>

namespace yagura::eventstore {

// Appends fold_for_search(text) to out.
void fold_into(std::string_view text, std::string& out);
std::string fold(std::string_view text);
// What a character of the basic plane folds to, whatever stands beside it; empty: not known, or nothing.
std::string_view folded_alone(char32_t character);

}  // namespace yagura::eventstore
