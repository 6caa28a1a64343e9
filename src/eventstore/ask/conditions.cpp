#include "eventstore/ask/conditions.hpp"

#include <algorithm>
#include <utility>

#include "eventstore/ask/canonical.hpp"
#include "eventstore/ask/letters.hpp"
#include "eventstore/ask/numbers.hpp"

namespace yagura::eventstore {

namespace {

using Type = Condition::Type;
using Operator = Value::Operator;

Condition leaf(Type type, std::string_view field, std::string_view value) {
  Condition out;
  out.type = type;
  out.field = field;
  out.value = value;
  return out;
}

// ？ ends many a Japanese sentence and stands for itself; the full-width star is the star.
std::string with_plain_stars(std::string_view text) {
  std::string out(text);
  constexpr std::string_view wide = "＊";
  for (auto at = out.find(wide); at != std::string::npos; at = out.find(wide, at))
    out.replace(at, wide.size(), "*");
  return out;
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != std::string_view::npos; }

Condition textual(std::string_view field, const Value& value, bool whole) {
  if (value.text.empty()) return leaf(Type::equals, field, "");
  if (value.sign == Operator::exactly) return leaf(Type::equals, field, value.text);
  if (value.sign == Operator::somewhere) return leaf(Type::contains, field, value.text);
  const auto plain = with_plain_stars(value.text);
  if (has_wildcard(plain)) return like(field, plain);
  return leaf(whole ? Type::equals : Type::contains, field, value.text);
}

bool is_comparison(const Value& value) {
  if (value.quoted || value.text.empty()) return false;
  const auto first = letter_at(value.text, 0).plain;
  return first == '>' || first == '<' || first == U'≧' || first == U'≦';
}

// 443..443 can only be a number, also where a field may be text.
bool is_range(const Value& value) {
  return is_comparison(value) || (!value.quoted && narrow(value.text).find("..") != std::string::npos);
}

Result<Condition> numeric(std::string_view query, std::string_view word, std::string_view field,
                          const Value& value) {
  const auto bounds = value.sign == Operator::somewhere ? std::unexpected(NumberFault::not_a_number)
                                                        : read_bounds(narrow(value.text));
  if (bounds) {
    auto out = leaf(Type::range, field, "");
    out.low = bounds->low;
    out.high = bounds->high;
    return out;
  }
  const auto code = bounds.error() == NumberFault::empty       ? "eventstore.query_range_empty"
                    : bounds.error() == NumberFault::too_large ? "eventstore.query_number_too_large"
                                                               : "eventstore.query_number_invalid";
  return refuse(code, query, value.place, {{"field", shortened(word)}, {"value", shortened(value.text)}});
}

}  // namespace

Condition fragment(const Value& value) {
  const auto plain = with_plain_stars(value.text);
  if (plain.find_first_not_of('*') == std::string::npos) return {};  // everything
  if (!has_wildcard(plain)) return leaf(Type::contains, "", value.text);
  return like("", "*" + plain + "*");
}

Result<Condition> field_condition(std::string_view query, const Vocabulary& vocabulary,
                                  const Vocabulary::Meaning& meaning, std::string_view word,
                                  const Value& value) {
  if (value.text.empty() ? !value.quoted : !is_searchable(value.text))
    return refuse("eventstore.query_value_missing", query, value.place, {{"field", shortened(word)}});
  if (meaning.special == Special::any) {
    if (is_comparison(value))
      return refuse("eventstore.query_not_a_number", query, value.place, {{"field", "*"}});
    return textual("", value, false);
  }
  std::vector<Condition> choices;
  bool some_number = false;
  for (const auto place : meaning.terms) some_number = some_number || vocabulary.terms()[place].number();
  if (is_comparison(value) && !some_number)
    return refuse("eventstore.query_not_a_number", query, value.place, {{"field", shortened(word)}});
  Result<Condition> failed;
  for (const auto place : meaning.terms) {
    const auto& term = vocabulary.terms()[place];
    // Quotes make text of it, where the field may be text.
    if (term.only_number() || (term.number() && !value.quoted)) {
      if (auto range = numeric(query, word, term.name, value))
        choices.push_back(*std::move(range));
      else
        failed = std::move(range);
    }
    if (!term.only_number() && !(some_number && is_range(value)))
      choices.push_back(textual(term.name, value, !term.is(FieldType::text)));
  }
  if (choices.empty()) return failed;
  return any_of(std::move(choices));
}

}  // namespace yagura::eventstore
