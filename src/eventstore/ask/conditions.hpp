// What one field:value of a query comes to.
//
// Purpose: the meaning of operators and wildcards on each type of field; language.cpp finds the pieces.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "eventstore/ask/place.hpp"
#include "eventstore/ask/vocabulary.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore {

struct Value {
  enum class Operator : std::uint8_t { usual, exactly, somewhere };  // field:v, field:=v, field:~v
  Operator sign = Operator::usual;
  bool quoted = false;  // then > < and .. in it are text
  std::string text;     // without its quotes
  Place place;
};

// A value without a field: a fragment anywhere in any field that is not a number.
Condition fragment(const Value& value);

// A value of the field or fields a word means. query is the whole text, word what was written before the
// colon.
Result<Condition> field_condition(std::string_view query, const Vocabulary& vocabulary,
                                  const Vocabulary::Meaning& meaning, std::string_view word,
                                  const Value& value);

}  // namespace yagura::eventstore
