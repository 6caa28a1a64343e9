#include "eventstore/ask/suggest.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

namespace {

constexpr std::size_t most_suggestions = 20;

struct Word {
  std::string_view ja, en;
};

constexpr std::array times = {
    Word{"今日", "today"},
    Word{"昨日", "yesterday"},
    Word{"一昨日", "day-before-yesterday"},
    Word{"今週", "this-week"},
    Word{"先週", "last-week"},
    Word{"今月", "this-month"},
    Word{"先月", "last-month"},
    Word{"今年度", "this-fiscal-year"},
    Word{"昨年度", "last-fiscal-year"},
    Word{"10分前", "10m"},
    Word{"1時間前", "1h"},
    Word{"3時間前", "3h"},
    Word{"7日前", "7d"},
};

struct StageWord {
  std::string_view text, ja, en;
};
constexpr std::array stage_words = {
    StageWord{"count by ", "項目ごとの件数", "how many by field"},
    StageWord{"histogram auto", "時間ごとの件数", "how many over time"},
    StageWord{"sort oldest", "古い順", "oldest first"},
    StageWord{"sort newest", "新しい順", "newest first"},
};

// The piece before the cursor, in bytes: the word that is being typed and what stands before it.
struct Typing {
  std::size_t begin = 0, cursor = 0;
  bool in_stage = false, in_quotes = false;
  std::size_t stage = 0;  // where the stage begins
};

Typing look(std::string_view text, std::size_t cursor) {
  Typing out;
  for (std::size_t at = 0, n = 0; at < text.size() && n < cursor; ++n) {
    const auto letter = letter_at(text, at);
    at += letter.bytes;
    out.cursor = at;
    const auto c = letter.plain;
    if (c == '"' || letter.c == U'「' || letter.c == U'」') {
      out.in_quotes = c == '"' ? !out.in_quotes : letter.c == U'「';
      continue;
    }
    if (out.in_quotes) continue;
    const bool comma = out.in_stage && (c == ',' || letter.c == U'、');
    const bool minus = c == '-' && at - letter.bytes == out.begin;
    if (c == ' ' || c == '(' || c == ')' || c == '|' || comma || minus) out.begin = at;
    if (c == '|') {
      out.in_stage = true;
      out.stage = at;
    }
  }
  return out;
}

class Collector {
 public:
  Collector(std::string_view text, std::size_t begin, std::size_t end)
      : wanted_(fold_for_search(text.substr(begin, end - begin))),
        from_(characters(text.substr(0, begin))),
        to_(characters(text.substr(0, end))) {}

  [[nodiscard]] bool nothing_typed() const { return wanted_.empty(); }

  // Offers text when one of words begins as what was typed; words that are it already offer nothing new.
  template <class Words>
  void offer(Suggestion::Kind kind, std::string text, calendar::Words label, const Words& words) {
    const bool fits = std::ranges::any_of(
        words, [&](std::string_view word) { return fold_for_search(word).starts_with(wanted_); });
    if (fits) out_.push_back({kind, std::move(text), std::move(label), from_, to_});
  }
  std::vector<Suggestion> take() {
    if (out_.size() > most_suggestions) out_.resize(most_suggestions);
    return std::move(out_);
  }

 private:
  std::string wanted_;
  std::size_t from_, to_;
  std::vector<Suggestion> out_;
};

void offer_fields(Collector& out, const Vocabulary& vocabulary, std::string_view behind) {
  for (const auto& term : vocabulary.terms())
    out.offer(Suggestion::Kind::field, term.name + std::string(behind), {term.ja, term.en}, term.words);
}

void offer_kinds(Collector& out, const Vocabulary& vocabulary) {
  for (const auto& [name, kind] : vocabulary.kinds())
    out.offer(Suggestion::Kind::kind, name, {kind.ja, kind.en},
              std::array<std::string_view, 3>{kind.kind, kind.ja, kind.en});
}

// Japanese words where Japanese is typed, or nothing yet.
void offer_times(Collector& out, bool english) {
  for (const auto& word : times)
    out.offer(Suggestion::Kind::time, std::string(english ? word.en : word.ja),
              {std::string(word.ja), std::string(word.en)}, std::array{word.ja, word.en});
}

void offer_specials(Collector& out) {
  constexpr std::array<std::pair<Special, Word>, 4> specials = {
      {{Special::from, {"いつから", "from when"}},
       {Special::to, {"いつまで", "until when"}},
       {Special::time, {"いつ", "when"}},
       {Special::kind, {"ログの種類", "kind of log"}}}};
  for (const auto& [special, label] : specials) {
    const auto words = words_of(special);
    out.offer(Suggestion::Kind::operation, std::string(words[0]) + ":",
              {std::string(label.ja), std::string(label.en)}, words);
  }
}

std::vector<Suggestion> in_stage(std::string_view text, const Typing& typing, const Vocabulary& vocabulary) {
  auto begin = typing.begin;
  const auto before = lower(narrow(text.substr(typing.stage, begin - typing.stage)));
  const auto command = trim(before);
  if (command.empty()) {
    Collector out(text, begin, typing.cursor);
    for (const auto& word : stage_words)
      out.offer(Suggestion::Kind::stage, std::string(word.text), {std::string(word.ja), std::string(word.en)},
                std::array{word.text, word.ja});
    return out.take();
  }
  Collector out(text, begin, typing.cursor);
  if (command.starts_with("count") || command.starts_with("集計") || command.starts_with("件数"))
    offer_fields(out, vocabulary, "");
  else if (command.starts_with("histogram") || command.starts_with("推移"))
    for (const std::string_view length : {"auto", "10m", "1h", "1d", "1w"})
      out.offer(Suggestion::Kind::stage, std::string(length), {}, std::array{length});
  else if (command.starts_with("sort") || command.starts_with("並"))
    for (const auto& [word, ja] : {std::pair{"oldest", "古い順"}, std::pair{"newest", "新しい順"}})
      out.offer(Suggestion::Kind::stage, word, {ja, word}, std::array<std::string_view, 2>{word, ja});
  return out.take();
}

}  // namespace

std::vector<Suggestion> suggest(std::string_view text, std::size_t cursor, const Vocabulary& vocabulary) {
  if (!is_utf8(text) || text.size() > 4 * std::size_t{4096}) return {};
  const auto typing = look(text, cursor);
  if (typing.in_stage && !typing.in_quotes) return in_stage(text, typing, vocabulary);
  std::optional<std::size_t> colon;
  for (auto at = typing.begin; at < typing.cursor && !colon; at += letter_at(text, at).bytes)
    if (letter_at(text, at).plain == ':') colon = at;
  if (!colon) {
    if (typing.in_quotes) return {};
    Collector out(text, typing.begin, typing.cursor);
    offer_fields(out, vocabulary, ":");
    offer_specials(out);
    if (out.nothing_typed()) return out.take();
    for (const std::string_view word : {"OR", "NOT", "または", "ではない"})
      out.offer(Suggestion::Kind::operation, std::string(word), {}, std::array{word});
    return out.take();
  }
  const auto* meaning = vocabulary.find(text.substr(typing.begin, *colon - typing.begin));
  if (meaning == nullptr) return {};
  auto begin = *colon + letter_at(text, *colon).bytes;
  if (meaning->special == Special::from || meaning->special == Special::to ||
      meaning->special == Special::time) {
    const auto first = letter_at(text, begin).c;
    Collector out(text, begin, typing.cursor);
    offer_times(out, begin < typing.cursor && first < 0x80 && !is_digit(static_cast<char>(first)));
    return out.take();
  }
  if (meaning->special == Special::kind) {
    for (auto at = begin; at < typing.cursor; at += letter_at(text, at).bytes)
      if (letter_at(text, at).plain == ',' || letter_at(text, at).c == U'、')
        begin = at + letter_at(text, at).bytes;
    Collector out(text, begin, typing.cursor);
    offer_kinds(out, vocabulary);
    return out.take();
  }
  std::vector<Suggestion> out;
  for (const auto place : meaning->terms) {
    const auto& term = vocabulary.terms()[place];
    out.push_back({Suggestion::Kind::value_wanted,
                   term.name,
                   {term.ja, term.en},
                   characters(text.substr(0, begin)),
                   characters(text.substr(0, typing.cursor))});
  }
  return out;
}

}  // namespace yagura::eventstore
