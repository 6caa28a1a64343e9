#include "eventstore/ask/language.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/text.hpp"
#include "eventstore/ask/canonical.hpp"
#include "eventstore/ask/conditions.hpp"
#include "eventstore/ask/letters.hpp"
#include "eventstore/ask/moments.hpp"
#include "eventstore/ask/place.hpp"
#include "eventstore/ask/stages.hpp"

namespace yagura::eventstore {

namespace {

enum class Keyword : std::uint8_t { none, either, both, negation };

Keyword keyword(std::string_view word) {
  if (word.size() > 12) return Keyword::none;
  std::string narrowed;
  if (word.starts_with('\xef')) word = narrowed = narrow(word);
  if (word == "OR" || word == "または" || word == "又は") return Keyword::either;
  if (word == "AND" || word == "かつ") return Keyword::both;
  if (word == "NOT" || word == "ではない") return Keyword::negation;
  return Keyword::none;
}

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

class Reader {
 public:
  // kinds: those the text names, when they are known already from reading it once.
  Reader(std::string_view text, const Vocabulary& vocabulary, Time now, std::vector<std::string> kinds = {})
      : text_(text), vocabulary_(vocabulary), now_(now), kinds_(std::move(kinds)) {}

  // Whether a word means different fields of which the kinds named may have only some.
  [[nodiscard]] bool is_ambiguous() const {
    return std::ranges::any_of(used_, [](const auto& used) { return used.meaning->terms.size() > 1; });
  }

  Result<Asked> read() {
    YAGURA_TRY(asked_.query.where, either(nullptr));
    if (plain() == ')') return refuse("eventstore.query_parenthesis_extra", text_, here());
    YAGURA_CHECK(check_places());
    while (plain() == '|') {
      at_ += letter().bytes;
      const auto begin = at_;
      while (at_ < text_.size() && plain() != '|') at_ += letter().bytes;
      YAGURA_CHECK(read_stage(text_, {begin, at_}, vocabulary_, now_, asked_));
    }
    return std::move(asked_);
  }

 private:
  // What was written before a colon whose values stand in parentheses: user:(a OR b).
  struct Field {
    const Vocabulary::Meaning* meaning;
    std::string_view word;
  };
  struct FieldUsed {
    const Vocabulary::Meaning* meaning;
    Place place;
  };

  [[nodiscard]] Letter letter() const { return letter_at(text_, at_); }
  [[nodiscard]] char32_t plain() const { return letter().plain; }
  [[nodiscard]] Place here() const { return {at_, at_ + letter().bytes}; }
  [[nodiscard]] std::string_view from(std::size_t begin) const { return text_.substr(begin, at_ - begin); }

  void skip_blanks() {
    while (plain() == ' ') at_ += letter().bytes;
  }

  // True at the end of a group: the text's, a closing parenthesis, a pipe.
  bool at_end() {
    skip_blanks();
    return at_ >= text_.size() || plain() == ')' || plain() == '|';
  }

  // A bare word that may be an operator, not taken.
  std::string_view peek_word() {
    skip_blanks();
    const auto begin = at_;
    while (at_ < text_.size() && at_ - begin <= 12 && !ends_word(plain()) && plain() != '(')
      at_ += letter().bytes;
    const auto word = from(begin);
    at_ = begin;
    return word;
  }

  static bool ends_word(char32_t c) { return c == ' ' || c == '|' || c == '"' || c == ')'; }

  Result<Condition> either(const Field* field) {
    std::vector<Condition> parts;
    while (true) {
      skip_blanks();
      const auto begin = at_;
      YAGURA_TRY(auto part, both(field, parts.empty()));
      parts.push_back(std::move(part));
      skip_blanks();
      const auto word = peek_word();
      if (keyword(word) != Keyword::either) break;
      const Place sign{at_, at_ + word.size()};
      if (at_ == begin) return dangling(sign);
      at_ += word.size();
      if (at_end() || keyword(peek_word()) == Keyword::either) return dangling(sign);
      if (level_ == 0) alternatives_ = true;
    }
    return any_of(std::move(parts));
  }

  std::unexpected<Error> dangling(Place place) const {
    return refuse("eventstore.query_operator_dangling", text_, place,
                  {{"word", std::string(text_.substr(place.begin, place.end - place.begin))}});
  }

  // An empty all is right for the whole text only: there it means everything.
  Result<Condition> both(const Field* field, bool may_be_empty) {
    std::vector<Condition> parts;
    bool any = false;
    Place sign{};
    while (!at_end()) {
      const auto word = peek_word();
      const auto meaning = keyword(word);
      if (meaning == Keyword::either) break;
      if (meaning == Keyword::both) {
        sign = {at_, at_ + word.size()};
        if (!any) return dangling(sign);
        at_ += word.size();
        if (at_end() || keyword(peek_word()) == Keyword::either) return dangling(sign);
        continue;
      }
      any = true;
      YAGURA_TRY(auto part, unary(field));
      if (part) parts.push_back(*std::move(part));
    }
    if (!any && (level_ > 0 || !may_be_empty)) return dangling(here());
    return all_of(std::move(parts));
  }

  // Nothing for from:, kind: and the like: they are no conditions.
  using Part = std::optional<Condition>;

  Result<Part> unary(const Field* field) {
    const auto word = peek_word();
    Place sign{at_, at_};
    if (keyword(word) == Keyword::negation)
      sign.end = at_ + word.size();
    else if (plain() == '-' && !is_dash())
      sign.end = at_ + letter().bytes;
    else
      return primary(field);
    at_ = sign.end;
    if (at_end()) return dangling(sign);
    if (const auto next = keyword(peek_word()); next == Keyword::either || next == Keyword::both)
      return dangling(sign);
    YAGURA_CHECK(deeper(sign));
    YAGURA_TRY(auto part, unary(field));
    --level_;
    if (!part) return dangling(sign);
    return not_of(*std::move(part));
  }

  // A hyphen that stands alone, as in a title.
  [[nodiscard]] bool is_dash() const {
    const auto next = letter_at(text_, at_ + letter().bytes).plain;
    return next == 0 || next == ' ' || next == '|' || next == ')';
  }

  Result<void> deeper(Place place) {
    if (++level_ > most_query_levels)
      return refuse("eventstore.query_too_deep", text_, place, {{"most", std::to_string(most_query_levels)}});
    return {};
  }

  Result<Part> primary(const Field* field) {
    if (plain() == '(') return in_parentheses(field);
    if (plain() == '"' || letter().c == U'「') {
      YAGURA_TRY(const auto value, phrase());
      return leaf(field, value);
    }
    const auto begin = at_;
    const auto colon = field != nullptr ? std::nullopt : find_colon();
    if (!colon) return bare(field, begin);
    const auto word = text_.substr(begin, *colon - begin);
    at_ = *colon + letter_at(text_, *colon).bytes;
    const Place place{begin, *colon};
    const auto* meaning = vocabulary_.find(word);
    if (meaning == nullptr)
      return refuse("eventstore.query_field_unknown", text_, place,
                    {{"field", shortened(word)}, {"nearest", vocabulary_.nearest_fields(word)}});
    if (meaning->special != Special::none && meaning->special != Special::any)
      return special(meaning->special, place, word);
    meaning = narrowed(meaning);
    used_.push_back({meaning, place});
    const Field named{meaning, word};
    if (plain() == '(') return in_parentheses(&named);
    YAGURA_TRY(const auto value, read_value(begin));
    return leaf(&named, value);
  }

  const Vocabulary::Meaning* narrowed(const Vocabulary::Meaning* meaning) {
    if (kinds_.empty() || meaning->terms.size() < 2) return meaning;
    narrowed_.push_back(vocabulary_.of_kinds(*meaning, kinds_));
    return narrowed_.back().terms.empty() ? meaning : &narrowed_.back();
  }

  Result<Part> in_parentheses(const Field* field) {
    const auto open = here();
    YAGURA_CHECK(deeper(open));
    at_ = open.end;
    YAGURA_TRY(auto inner, either(field));
    if (plain() != ')') return refuse("eventstore.query_parenthesis_open", text_, open);
    at_ += letter().bytes;
    --level_;
    return inner;
  }

  Result<Part> bare(const Field* field, std::size_t begin) {
    if (field != nullptr) {
      YAGURA_TRY(const auto value, read_value(begin));
      return leaf(field, value);
    }
    take_word();
    // A sign that begins no word, for example a closing bracket of quotes.
    if (at_ == begin) at_ += letter().bytes;
    Value value;
    value.text = from(begin);
    value.place = {begin, at_};
    return leaf(nullptr, value);
  }

  Result<Part> leaf(const Field* field, const Value& value) {
    Condition out;
    if (field == nullptr) {
      if (!is_searchable(value.text))
        return refuse("eventstore.query_value_missing", text_, value.place,
                      {{"field", shortened(value.text)}});
      out = fragment(value);
    } else {
      YAGURA_TRY(out, field_condition(text_, vocabulary_, *field->meaning, field->word, value));
    }
    conditions_ += std::max<std::size_t>(1, out.parts.size());
    if (conditions_ > most_query_conditions)
      return refuse("eventstore.query_too_many", text_, value.place,
                    {{"most", std::to_string(most_query_conditions)}});
    return out;
  }

  // The colon of the word that begins here, when a field's name may stand before it.
  [[nodiscard]] std::optional<std::size_t> find_colon() const {
    const auto begin = at_;
    auto at = begin;
    while (at < text_.size()) {
      const auto here = letter_at(text_, at);
      if (ends_word(here.plain) || here.plain == '(') return std::nullopt;
      if (here.plain == ':') break;
      at += here.bytes;
    }
    if (at >= text_.size()) return std::nullopt;
    const auto before = text_.substr(begin, at - begin);
    auto end = at;
    while (end < text_.size() && !ends_word(letter_at(text_, end).plain)) end += letter_at(text_, end).bytes;
    const auto next = at + letter_at(text_, at).bytes;
    const auto behind = text_.substr(next, end - next);
    if (is_literal_colon(before, behind)) return std::nullopt;
    if (vocabulary_.find(before) == nullptr && is_literal_colon_of_no_field(before, behind))
      return std::nullopt;
    return at;
  }

  // A word up to its end. Parentheses that open and close inside it belong to it: 見積（案）.xlsx.
  void take_word() {
    const auto begin = at_;
    std::size_t open = 0;
    while (at_ < text_.size()) {
      const auto c = plain();
      if (c == ')' && open > 0) {
        --open;
      } else if (ends_word(c)) {
        return;
      } else if (c == '(') {
        // What opens within parentheses that close in this word closes in it, too: looked for once.
        if (open == 0 && (at_ == begin || keyword(from(begin)) != Keyword::none || !closes_in_word())) return;
        ++open;
      }
      at_ += letter().bytes;
    }
  }

  [[nodiscard]] bool closes_in_word() const {
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

  // From one quote to the next of its family; a quote written twice is the quote itself.
  Result<Value> phrase() {
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

  // What stands behind a colon; begin is where the field's name does.
  Result<Value> read_value(std::size_t begin) {
    auto sign = Value::Operator::usual;
    if (plain() == '=') sign = Value::Operator::exactly;
    if (plain() == '~' && !number_follows()) sign = Value::Operator::somewhere;
    if (sign != Value::Operator::usual) at_ += letter().bytes;
    Value out;
    if (plain() == '"' || letter().c == U'「') {
      YAGURA_TRY(out, phrase());
    } else {
      const auto first = at_;
      take_word();
      out.text = from(first);
    }
    out.sign = sign;
    out.place = {begin, at_};
    return out;
  }

  // ～100 is a range up to 100.
  [[nodiscard]] bool number_follows() const {
    const auto next = letter_at(text_, at_ + letter().bytes).plain;
    return letter().c != '~' && next >= '0' && next <= '9';
  }

  Result<Part> special(Special which, Place word_place, std::string_view word) {
    YAGURA_TRY(auto value, read_value(word_place.begin));
    if (value.text.empty())
      return refuse("eventstore.query_value_missing", text_, value.place, {{"field", shortened(word)}});
    if (level_ > 0 || value.sign != Value::Operator::usual)
      return refuse("eventstore.query_place", text_, value.place, {{"word", shortened(word)}});
    specials_.push_back(value.place);
    if (which == Special::kind) {
      YAGURA_CHECK(add_kinds(value));
      return Part{};
    }
    if (!value.quoted) join_time_of_day(value);
    YAGURA_CHECK(add_time(which, value));
    return Part{};
  }

  // from:11/1 10:30, as people write it.
  void join_time_of_day(Value& value) {
    const auto end = at_;
    skip_blanks();
    const auto begin = at_;
    while (at_ < text_.size() && at_ - begin < 40 && !ends_word(plain())) at_ += letter().bytes;
    const auto word = from(begin);
    const auto joined = value.text + ' ' + std::string(word);
    if (begin > end && is_time_of_day(narrow(word)) && read_moment(narrow(joined), now_)) {
      value.text = joined;
      value.place.end = at_;
    } else {
      at_ = end;
    }
  }

  Result<void> add_kinds(const Value& value) {
    std::vector<std::string_view> names;
    std::size_t begin = 0;
    for (std::size_t at = 0; at <= value.text.size();) {
      const auto next = letter_at(value.text, at);
      const bool end = at == value.text.size();
      if (end || (!value.quoted && (next.plain == ',' || next.c == U'、'))) {
        names.push_back(std::string_view(value.text).substr(begin, at - begin));
        begin = at + next.bytes;
      }
      at += end ? 1 : next.bytes;
    }
    auto& kinds = asked_.query.kinds;
    for (const auto name : names) {
      const auto found = vocabulary_.find_kind(name);
      if (!found)
        return refuse("eventstore.query_kind_unknown", text_, value.place,
                      {{"kind", shortened(name)}, {"nearest", vocabulary_.nearest_kinds(name)}});
      if (std::ranges::find(kinds, *found) == kinds.end()) kinds.emplace_back(*found);
    }
    std::ranges::sort(kinds);
    return {};
  }

  Result<void> add_time(Special which, const Value& value) {
    const auto text = narrow(value.text);
    const auto bad = [&] {
      return refuse("eventstore.query_time_invalid", text_, value.place, {{"value", shortened(value.text)}});
    };
    const auto dots = text.find("..");
    if (dots != std::string::npos) {
      if (which != Special::time) return bad();
      if (dots > 0) {
        const auto first = read_moment(std::string_view(text).substr(0, dots), now_);
        if (!first) return bad();
        begins(first->begin);
      }
      if (dots + 2 < text.size()) {
        if (!ends_with_moment(std::string_view(text).substr(dots + 2))) return bad();
      }
      return check_time(value.place);
    }
    if (which == Special::to) {
      if (!ends_with_moment(text)) return bad();
      return check_time(value.place);
    }
    const auto moment = read_moment(text, now_);
    if (!moment) return bad();
    begins(moment->begin);
    if (which == Special::time && !moment->open) ends(moment->end);
    return check_time(value.place);
  }

  bool ends_with_moment(std::string_view text) {
    const auto& from_time = asked_.query.from;
    const auto moment =
        read_moment(text, now_, from_time == Time::min() ? std::nullopt : std::optional(from_time));
    if (!moment) return false;
    ends(moment->whole ? moment->end : moment->begin);
    return true;
  }

  void begins(Time at) { asked_.query.from = std::max(asked_.query.from, at); }
  void ends(Time at) { asked_.query.to = std::min(asked_.query.to, at); }

  Result<void> check_time(Place place) const {
    if (asked_.query.from < asked_.query.to) return {};
    return refuse("eventstore.query_time_empty", text_, place);
  }

  // What can be said only when the whole is read.
  Result<void> check_places() const {
    if (alternatives_ && !specials_.empty())
      return refuse("eventstore.query_place", text_, specials_.front(),
                    {{"word", shortened(text_.substr(specials_.front().begin,
                                                     specials_.front().end - specials_.front().begin))}});
    if (asked_.query.kinds.empty()) return {};
    for (const auto& used : used_) {
      if (used.meaning->special == Special::any) continue;
      if (vocabulary_.of_kinds(*used.meaning, asked_.query.kinds).terms.empty())
        return refuse(
            "eventstore.query_field_not_of_kind", text_, used.place,
            {{"field", shortened(text_.substr(used.place.begin, used.place.end - used.place.begin))},
             {"kind", asked_.query.kinds.front()}});
    }
    return {};
  }

  std::string_view text_;
  const Vocabulary& vocabulary_;
  Time now_;
  std::size_t at_ = 0, level_ = 0, conditions_ = 0;
  bool alternatives_ = false;  // OR stands outside of parentheses
  std::vector<Place> specials_;
  std::vector<FieldUsed> used_;
  std::vector<std::string> kinds_;
  std::deque<Vocabulary::Meaning> narrowed_;
  Asked asked_;
};

}  // namespace

Result<Asked> read_query(std::string_view text, const Vocabulary& vocabulary, Time now) {
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
    return refuse("eventstore.query_not_text", "", {});
  if (text.size() > most_query_characters && characters(text) > most_query_characters)
    return refuse("eventstore.query_too_long", "", {}, {{"most", std::to_string(most_query_characters)}});
  Reader first(text, vocabulary, now);
  auto asked = first.read();
  if (!asked || asked->query.kinds.empty() || !first.is_ambiguous()) return asked;
  return Reader(text, vocabulary, now, asked->query.kinds).read();
}

}  // namespace yagura::eventstore
