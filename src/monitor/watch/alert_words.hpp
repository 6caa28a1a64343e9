// The words alerts are found by: each different text of an alert's device, site, title and object once.
//
// Purpose: a search reads the few thousand different texts instead of a million alerts, then goes to the
//          alerts of those that hold what was asked for by index. The same SQL and the same folding
//          (base/text.hpp) on SQLite and PostgreSQL, so both find the same.
// Ids:     63 bits of the SHA-256 of contract, place and folded text: whoever saves a text gives it the same
//          id, without asking. Two texts with one id would hide one of them from the search, nothing else.
// Errors:  those of store.
#pragma once

#include <array>

#include "base/id.hpp"
#include "store/database.hpp"

namespace yagura::monitor::watch {

// Where a text stands in an alert; the numbers are on disk.
enum class WordPlace : int { device = 0, site = 1, title = 2, object = 3 };
inline constexpr std::size_t word_places = 4;

struct AlertTexts {
  std::string_view contract, device_name, site_name, title_ja, title_en, object;
};

struct AlertWords {
  std::array<std::string, word_places> texts;  // folded
  std::array<Id, word_places> ids{};           // in the order of WordPlace; 0: no text
};
AlertWords words_of(const AlertTexts& texts);

// Puts words on disk that are not there.
Result<void> save_words(store::Session& s, std::string_view contract, const AlertWords& words);

// Conditions and their parameters that alerts must fit besides the words; the alert's table is `a`.
struct Fitting {
  std::string sql;  // " AND a.state = $4 ..."; parameters from $4 on
  std::vector<store::Param> params;
  std::string_view severity;  // asked for; "" for any. Also in sql.
  bool ends = false;          // only alerts before some time; also in sql
};

// Ids of at most `limit` alerts below `before`, newest first, that hold `folded` in one of their texts.
Result<std::vector<Id>> find_by_words(store::Session& s, std::string_view contract, std::string_view folded,
                                      const Fitting& fitting, Id before, int limit);

}  // namespace yagura::monitor::watch
