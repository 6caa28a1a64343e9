// The times and kinds a query names beside its conditions: from:先週, time:9:00..12:00, kind:operation.
//
// Purpose: what they come to together; language.cpp finds them.
// Errors:  eventstore.query_time_invalid, query_time_empty, query_kind_unknown, with their place.
#pragma once

#include <string_view>

#include "eventstore/ask/conditions.hpp"
#include "eventstore/ask/vocabulary.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore {

// query is the whole text, for the places of errors; what is asked stands in `asked` afterwards.
Result<void> add_kinds(std::string_view query, const Value& value, const Vocabulary& vocabulary,
                       Query& asked);
Result<void> add_time(std::string_view query, Special which, const Value& value, Time now, Query& asked);

}  // namespace yagura::eventstore
