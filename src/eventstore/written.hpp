// Finding folded fragments in texts as they were written.
//
// Purpose: nearly all characters fold to themselves, but for capitals, which become small, and hiragana, which
//          become katakana. So a fragment is looked for in these ways of writing it, many places together, and
//          only texts in which something else may fold to a part of it (full and half widths, ㈱, 髙, what joins
//          with its neighbour) are folded: folding a page costs as much as unpacking it.
// Meaning: that of looking through the folded text, exactly. A test goes over all characters.
// Threads: pure functions; the tables are made once, at the first use, or by prepare_written().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yagura::eventstore {

// What a text has that is written in another way than those: a bit for each character it can fold to, several of
// which share one; all bits where neighbours matter or nothing is known (combining marks, broken UTF-8, NUL).
using Odd = std::uint64_t;
Odd odd_in(std::string_view text);
// Of many texts those that have anything odd: their places, ascending, and what.
struct OddTexts {
  struct Text {
    std::uint32_t place = 0;
    Odd odd = 0;
  };
  std::vector<Text> texts;
  [[nodiscard]] std::size_t bytes() const { return texts.capacity() * sizeof(Text); }
};
OddTexts odd_among(std::span<const std::string_view> texts);
// Makes the tables of this and of folding now (some 20 ms), so that the first question does not wait for them.
void prepare_written();

// Where a few bytes stand in many, each character in one of two ways.
class Pattern {
 public:
  // Not empty; the other way of each character is its capital, its hiragana, or none.
  explicit Pattern(std::string_view characters);
  // Where it begins in the text, from there on; npos: nowhere.
  [[nodiscard]] std::size_t find(std::string_view text, std::size_t from = 0) const;
  [[nodiscard]] std::size_t size() const { return one_.size(); }

 private:
  [[nodiscard]] bool stands_at(const char* at) const;
  std::string one_, other_;             // of the same length, character by character
  std::size_t first_ = 0, second_ = 0;  // the bytes that are compared before all others
};

// A folded fragment, not empty.
class Sought {
 public:
  explicit Sought(std::string_view folded);
  // A text that has some of these must be folded to know. Any other holds the fragment where find() finds it.
  [[nodiscard]] Odd odd() const { return odd_; }
  [[nodiscard]] std::size_t find(std::string_view text, std::size_t from = 0) const {
    return whole_.find(text, from);
  }
  [[nodiscard]] std::size_t size() const { return whole_.size(); }
  // Of a text that is odd in this way: what it must have as it is where it holds the fragment, the longest part of which
  // nothing is odd in it. None: only folding tells.
  [[nodiscard]] std::optional<Pattern> plain_part(Odd odd) const;
  // False where one of its ideographs stands in none of the few ways in which it can be written: no part of this,
  // odd or not, holds the fragment.
  [[nodiscard]] bool may_stand_in(std::string_view texts) const;
  // The ways of writing one of its ideographs, one of which every text has that holds it; none: not to be said.
  [[nodiscard]] std::span<const Pattern> needed() const {
    return ideographs_.empty() ? std::span<const Pattern>() : ideographs_.front();
  }

 private:
  std::string folded_;
  Pattern whole_;
  Odd odd_ = 0;
  std::vector<std::vector<Pattern>> ideographs_;
};

// Which texts must be folded to know whether they hold a fragment, as they go by.
class OddAsked {
 public:
  explicit OddAsked(const Sought& sought) : sought_(sought) {}
  // False: a text that is odd in this way does not hold it.
  [[nodiscard]] bool may_stand_in(std::string_view text, Odd odd);

 private:
  const Sought& sought_;
  std::vector<std::pair<Odd, std::optional<Pattern>>> parts_;  // few are odd in many ways
};

}  // namespace yagura::eventstore
