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
#include "eventstore/ask/query_text.hpp"
#include "eventstore/ask/scope.hpp"
#include "eventstore/ask/stages.hpp"

namespace yagura::eventstore {

namespace {

class Reader {
 public:
  // kinds: those the text names, when they are known already from reading it once.
  Reader(std::string_view text, const Vocabulary& vocabulary, Time now, std::vector<std::string> kinds = {})
      : text_(text), in_(text), vocabulary_(vocabulary), now_(now), kinds_(std::move(kinds)) {}

  // Whether a word means different fields of which the kinds named may have only some.
  [[nodiscard]] bool is_ambiguous() const {
    return std::ranges::any_of(used_, [](const auto& used) { return used.meaning->terms.size() > 1; });
  }

  Result<Asked> read() {
    YAGURA_TRY(asked_.query.where, either(nullptr));
    if (in_.plain() == ')') return refuse("eventstore.query_parenthesis_extra", text_, in_.here());
    YAGURA_CHECK(check_places());
    while (in_.plain() == '|') {
      in_.step();
      const auto begin = in_.at();
      while (in_.at() < text_.size() && in_.plain() != '|') in_.step();
      YAGURA_CHECK(read_stage(text_, {begin, in_.at()}, vocabulary_, now_, asked_));
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

  Result<Condition> either(const Field* field) {
    std::vector<Condition> parts;
    while (true) {
      in_.skip_blanks();
      const auto begin = in_.at();
      YAGURA_TRY(auto part, both(field, parts.empty()));
      parts.push_back(std::move(part));
      in_.skip_blanks();
      const auto word = in_.peek_word();
      if (keyword(word) != Keyword::either) break;
      const Place sign{in_.at(), in_.at() + word.size()};
      if (in_.at() == begin) return dangling(sign);
      in_.go(in_.at() + word.size());
      if (in_.at_end() || keyword(in_.peek_word()) == Keyword::either) return dangling(sign);
      if (level_ == 0) alternatives_ = true;
    }
    return any_of(std::move(parts));
  }

  std::unexpected<Error> dangling(Place place) const {
    return refuse("eventstore.query_operator_dangling", text_, place,
                  {{"word", std::string(in_.text(place))}});
  }

  // An empty all is right for the whole text only: there it means everything.
  Result<Condition> both(const Field* field, bool may_be_empty) {
    std::vector<Condition> parts;
    bool any = false;
    Place sign{};
    while (!in_.at_end()) {
      const auto word = in_.peek_word();
      const auto meaning = keyword(word);
      if (meaning == Keyword::either) break;
      if (meaning == Keyword::both) {
        sign = {in_.at(), in_.at() + word.size()};
        if (!any) return dangling(sign);
        in_.go(in_.at() + word.size());
        if (in_.at_end() || keyword(in_.peek_word()) == Keyword::either) return dangling(sign);
        continue;
      }
      any = true;
      YAGURA_TRY(auto part, unary(field));
      if (part) parts.push_back(*std::move(part));
    }
    if (!any && (level_ > 0 || !may_be_empty)) return dangling(in_.here());
    return all_of(std::move(parts));
  }

  // Nothing for from:, kind: and the like: they are no conditions.
  using Part = std::optional<Condition>;

  Result<Part> unary(const Field* field) {
    const auto word = in_.peek_word();
    Place sign{in_.at(), in_.at()};
    if (keyword(word) == Keyword::negation)
      sign.end = in_.at() + word.size();
    else if (in_.plain() == '-' && !in_.is_dash())
      sign.end = in_.at() + in_.letter().bytes;
    else
      return primary(field);
    in_.go(sign.end);
    if (in_.at_end()) return dangling(sign);
    if (const auto next = keyword(in_.peek_word()); next == Keyword::either || next == Keyword::both)
      return dangling(sign);
    YAGURA_CHECK(deeper(sign));
    YAGURA_TRY(auto part, unary(field));
    --level_;
    if (!part) return dangling(sign);
    return not_of(*std::move(part));
  }

  Result<void> deeper(Place place) {
    if (++level_ > most_query_levels)
      return refuse("eventstore.query_too_deep", text_, place, {{"most", std::to_string(most_query_levels)}});
    return {};
  }

  Result<Part> primary(const Field* field) {
    if (in_.plain() == '(') return in_parentheses(field);
    if (in_.is_quote()) {
      YAGURA_TRY(const auto value, in_.phrase());
      return leaf(field, value);
    }
    const auto begin = in_.at();
    const auto colon = field != nullptr ? std::nullopt : in_.find_colon(vocabulary_);
    if (!colon) return bare(field, begin);
    const auto word = in_.text({begin, *colon});
    in_.go(*colon);
    in_.step();
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
    if (in_.plain() == '(') return in_parentheses(&named);
    YAGURA_TRY(const auto value, in_.value(begin));
    return leaf(&named, value);
  }

  const Vocabulary::Meaning* narrowed(const Vocabulary::Meaning* meaning) {
    if (kinds_.empty() || meaning->terms.size() < 2) return meaning;
    narrowed_.push_back(vocabulary_.of_kinds(*meaning, kinds_));
    return narrowed_.back().terms.empty() ? meaning : &narrowed_.back();
  }

  Result<Part> in_parentheses(const Field* field) {
    const auto open = in_.here();
    YAGURA_CHECK(deeper(open));
    in_.go(open.end);
    YAGURA_TRY(auto inner, either(field));
    if (in_.plain() != ')') return refuse("eventstore.query_parenthesis_open", text_, open);
    in_.step();
    --level_;
    return inner;
  }

  Result<Part> bare(const Field* field, std::size_t begin) {
    if (field != nullptr) {
      YAGURA_TRY(const auto value, in_.value(begin));
      return leaf(field, value);
    }
    // A sign that begins no word, for example a closing bracket of quotes, is one.
    if (in_.take_word().empty()) in_.step();
    Value value;
    value.place = {begin, in_.at()};
    value.text = in_.text(value.place);
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

  Result<Part> special(Special which, Place word_place, std::string_view word) {
    YAGURA_TRY(auto value, in_.value(word_place.begin));
    if (value.text.empty())
      return refuse("eventstore.query_value_missing", text_, value.place, {{"field", shortened(word)}});
    if (level_ > 0 || value.sign != Value::Operator::usual)
      return refuse("eventstore.query_place", text_, value.place, {{"word", shortened(word)}});
    specials_.push_back(value.place);
    if (which == Special::kind) {
      YAGURA_CHECK(add_kinds(text_, value, vocabulary_, asked_.query));
      return Part{};
    }
    if (!value.quoted) join_time_of_day(value);
    YAGURA_CHECK(add_time(text_, which, value, now_, asked_.query));
    return Part{};
  }

  // from:11/1 10:30, as people write it.
  void join_time_of_day(Value& value) {
    const auto end = in_.at();
    const auto word = in_.take_next_word();
    const auto joined = value.text + ' ' + std::string(word);
    if (is_time_of_day(narrow(word)) && read_moment(narrow(joined), now_)) {
      value.text = joined;
      value.place.end = in_.at();
    } else {
      in_.go(end);
    }
  }

  // What can be said only when the whole is read.
  Result<void> check_places() const {
    if (alternatives_ && !specials_.empty())
      return refuse("eventstore.query_place", text_, specials_.front(),
                    {{"word", shortened(in_.text(specials_.front()))}});
    if (asked_.query.kinds.empty()) return {};
    for (const auto& used : used_) {
      if (used.meaning->special == Special::any) continue;
      if (vocabulary_.of_kinds(*used.meaning, asked_.query.kinds).terms.empty())
        return refuse("eventstore.query_field_not_of_kind", text_, used.place,
                      {{"field", shortened(in_.text(used.place))}, {"kind", asked_.query.kinds.front()}});
    }
    return {};
  }

  std::string_view text_;
  QueryText in_;
  const Vocabulary& vocabulary_;
  Time now_;
  std::size_t level_ = 0, conditions_ = 0;
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
