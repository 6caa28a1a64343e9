// The query language people write: one line of text becomes a Query and the way its result is shown.
//
//   user:tanaka action:usb-copy 人事 "見積*.xlsx" from:先週
//   (path:*.xlsx OR path:*.docx) -user:e100001 bytes:>1M kind:operation | count by section, action top 20
//
// Purpose: docs/operations/log-search.md says to people what may be written; all its examples are read by a
//          test.
// Meaning: words stand for themselves anywhere in a field and must all be there; OR binds weaker than AND;
//          kind, from, to and time hold for the whole search and stand outside of parentheses, NOT and OR.
// Bounds:  4,096 characters, 64 levels of parentheses and NOT, 200 conditions.
// Errors:  eventstore.query_*, each with position (characters from 0), nth (the same from 1) and length of
//          the place in the text; words for people in share/errors/eventstore.yaml.
// Threads: pure functions. The instant that counts as now is passed in; the contract is the caller's to set.
#pragma once

#include <optional>
#include <string_view>

#include "eventstore/ask/vocabulary.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore {

struct Presentation {
  bool newest_first = true;
  // count by or histogram; without it the events themselves are shown.
  std::optional<Counting> counting;
  // The length of a bar was left to the program: bucket is bucket_for() of the times asked for, or a day when
  // the query has no beginning; whoever knows how far the events reach may choose again.
  bool automatic = false;
};

struct Asked {
  Query query;
  Presentation present;
};

constexpr std::size_t most_query_characters = 4096, most_query_levels = 64, most_query_conditions = 200;
// A histogram has at most so many bars.
constexpr std::int64_t most_query_bars = 10'000;
constexpr std::size_t most_query_groups = 10'000;

Result<Asked> read_query(std::string_view text, const Vocabulary& vocabulary, Time now);

// The length of a bar that gives some 20 to 150 of them, and beginnings that people expect.
Duration bucket_for(Time from, Time to);
// Where bars of a length begin: whole days of Japan, weeks on Monday.
Duration bucket_offset(Duration bucket);

}  // namespace yagura::eventstore
