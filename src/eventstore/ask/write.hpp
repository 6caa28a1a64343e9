// A query as text again: what read_query() reads as the same query.
//
// Purpose: saved searches, links, and showing a search that was put together with the mouse.
// Meaning: times are written as days or instants of Japan (a saved 先週 stays 先週 only as the text people
//          typed). A tree is written as canonical() has it. What the language has no words for is lost:
//          contract, and texts with a NUL. A field or kind that the vocabulary lacks is written and refused
//          when read.
// Threads: pure functions.
#pragma once

#include <string>

#include "eventstore/ask/language.hpp"

namespace yagura::eventstore {

std::string write_query(const Asked& asked, const Vocabulary& vocabulary);
std::string write_condition(const Condition& condition, const Vocabulary& vocabulary);

}  // namespace yagura::eventstore
