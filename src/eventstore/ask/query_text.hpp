// The text of a query, and the place up to which it is read.
//
// Purpose: words, quoted phrases and values as people type them; language.cpp puts them together.
// Lifetime: the text outlives it.
#pragma once

#include <optional>
#include <string_view>

#include "eventstore/ask/conditions.hpp"
#include "eventstore/ask/letters.hpp"
#include "eventstore/ask/place.hpp"
#include "eventstore/ask/vocabulary.hpp"

namespace yagura::eventstore {

enum class Keyword : std::uint8_t { none, either, both, negation };

// OR, または, AND, かつ, NOT and the like; full-width ones, too.
Keyword keyword(std::string_view word);

class QueryText {
 public:
  explicit QueryText(std::string_view text) : text_(text) {}

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] std::string_view text(Place place) const {
    return text_.substr(place.begin, place.end - place.begin);
  }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] Letter letter() const { return letter_at(text_, at_); }
  [[nodiscard]] char32_t plain() const { return letter().plain; }
  [[nodiscard]] Place here() const { return {at_, at_ + letter().bytes}; }

  void go(std::size_t to) { at_ = to; }
  void step() { at_ += letter().bytes; }
  void skip_blanks();

  // True at the end of a group: the text's, a closing parenthesis, a pipe.
  bool at_end();
  // A bare word that may be an operator, not taken.
  std::string_view peek_word();
  // A hyphen that stands alone, as in a title.
  [[nodiscard]] bool is_dash() const;
  [[nodiscard]] bool is_quote() const;
  // The colon of the word that begins here, when a field's name may stand before it.
  [[nodiscard]] std::optional<std::size_t> find_colon(const Vocabulary& vocabulary) const;

  // A word up to its end. Parentheses that open and close inside it belong to it: 見積（案）.xlsx.
  std::string_view take_word();
  // The word behind a blank, of at most 40 bytes or so.
  std::string_view take_next_word();
  // From one quote to the next of its family; a quote written twice is the quote itself.
  Result<Value> phrase();
  // What stands behind a colon; begin is where the field's name does.
  Result<Value> value(std::size_t begin);

 private:
  [[nodiscard]] bool closes_in_word() const;
  [[nodiscard]] bool number_follows() const;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace yagura::eventstore
