// Checks an export of the journal with nothing of Yagura: the standard library and OpenSSL's SHA-256.
//
// Purpose: an auditor builds these two files alone and needs to trust neither the server nor its database.
//          The format stands in src/journal/README.md.
// Finds:   any changed, added, removed or moved line and a missing end. An end that was cut off together with
//          a root line made anew is found by the root that the month's report printed; entries removed from
//          the beginning by the root before them (of the last month's report), or by `first`.
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace yagura_verify {

// One line between header and root: HASH PREVIOUS_HASH TEXT. Views into the line.
struct Line {
  std::string_view hash, previous, text;
  std::uint64_t seq = 0;   // as TEXT says
  std::string_view chain;  // as TEXT says, in its JSON form without quotation marks
};
// nullopt for anything that is not exactly such a line.
std::optional<Line> parse_line(std::string_view line);

struct Outcome {
  std::uint64_t entries = 0;
  std::uint64_t first = 0, last = 0;  // numbers of the first and last entry
  std::string root;                   // of the last line that held, "" when none
  std::uint64_t fault_line = 0;       // 0: everything holds
  std::string fault;                  // what is wrong there
};
// What the reports printed; "" when it is not known.
struct Expected {
  std::string root;      // of the last entry
  std::string previous;  // of the entry before the first
};
// each: sees every entry that held.
Outcome check(std::istream& in, const Expected& expected, const std::function<void(const Line&)>& each = {});

}  // namespace yagura_verify
