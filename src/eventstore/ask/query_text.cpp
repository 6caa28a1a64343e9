#include "eventstore/ask/query_text.hpp"

#include <algorithm>
#include <string>

namespace yagura::eventstore {

namespace {

bool ends_word(char32_t c) { return c == ' ' || c == '|' || c == '"' || c == ')'; }

// A colon in these is no field's: an address of a page, a drive, a time, an address of a network card or
// IPv6.
bool is_literal_colon(std::string_view before, std::string_view behind) {
  if (before.empty()) return true;
  if (behind.starts_with("//"))
    for (const std::string_view scheme : {"http", "https", "ftp", "ftps", "file", "smb"})
      if (lower(before) == scheme) return true;
  return std::ranges::all_of(before, is_digit);
}

bool is_literal_colon_of_no_field(std::string_view before, std::string_view behind) {
  const auto is_hex = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
  };
  if (before.size() == 1) return true;
  return std::ranges::all_of(before, is_hex) && behind.find(':') != std::string_view::npos &&
         std::ranges::all_of(behind, is_hex);
}

}  // namespace

Keyword keyword(std::string_view word) {
  if (word.size() > 12) return Keyword::none;
  std::string narrowed;
  if (word.starts_with('\xef')) word = narrowed = narrow(word);
  if (word == "OR" || word == "または" || word == "又は") return Keyword::either;
  if (word == "AND" || word == "かつ") return Keyword::both;
  if (word == "NOT" || word == "ではない") return Keyword::negation;
  return Keyword::none;
}

void QueryText::skip_blanks() {
  while (plain() == ' ') step();
}

bool QueryText::at_end() {
  skip_blanks();
  return at_ >= text_.size() || plain() == ')' || plain() == '|';
}

std::string_view QueryText::peek_word() {
  skip_blanks();
  const auto begin = at_;
  while (at_ < text_.size() && at_ - begin <= 12 && !ends_word(plain()) && plain() != '(') step();
  const Place word{begin, at_};
  at_ = begin;
  return text(word);
}

bool QueryText::is_dash() const {
  const auto next = letter_at(text_, at_ + letter().bytes).plain;
  return next == 0 || next == ' ' || next == '|' || next == ')';
}

bool QueryText::is_quote() const { return plain() == '"' || letter().c == U'「'; }

std::optional<std::size_t> QueryText::find_colon(const Vocabulary& vocabulary) const {
  auto at = at_;
  while (at < text_.size()) {
    const auto here = letter_at(text_, at);
    if (ends_word(here.plain) || here.plain == '(') return std::nullopt;
    if (here.plain == ':') break;
    at += here.bytes;
  }
  if (at >= text_.size()) return std::nullopt;
  const auto before = text({at_, at});
  auto end = at;
  while (end < text_.size() && !ends_word(letter_at(text_, end).plain)) end += letter_at(text_, end).bytes;
  const auto behind = text({at + letter_at(text_, at).bytes, end});
  if (is_literal_colon(before, behind)) return std::nullopt;
  if (vocabulary.find(before) == nullptr && is_literal_colon_of_no_field(before, behind)) return std::nullopt;
  return at;
}

std::string_view QueryText::take_word() {
  const auto begin = at_;
  std::size_t open = 0;
  while (at_ < text_.size()) {
    const auto c = plain();
    if (c == ')' && open > 0) {
      --open;
    } else if (ends_word(c)) {
      break;
    } else if (c == '(') {
      // What opens within parentheses that close in this word closes in it, too: looked for once.
      if (open == 0 && (at_ == begin || keyword(text({begin, at_})) != Keyword::none || !closes_in_word()))
        break;
      ++open;
    }
    step();
  }
  return text({begin, at_});
}

bool QueryText::closes_in_word() const {
  std::size_t open = 0;
  for (auto at = at_; at < text_.size();) {
    const auto next = letter_at(text_, at);
    if (next.plain == '(') ++open;
    if (next.plain == ')' && --open == 0) return true;
    if (next.plain != ')' && ends_word(next.plain)) return false;
    at += next.bytes;
  }
  return false;
}

std::string_view QueryText::take_next_word() {
  const auto before = at_;
  skip_blanks();
  const auto begin = at_;
  if (begin == before) return {};
  while (at_ < text_.size() && at_ - begin < 40 && !ends_word(plain())) step();
  return text({begin, at_});
}

Result<Value> QueryText::phrase() {
  const auto open = here();
  const bool corner = letter().c == U'「';
  Value out;
  out.quoted = true;
  at_ = open.end;
  while (at_ < text_.size()) {
    const auto now = letter();
    const auto raw = text_.substr(at_, now.bytes);
    at_ += now.bytes;
    if (corner ? now.c == U'」' : now.plain == '"') {
      if (letter().c != now.c) {
        out.place = {open.begin, at_};
        return out;
      }
      at_ += now.bytes;
    }
    out.text += raw;
  }
  return refuse("eventstore.query_quote_open", text_, open);
}

Result<Value> QueryText::value(std::size_t begin) {
  auto sign = Value::Operator::usual;
  if (plain() == '=') sign = Value::Operator::exactly;
  if (plain() == '~' && !number_follows()) sign = Value::Operator::somewhere;
  if (sign != Value::Operator::usual) step();
  Value out;
  if (is_quote()) {
    YAGURA_TRY(out, phrase());
  } else {
    out.text = take_word();
  }
  out.sign = sign;
  out.place = {begin, at_};
  return out;
}

// ～100 is a range up to 100.
bool QueryText::number_follows() const {
  const auto next = letter_at(text_, at_ + letter().bytes).plain;
  return letter().c != '~' && next >= '0' && next <= '9';
}

}  // namespace yagura::eventstore
