// Trees of conditions brought to the one form in which they are written, read and compared.
//
// Meaning: the result holds for exactly the same events. all in all and any in any are joined, groups of one
//          are their part, a double no is gone, any of nothing is no(all of nothing); like without a wildcard
//          is equals, like *x* is contains, ** is *.
// Threads: pure functions.
#pragma once

#include <string_view>
#include <vector>

#include "eventstore/query.hpp"

namespace yagura::eventstore {

Condition all_of(std::vector<Condition> parts);
Condition any_of(std::vector<Condition> parts);
Condition not_of(Condition part);
// * and ? of pattern are wildcards, also where folding makes them (full-width).
Condition like(std::string_view field, std::string_view pattern);

Condition canonical(Condition condition);

// Whether folding for search leaves something of a text to compare with.
bool is_searchable(std::string_view text);

}  // namespace yagura::eventstore
