// What is asked of the event store, as plain data: conditions, limits, and what comes back.
//
// Purpose: one form for every back end. The language people write is in ask/language.hpp and ends here.
// Meaning: texts are compared folded (fold_for_search): case, width, kana and variant kanji do not matter. A
//          condition on a field that a kind does not have is false for it.
// Units:   times are UTC; from is included, to is not.
// Threads: values. `cancelled` may be set from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "eventstore/kind.hpp"

namespace yagura::eventstore {

struct Condition {
  enum class Type : std::uint8_t {
    all,       // every part holds; without parts: always true
    any,       // one of the parts holds
    no,        // the one part does not hold
    equals,    // a field is the value as a whole
    like,      // a field as a whole has the form of value: * stands for anything, ? for one character
    contains,  // value is somewhere in a field
    range      // a number lies between low and high, both included
  };
  Type type = Type::all;
  std::vector<Condition> parts;
  std::string field;  // empty: any field that is not a number
  std::string value;
  std::int64_t low = 0, high = 0;
  bool operator==(const Condition&) const = default;
};

struct Query {
  std::string contract;
  std::vector<std::string> kinds;  // empty: every kind
  Time from = Time::min(), to = Time::max();
  Condition where;
};

// How much may be looked at. What is left out then is said in Outcome.
struct Limits {
  Duration time = std::chrono::seconds(10);
  std::int64_t rows_read = 2'000'000'000;
  const std::atomic<bool>* cancelled = nullptr;
};

// The place after the last event of a page: events of its very time that were given already are skipped.
struct Cursor {
  Time at;
  std::uint32_t skip = 0;
  bool operator==(const Cursor&) const = default;
};

struct Page {
  bool newest_first = true;
  std::size_t limit = 100;
  std::optional<Cursor> after;
  bool days = false;  // Event::day is wanted
};

// One event, as the sink of a search sees it: valid until the sink returns.
struct Event {
  const Kind* kind = nullptr;
  Time at;
  using Cell = std::variant<std::string_view, std::int64_t>;  // number fields are integers
  std::vector<Cell> cells;                                    // one for each field of the kind
  std::int64_t day = 0;  // of receipt, days since 1970 in Japan; where Page::days asked for it
};

struct Outcome {
  enum class Why : std::uint8_t { whole, out_of_time, too_many_rows, cancelled, damaged };
  Why why = Why::whole;             // anything but whole: the result is partial
  std::int64_t rows_read = 0;       // rows whose columns were looked at
  std::vector<std::string> damage;  // what could not be read, in words for the log
  std::optional<Cursor> next;       // of a search: where the next page begins
  [[nodiscard]] bool partial() const { return why != Why::whole; }
};

// How many, by the values of up to three fields and by a length of time.
struct Counting {
  std::vector<std::string> by;
  Duration bucket{0};        // 0: not by time; otherwise whole hours are counted fastest
  Duration offset{0};        // where buckets begin, from 1970 UTC: -9 h for days of Japan
  std::size_t top = 10'000;  // so many groups, the largest
};

struct Group {
  std::vector<std::string> values;  // as `by`
  Time bucket;                      // its beginning, when counted by time
  std::int64_t count = 0;
};

struct Counts {
  std::vector<Group> groups;  // largest first; by time: oldest first
  std::int64_t total = 0;     // of all groups, also those beyond top
  bool more_groups = false;
  Time complete_from = Time::min();  // no event from here on is left out; max: any may be
  Outcome outcome;
};

}  // namespace yagura::eventstore
