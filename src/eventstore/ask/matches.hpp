// Whether one event is what a condition asks for: the reference every back end's results are checked against.
//
// Purpose: simple and obviously right. Not fast, and not for searching.
// Meaning: texts are compared after fold_for_search() of both sides; ? of like stands for one character of
//          the folded text (㈱ has three). equals, like and contains are false of a number, range of anything
//          else, and each of a field the kind does not have. With an empty field they ask every field that is
//          not a number, one by one.
// Threads: pure.
#pragma once

#include <span>

#include "eventstore/query.hpp"

namespace yagura::eventstore {

// cells: one for each field of kind, as in Event.
bool matches(const Condition& condition, const Kind& kind, std::span<const Event::Cell> cells);

}  // namespace yagura::eventstore
