// Statements for ClickHouse: names, words in quotes, conditions.
//
// Meaning: that of ask/matches.hpp. Every text field f stands in two columns, v_f as it came and f_f folded;
//          conditions ask the folded one. Numbers stand in v_f.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "eventstore/query.hpp"

namespace yagura::eventstore::clickhouse {

// A text as a literal: whatever it holds, it ends where it ends.
std::string literal(std::string_view text);
std::string number(std::int64_t value);

std::string value_column(std::string_view field);
std::string folded_column(std::string_view field);

// An expression that is true of the rows of this kind that fulfil the condition.
std::string expression(const Condition& condition, const Kind& kind);

}  // namespace yagura::eventstore::clickhouse
