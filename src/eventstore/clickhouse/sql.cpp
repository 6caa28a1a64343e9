#include "eventstore/clickhouse/sql.hpp"

#include <algorithm>

#include "eventstore/fold.hpp"

namespace yagura::eventstore::clickhouse {

namespace {

using Type = Condition::Type;
constexpr std::string_view always = "1", never = "0";

std::string joined(const Condition& condition, const Kind& kind, std::string_view between,
                   std::string_view of_none) {
  if (condition.parts.empty()) return std::string(of_none);
  std::string out;
  for (const auto& part : condition.parts)
    out.append(out.empty() ? "(" : between).append(expression(part, kind));
  return out + ")";
}

// A regular expression of RE2 for a folded pattern. Folded texts are UTF-8, so . is a character.
std::string regular(std::string_view pattern) {
  std::string out = "^(?s:";
  for (const char c : pattern) {
    if (c == '*') {
      if (!out.ends_with(".*")) out += ".*";
    } else if (c == '?') {
      out += '.';
    } else {
      const bool plain =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
      if (!plain) out += '\\';
      out += c;
    }
  }
  return out + ")$";
}

// The longest stretch of the pattern without wildcards: looked for before the regular expression is tried.
std::string_view longest_fragment(std::string_view pattern) {
  std::string_view best;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto end = std::min(pattern.find_first_of("*?", at), pattern.size());
    if (end - at > best.size()) best = pattern.substr(at, end - at);
    at = end + 1;
  }
  return best;
}

std::string of_column(Type type, const std::string& column, const std::string& value) {
  if (type == Type::equals || (type == Type::like && value.find_first_of("*?") == std::string::npos))
    return column + " = " + literal(value);
  if (type == Type::contains)
    return value.empty() ? std::string(always) : "position(" + column + ", " + literal(value) + ") > 0";
  if (std::ranges::all_of(value, [](char c) { return c == '*'; })) return std::string(always);
  auto out = "match(" + column + ", " + literal(regular(value)) + ")";
  const auto fragment = longest_fragment(value);
  return fragment.empty() ? out : "(position(" + column + ", " + literal(fragment) + ") > 0 AND " + out + ")";
}

}  // namespace

std::string literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\0') {
      out += "\\0";
      continue;
    }
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string number(std::int64_t value) { return "toInt64('" + std::to_string(value) + "')"; }

std::string value_column(std::string_view field) { return "v_" + std::string(field); }
std::string folded_column(std::string_view field) { return "f_" + std::string(field); }

std::string expression(const Condition& condition, const Kind& kind) {
  switch (condition.type) {
    case Type::all:
      return joined(condition, kind, " AND ", always);
    case Type::any:
      return joined(condition, kind, " OR ", never);
    case Type::no:
      return "NOT (" + expression(condition.parts.front(), kind) + ")";
    case Type::range: {
      const auto at = kind.index_of(condition.field);
      if (!at || kind.fields[*at].type != FieldType::number) return std::string(never);
      return "(" + value_column(condition.field) + " BETWEEN " + number(condition.low) + " AND " +
             number(condition.high) + ")";
    }
    default:
      break;
  }
  const auto value = fold(condition.value);
  std::string out;
  for (const auto& field : kind.fields)
    if (field.type != FieldType::number && (condition.field.empty() || condition.field == field.name))
      out.append(out.empty() ? "(" : " OR ")
          .append(of_column(condition.type, folded_column(field.name), value));
  return out.empty() ? std::string(never) : out + ")";
}

}  // namespace yagura::eventstore::clickhouse
