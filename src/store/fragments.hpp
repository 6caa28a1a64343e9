// Finds records by any fragment of their text, on both back ends, without a scan.
//
// Purpose: an index of two-character pieces in an ordinary table, so that Japanese without spaces is found by
//          any part of it. Records are numbered densely (1, 2, 3 …) within a space, such as a contract; each
//          row of the table says which of 64 neighbours have a piece. The answer is a superset: pieces may
//          stand apart, and pieces of a text that was since replaced are never taken out. The caller looks at
//          the text itself (Words::in).
// Text:    folded (base/text.hpp) on both sides.
// Table:   FRAGMENT_TABLE(name) inside a migration.
// Threads: within the caller's transaction. add() takes the lock "fragments/TABLE/CONTRACT".
// Errors:  those of store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

#define YAGURA_FRAGMENT_TABLE(name)                                                               \
  "CREATE TABLE " name                                                                            \
  " (contract TEXT NOT NULL, piece BIGINT NOT NULL, block BIGINT NOT NULL, bits BIGINT NOT NULL," \
  " PRIMARY KEY (contract, piece, block)) @by_key"

namespace yagura::store {

// The words of a search, folded; each must stand in the text somewhere.
class Words {
 public:
  explicit Words(std::string_view folded_query);
  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] bool in(std::string_view folded_text) const;
  [[nodiscard]] const std::vector<std::string>& list() const { return words_; }

 private:
  std::vector<std::string> words_;
};

class Fragments {
 public:
  explicit Fragments(std::string table) : table_(std::move(table)) {}

  Result<void> add(Session& s, std::string_view contract, std::int64_t number,
                   std::string_view folded_text) const;
  // Numbers that may match, the highest first. One statement.
  Result<std::vector<std::int64_t>> find(Session& s, std::string_view contract, const Words& words) const;

 private:
  std::string table_;
};

}  // namespace yagura::store
