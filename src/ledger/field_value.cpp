#include "ledger/field_value.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"
#include "calendar/civil.hpp"
#include "schema/json.hpp"

namespace yagura::ledger {

using schema::Value;

namespace {

constexpr std::size_t text_limit = 1'000;
constexpr std::size_t long_text_limit = 100'000;

std::unexpected<Error> invalid(const Field& field, std::string_view value, const char* wanted) {
  return fail("ledger.value_invalid", {{"field", field.name.ja},
                                       {"field_en", field.name.en},
                                       {"value", std::string(value.substr(0, 80))},
                                       {"wanted", wanted}});
}

std::string as_text(const Value& given) {
  if (given.is_text()) return std::string(trim(given.text()));
  if (given.kind() == Value::Kind::real && given.real() == std::floor(given.real()) &&
      std::abs(given.real()) < 9e15)
    return std::to_string(static_cast<std::int64_t>(given.real()));
  return schema::to_json(given);
}

// Full-width digits and signs as Excel users type them.
std::string narrow(std::string_view text) { return std::string(trim(fold_for_search(text))); }

Result<Value> number(const Field& field, const Value& given, bool whole) {
  if (given.kind() == Value::Kind::integer) return whole ? given : Value(given.real());
  std::string text = given.is_number() ? as_text(given) : narrow(given.text());
  std::erase(text, ',');
  double real = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), real);
  if (ec != std::errc{} || end != text.data() + text.size() || !std::isfinite(real))
    return invalid(field, text, whole ? "integer" : "number");
  if (!whole) return Value(real);
  if (real != std::floor(real) || std::abs(real) > 9e15) return invalid(field, text, "integer");
  return Value(static_cast<std::int64_t>(real));
}

Result<Value> boolean(const Field& field, const Value& given) {
  if (given.kind() == Value::Kind::boolean) return given;
  const auto text = narrow(as_text(given));
  for (const auto* yes : {"true", "1", "ハイ", "○", "〇", "◯", "●", "yes", "有", "有リ", "アリ", "する"})
    if (text == fold_for_search(yes)) return Value(true);
  for (const auto* no : {"false", "0", "イイエ", "×", "-", "no", "無", "無シ", "ナシ", "しない"})
    if (text == fold_for_search(no)) return Value(false);
  return invalid(field, text, "はい/いいえ (yes/no)");
}

Result<Value> date(const Field& field, const std::string& text) {
  // A spreadsheet's date may come with midnight behind it.
  std::string_view day = text;
  if (const auto t = day.find('T'); t == 10) day = day.substr(0, t);
  const auto parsed = calendar::parse_date(day);
  if (!parsed) return invalid(field, text, "2026-04-28, 令和8年4月28日");
  return Value(calendar::format_date(*parsed));
}

Result<Value> time(const Field& field, const std::string& text) {
  if (const auto parsed = parse_rfc3339(text)) return Value(to_rfc3339(*parsed));
  if (const auto parsed = calendar::parse_instant(text)) return Value(to_rfc3339(*parsed));
  return invalid(field, text, "2026-04-28T17:10");
}

Result<Value> address(const Field& field, const std::string& given) {
  const auto text = narrow(given);
  std::array<unsigned char, 16> octets{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  for (const int family : {AF_INET, AF_INET6})
    if (::inet_pton(family, text.c_str(), octets.data()) == 1)
      return Value(::inet_ntop(family, octets.data(), out.data(), out.size()));
  return invalid(field, given, "192.0.2.1, 2001:db8::1");
}

Result<Value> mac(const Field& field, const std::string& given) {
  std::string digits;
  for (const char c : narrow(given))
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
      digits += c;
    else if (c != ':' && c != '-' && c != '.')
      return invalid(field, given, "00:11:22:aa:bb:cc");
  if (digits.size() != 12) return invalid(field, given, "00:11:22:aa:bb:cc");
  std::string out;
  for (std::size_t i = 0; i < 12; i += 2) out.append(i ? ":" : "").append(digits, i, 2);
  return Value(out);
}

Result<Value> mail(const Field& field, const std::string& text) {
  const auto at = text.find('@');
  if (at == 0 || at == std::string::npos || at + 1 == text.size() ||
      text.find('@', at + 1) != std::string::npos || text.find_first_of("\r\n ,;<>\"") != std::string::npos)
    return invalid(field, text, "name@example.jp");
  return Value(text);
}

Result<Value> phone(const Field& field, const std::string& given) {
  const auto text = narrow(given);
  const bool fits = std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '(' || c == ')' || c == ' ' || c == '#' ||
           c == '*';
  });
  if (!fits || std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }) < 3)
    return invalid(field, given, "0598-00-0000");
  return Value(text);
}

Result<Value> choice(const Field& field, const std::vector<Choice>& choices, const std::string& text) {
  const auto folded = fold_for_search(text);
  for (const auto& c : choices)
    if (c.id == text || fold_for_search(c.name.ja) == folded || fold_for_search(c.name.en) == folded)
      return Value(c.id);
  std::string names;
  for (const auto& c : choices) names.append(names.empty() ? "" : ", ").append(c.name.ja);
  return fail("ledger.choice_unknown", {{"field", field.name.ja},
                                        {"field_en", field.name.en},
                                        {"value", text.substr(0, 80)},
                                        {"choices", names.substr(0, 1000)}});
}

Result<Value> reference(const Field& field, const Value& given, const Resolver& resolve) {
  const auto id = resolve(field.ledger, given);
  if (!id)
    return fail("ledger.reference_unknown", {{"field", field.name.ja},
                                             {"field_en", field.name.en},
                                             {"value", as_text(given).substr(0, 80)},
                                             {"ledger", field.ledger}});
  return Value(*id);
}

// A list given as such, or as text with separators as people type them.
template <class One>
Result<Value> list(const Value& given, One&& one) {
  Value out = Value::array();
  const auto add = [&](const Value& item) -> Result<void> {
    YAGURA_TRY(Value kept, one(item));
    if (std::ranges::find(out.items(), kept) == out.items().end()) out.push(std::move(kept));
    return {};
  };
  if (given.is_array()) {
    for (const auto& item : given.items()) YAGURA_CHECK(add(item));
  } else if (given.is_text()) {
    std::string text = given.text();
    for (const std::string_view separator : {"、", "，", "；", "\n", ";"})
      for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator))
        text.replace(at, separator.size(), ",");
    for (const auto part : split(text, ','))
      if (!trim(part).empty()) YAGURA_CHECK(add(Value(trim(part))));
  } else {
    YAGURA_CHECK(add(given));
  }
  if (out.items().empty()) return Value();
  return out;
}

}  // namespace

Result<Value> to_kept(const Field& field, const std::vector<Choice>& choices, const Value& given,
                      const Resolver& resolve) {
  if (given.is_null() || (given.is_text() && trim(given.text()).empty())) return Value();
  if (given.is_array() && given.items().empty()) return Value();
  const bool lists =
      field.type == Type::choices || field.type == Type::references || field.type == Type::attachment;
  if (given.is_object() || (given.is_array() && !lists)) return invalid(field, "{}", "a single value");
  const std::size_t limit = field.type == Type::long_text ? long_text_limit : text_limit;
  if (given.is_text()) {
    if (!is_utf8(given.text())) return invalid(field, "?", "text");
    if (!lists && given.text().size() > limit)
      return fail("ledger.value_too_long",
                  {{"field", field.name.ja}, {"field_en", field.name.en}, {"limit", std::to_string(limit)}});
    if (given.text().find('\0') != std::string::npos) return invalid(field, "NUL", "text");
  }
  const auto text = [&] { return as_text(given); };
  switch (field.type) {
    case Type::text:
    case Type::long_text:
      return Value(text());
    case Type::integer:
      return number(field, given, true);
    case Type::number:
      return number(field, given, false);
    case Type::boolean:
      return boolean(field, given);
    case Type::date:
      return date(field, text());
    case Type::time:
      return time(field, text());
    case Type::choice:
      return choice(field, choices, text());
    case Type::choices:
      return list(given, [&](const Value& v) { return choice(field, choices, as_text(v)); });
    case Type::reference:
      return reference(field, given, resolve);
    case Type::references:
      return list(given, [&](const Value& v) { return reference(field, v, resolve); });
    case Type::address:
      return address(field, text());
    case Type::mac:
      return mac(field, text());
    case Type::mail:
      return mail(field, text());
    case Type::phone:
      return phone(field, text());
    case Type::url: {
      const auto url = text();
      if (!url.starts_with("http://") && !url.starts_with("https://"))
        return invalid(field, url, "https://…");
      return Value(url);
    }
    case Type::attachment:
      return list(given, [&](const Value& v) -> Result<Value> {
        YAGURA_TRY(Value id, number(field, v, true));
        if (!resolve("attachments", id))
          return fail("ledger.reference_unknown", {{"field", field.name.ja},
                                                   {"field_en", field.name.en},
                                                   {"value", as_text(v)},
                                                   {"ledger", "attachments"}});
        return id;
      });
  }
  return invalid(field, "", "");
}

std::string unique_key(const Value& kept) {
  return fold_for_search(kept.is_text() ? kept.text() : schema::to_json(kept));
}

}  // namespace yagura::ledger
