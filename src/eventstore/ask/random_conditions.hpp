// Trees of conditions, events and awkward texts by chance, for tests.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "eventstore/ask/example_kinds.hpp"
#include "eventstore/query.hpp"

namespace yagura::eventstore {

class RandomConditions {
 public:
  explicit RandomConditions(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

  // One to three pieces that a reader could take for something else.
  std::string text() {
    static const std::vector<std::string> pieces = {
        "a",  "b",  "ab", "人事", "見積", "カ", "か", " ",  "　", "\"",  "“",   "”",
        "「", "」", "(",  ")",    "（",   "）", "|",  "｜", ":",  "：",  "-",   "－",
        "=",  "~",  "～", "<",    ">",    "..", ",",  "、", "OR", "NOT", "1",   "5M",
        "#",  "\\", "//", ".",    "'",    "\n", "\t", "㈱", "ﾊﾞ", "髙",  "AND", "または"};
    std::string out;
    for (auto n = 1 + below(3); n > 0; --n) out += pieces[below(pieces.size())];
    return out;
  }
  std::string pattern() {
    static const std::vector<std::string> wild = {"*", "?", "**", "＊", "？"};
    std::string out;
    for (auto n = 1 + below(4); n > 0; --n) out += below(2) == 0 ? text() : wild[below(wild.size())];
    return out;
  }
  std::int64_t number() {
    static const std::vector<std::int64_t> numbers = {INT64_MIN, INT64_MIN + 1, -5,       -1, 0, 1, 7,
                                                      1'024,     INT64_MAX - 1, INT64_MAX};
    return numbers[below(numbers.size())];
  }

  Condition tree(int depth) {
    using enum Condition::Type;
    Condition out;
    const auto choice = below(depth > 0 ? 10 : 5);
    if (choice < 5) return leaf();
    out.type = choice < 7 ? all : choice < 9 ? any : no;
    const auto parts = out.type == no ? 1 : below(4);
    for (std::size_t i = 0; i < parts; ++i) out.parts.push_back(tree(depth - 1));
    return out;
  }

  Condition leaf() {
    using enum Condition::Type;
    static const std::vector<std::string> fields = {"",     "pc",    "user", "section", "title",
                                                    "path", "bytes", "port", "device",  "message"};
    Condition out;
    out.field = fields[below(fields.size())];
    if (out.field == "bytes" || (out.field == "port" && below(2) == 0)) {
      out.type = range;
      out.low = number();
      out.high = number();
      if (out.low > out.high) std::swap(out.low, out.high);
      return out;
    }
    const auto choice = below(3);
    out.type = choice == 0 ? equals : choice == 1 ? contains : like;
    // Where any field is asked, an empty text would mean another thing than no text.
    out.value = out.type == like ? pattern() : text();
    return out;
  }

  // Cells of a kind, the texts held by `texts`.
  std::vector<Event::Cell> event(const Kind& kind, std::vector<std::string>& texts) {
    texts.assign(kind.fields.size(), "");
    std::vector<Event::Cell> out;
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
      if (kind.fields[i].type == FieldType::number) {
        out.emplace_back(number());
      } else {
        if (below(4) != 0) texts[i] = text();
        out.emplace_back(std::string_view(texts[i]));
      }
    }
    return out;
  }

 private:
  std::mt19937 random_;
};

}  // namespace yagura::eventstore
