// The words a query may use before a colon: fields and kinds by name, Japanese and English label or alias.
//
// Purpose: built once from the kinds of a store, then only read; parsing a query folds no label again.
// Meaning: the name of a field wins over labels and aliases of others. A label or alias that means different
//          fields in different kinds means all of them that the kinds asked for have. Case, width and kana do
//          not matter; blanks of an English label may be written as hyphens (window-title:).
// Threads: a value; never changed once built.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/civil.hpp"
#include "eventstore/kind.hpp"

namespace yagura::eventstore {

// Words before a colon that are no fields. any is written * and stands for every field that is not a number.
enum class Special : std::uint8_t { none, kind, from, to, time, any };

class Vocabulary {
 public:
  struct Term {  // a field, under one name in all the kinds that have it
    std::string name, ja, en;
    std::uint8_t types = 0;          // one bit for each FieldType it has in some kind
    std::vector<std::string> words;  // all that people may write for it, the name first
    [[nodiscard]] bool is(FieldType type) const { return (types >> static_cast<unsigned>(type) & 1U) != 0; }
    [[nodiscard]] bool number() const { return is(FieldType::number); }
    [[nodiscard]] bool only_number() const { return types == 1U << static_cast<unsigned>(FieldType::number); }
  };
  struct Meaning {
    Special special = Special::none;
    std::vector<std::uint16_t> terms;  // places in terms()
  };

  explicit Vocabulary(const Kinds& kinds);

  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  [[nodiscard]] const Kinds& kinds() const { return kinds_; }
  // What a word before a colon means; null when nothing.
  [[nodiscard]] const Meaning* find(std::string_view word) const;
  // The fields of a meaning that one of these kinds has.
  [[nodiscard]] Meaning of_kinds(const Meaning& meaning, const std::vector<std::string>& kinds) const;
  [[nodiscard]] const Term* term(std::string_view name) const;
  // The name of a kind, by name or label.
  [[nodiscard]] std::optional<std::string_view> find_kind(std::string_view word) const;

  // For messages: up to three fields (kinds) nearest to what was written, "user（利用者）, usb（USB機器）";
  // the first twelve when none is near.
  [[nodiscard]] std::string nearest_fields(std::string_view word) const;
  [[nodiscard]] std::string nearest_kinds(std::string_view word) const;

 private:
  Kinds kinds_;
  std::vector<Term> terms_;
  std::map<std::string, Meaning, std::less<>> meanings_;  // by folded word
  std::map<std::string, std::string, std::less<>> kind_words_;
};

// What is written before the colon for each Special, the first in canonical text.
std::vector<std::string_view> words_of(Special special);

}  // namespace yagura::eventstore
