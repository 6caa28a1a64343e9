// What could come next where the cursor stands: fields, kinds, times, what may stand behind a pipe.
//
// Purpose: completion as people type, without a browser and without the store. Values of fields (names of
//          people, sections) come from the store's counts, not from here: a suggestion of Kind value_wanted
//          says of which.
// Units:   cursor and the piece to replace are characters (code points) from 0.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calendar/civil.hpp"
#include "eventstore/ask/vocabulary.hpp"

namespace yagura::eventstore {

struct Suggestion {
  enum class Kind : std::uint8_t { field, kind, time, stage, operation, value_wanted };
  Kind kind = Kind::field;
  std::string text;       // to stand in place of what is replaced; of value_wanted: the name of the field
  calendar::Words label;  // what it is, for the list
  std::size_t from = 0;   // what is replaced
  std::size_t to = 0;
  bool operator==(const Suggestion&) const = default;
};

// At most twenty, the best first; text that is no valid query yet is the usual case.
std::vector<Suggestion> suggest(std::string_view text, std::size_t cursor, const Vocabulary& vocabulary);

}  // namespace yagura::eventstore
