#include "eventstore/ask/canonical.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

namespace {

using Type = Condition::Type;

Condition group(Type type, std::vector<Condition> parts) {
  std::vector<Condition> flat;
  flat.reserve(parts.size());
  for (auto& part : parts) {
    if (part.type != type)
      flat.push_back(std::move(part));
    else
      std::ranges::move(part.parts, std::back_inserter(flat));
  }
  if (flat.size() == 1) return std::move(flat.front());
  Condition out;
  out.type = type;
  out.parts = std::move(flat);
  return out;
}

bool is_wildcard(char32_t c) { return c == '*' || c == '?'; }

// Characters that become wildcards when folded, as the wildcards they become; stars in a row as one.
std::string plain_pattern(std::string_view pattern) {
  std::string out;
  const auto add = [&](std::string_view piece) {
    if (piece != "*" || !out.ends_with('*')) out += piece;
  };
  for (std::size_t at = 0; at < pattern.size();) {
    const auto letter = letter_at(pattern, at);
    switch (letter.c) {
      case 0xff0a:
      case 0xfe61:
        add("*");
        break;
      case 0xff1f:
      case 0xfe56:
        add("?");
        break;
      case 0x2047:
        add("??");
        break;
      case 0x2048:
        add("?!");
        break;
      case 0x2049:
        add("!?");
        break;
      default:
        add(pattern.substr(at, letter.bytes));
    }
    at += letter.bytes;
  }
  return out;
}

bool has_wildcard(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return is_wildcard(static_cast<unsigned char>(c)); });
}

}  // namespace

Condition all_of(std::vector<Condition> parts) { return group(Type::all, std::move(parts)); }

Condition any_of(std::vector<Condition> parts) {
  if (parts.empty()) return not_of({});
  return group(Type::any, std::move(parts));
}

Condition not_of(Condition part) {
  if (part.type == Type::no) {
    auto inner = std::move(part.parts.front());
    return inner;
  }
  Condition out;
  out.type = Type::no;
  out.parts.push_back(std::move(part));
  return out;
}

Condition like(std::string_view field, std::string_view pattern) {
  Condition out;
  out.field = field;
  out.value = plain_pattern(pattern);
  const std::string_view value = out.value;
  out.type = has_wildcard(value) ? Type::like : Type::equals;
  if (value.size() > 2 && value.starts_with('*') && value.ends_with('*')) {
    const auto inner = value.substr(1, value.size() - 2);
    if (!has_wildcard(inner) && is_searchable(inner)) {
      out.type = Type::contains;
      out.value = std::string(inner);
    }
  }
  return out;
}

Condition canonical(Condition condition) {
  switch (condition.type) {
    case Type::all:
    case Type::any: {
      for (auto& part : condition.parts) part = canonical(std::move(part));
      return condition.type == Type::all ? all_of(std::move(condition.parts))
                                         : any_of(std::move(condition.parts));
    }
    case Type::no:
      return not_of(canonical(std::move(condition.parts.front())));
    case Type::like:
      return like(condition.field, condition.value);
    case Type::contains:
      if (!is_searchable(condition.value)) return like(condition.field, "*");
      return condition;
    case Type::equals:
    case Type::range:
      return condition;
  }
  return condition;
}

bool is_searchable(std::string_view text) {
  for (const char byte : text) {
    const auto c = static_cast<unsigned char>(byte);
    // Visible ASCII and Chinese characters never vanish; others are worth asking.
    if ((c > 0x20 && c < 0x7f) || (c >= 0xe4 && c <= 0xe9)) return true;
  }
  return !fold_for_search(text).empty();
}

}  // namespace yagura::eventstore
