// One question of one person: the text in the query language, narrowed by what was clicked and by what he may
// see.
//
// Meaning: kinds and times beside the text narrow those in it. A kind that is asked for by name and that the
//          person may not see is refused; where none is named, those he may see are searched, and `withheld`
//          says which are left out.
// Errors:  those of eventstore/ask/language.hpp; log_search.kind_forbidden (kind), log_search.kinds_empty,
//          log_search.times_empty, log_search.subject_unknown (subject), log_search.subject_missing,
//          eventstore.query_kind_unknown.
// Threads: pure functions.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "eventstore/ask/language.hpp"
#include "log_search/rules.hpp"

namespace yagura::log_search {

struct Question {
  std::string text;
  std::vector<std::string> kinds;
  std::string from, to;     // RFC 3339, or words of the language (先週); empty: as the text says
  std::string subject, of;  // a time line: rules.subjects, and whose
};

struct Reading {
  eventstore::Asked asked;            // kinds are named: those that are searched
  std::vector<std::string> withheld;  // kinds left out for want of a right
  bool personal = false;              // one of the kinds is
  std::string canonical;
  calendar::Words explanation;
};

using MaySee = std::function<bool(std::string_view kind)>;

Result<Reading> read_question(const Question& question, std::string_view contract,
                              const eventstore::Vocabulary& vocabulary, const Rules& rules,
                              const MaySee& may_see, Time now);

// Of whom or what a search of personal kinds asks, for the journal: "user=tanaka", "pc=PC-0042".
std::vector<std::string> whose(const eventstore::Query& query, const eventstore::Vocabulary& vocabulary,
                               const Rules& rules);

}  // namespace yagura::log_search
