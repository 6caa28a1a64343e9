#include "eventstore/ask/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "calendar/civil.hpp"
#include "eventstore/ask/canonical.hpp"
#include "eventstore/ask/letters.hpp"

namespace yagura::eventstore {

namespace {

using Type = Condition::Type;
namespace chr = std::chrono;

bool is_safe(char32_t c, std::size_t at) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  if (c >= 0x4e00 && c <= 0x9fff) return true;  // Chinese characters
  if (c >= 0x3041 && c <= 0x3096) return true;  // hiragana
  if (c >= 0x30a1 && c <= 0x30fc) return true;  // katakana
  if (c == '_' || c == '/' || c == '\\' || c == '*' || c == '?' || c == '@' || c == '#') return true;
  return at > 0 && (c == '.' || c == '-');
}

// As it is where nothing in it can be taken for more than text, otherwise in quotes.
std::string in_quotes(std::string_view value) {
  bool safe = !value.empty() && value.find("..") == std::string_view::npos;
  for (std::size_t at = 0; safe && at < value.size();) {
    const auto letter = letter_at(value, at);
    safe = is_safe(letter.c, at);
    at += letter.bytes;
  }
  for (const std::string_view word : {"OR", "AND", "NOT", "または", "又は", "かつ", "ではない"})
    safe = safe && value != word;
  if (safe) return std::string(value);
  std::string out = "\"";
  for (std::size_t at = 0; at < value.size();) {
    const auto letter = letter_at(value, at);
    const auto raw = value.substr(at, letter.bytes);
    out += raw;
    if (letter.plain == '"') out += raw;
    at += letter.bytes;
  }
  return out + '"';
}

bool has_star(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos || text.find("＊") != std::string_view::npos;
}

class Writer {
 public:
  explicit Writer(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  [[nodiscard]] std::string tree(const Condition& c, bool in_all) const {
    switch (c.type) {
      case Type::all: {
        if (c.parts.empty()) return "*";
        return joined(c, " ", true);
      }
      case Type::any: {
        auto out = joined(c, " OR ", false);
        return in_all ? "(" + out + ")" : out;
      }
      case Type::no: {
        const auto& part = c.parts.front();
        const bool group = (part.type == Type::all || part.type == Type::any) && !part.parts.empty();
        return group ? "-(" + tree(part, false) + ")" : "-" + tree(part, true);
      }
      default:
        return leaf(c);
    }
  }

 private:
  [[nodiscard]] std::string joined(const Condition& c, std::string_view sign, bool in_all) const {
    std::string out;
    for (const auto& part : c.parts) {
      if (!out.empty()) out += sign;
      out += tree(part, in_all);
    }
    return out;
  }

  [[nodiscard]] std::string leaf(const Condition& c) const {
    const auto* term = vocabulary_.term(c.field);
    // Where a field is a number in one kind and a text in another, quotes say that the text is meant.
    const bool mixed = term != nullptr && term->number() && !term->only_number();
    if (c.type == Type::range) return c.field + ":" + range(c, mixed);
    const auto value = mixed ? always_quoted(c.value) : in_quotes(c.value);
    if (c.field.empty()) return anywhere(c, value);
    const auto text = term == nullptr || term->is(FieldType::text);
    if (c.value.empty()) return c.field + ":\"\"";
    if (c.type == Type::like) return c.field + ":" + value;
    if (c.type == Type::contains) return c.field + (text && !has_star(c.value) ? ":" : ":~") + value;
    return c.field + (text || has_star(c.value) ? ":=" : ":") + value;
  }

  static std::string always_quoted(std::string_view text) {
    auto out = in_quotes(text);
    return out.starts_with('"') ? out : '"' + out + '"';
  }

  static std::string anywhere(const Condition& c, const std::string& value) {
    if (c.value.empty()) return "*:\"\"";
    if (c.type == Type::equals) return "*:=" + value;
    if (c.type == Type::contains) return has_star(c.value) ? "*:~" + value : value;
    // *x*y* may be written x*y when a word of the language means the same.
    const std::string_view v = c.value;
    if (v.size() > 2 && v.starts_with('*') && v.ends_with('*') && is_searchable(v.substr(1, v.size() - 2)))
      return in_quotes(v.substr(1, v.size() - 2));
    return "*:" + value;
  }

  static std::string range(const Condition& c, bool mixed) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    if (c.low == c.high && !mixed) return std::to_string(c.low);
    if (c.low == least && c.high != most && c.low != c.high) return fmt::format("<={}", c.high);
    if (c.high == most && c.low != least && c.low != c.high) return fmt::format(">={}", c.low);
    if (c.low == least && c.high == most) return "..";
    return fmt::format("{}..{}", c.low, c.high);
  }

  const Vocabulary& vocabulary_;
};

std::string instant(Time at) {
  const auto of_minute = at.time_since_epoch() % chr::minutes(1);
  return of_minute == Duration(0) ? calendar::format_civil(at) : calendar::format_rfc3339_japan(at);
}

bool is_day(Time at) {
  return calendar::minute_of(at) == chr::minutes(0) && at == chr::floor<chr::minutes>(at);
}

std::string beginning(Time at) {
  return is_day(at) ? calendar::format_date(calendar::date_of(at)) : instant(at);
}

// The day before, as a whole, when it ends with a day.
std::string ending(Time at) {
  return is_day(at) ? calendar::format_date(calendar::date_of(at) - chr::days(1)) : instant(at);
}

std::string length(Duration bucket) {
  if (bucket % chr::days(1) == Duration(0)) return fmt::format("{}d", bucket / Duration(chr::days(1)));
  if (bucket % chr::hours(1) == Duration(0)) return fmt::format("{}h", bucket / Duration(chr::hours(1)));
  if (bucket % chr::minutes(1) == Duration(0)) return fmt::format("{}m", bucket / Duration(chr::minutes(1)));
  return fmt::format("{}s", bucket / Duration(chr::seconds(1)));
}

std::string stages(const Presentation& present) {
  std::string out;
  if (present.counting) {
    const auto& counts = *present.counting;
    const bool limited = counts.top != Counting{}.top;
    if (!counts.by.empty() || limited || counts.bucket == Duration(0)) {
      out += " | count";
      if (!counts.by.empty()) out += fmt::format(" by {}", fmt::join(counts.by, ", "));
      if (limited) out += fmt::format(" top {}", counts.top);
    }
    if (counts.bucket != Duration(0))
      out += " | histogram " + (present.automatic ? std::string("auto") : length(counts.bucket));
  }
  if (!present.newest_first) out += " | sort oldest";
  return out;
}

}  // namespace

std::string write_condition(const Condition& condition, const Vocabulary& vocabulary) {
  const auto tree = canonical(condition);
  return Writer(vocabulary).tree(tree, false);
}

std::string write_query(const Asked& asked, const Vocabulary& vocabulary) {
  const auto& query = asked.query;
  const auto tree = canonical(query.where);
  std::string out;
  const bool bounded = !query.kinds.empty() || query.from != Time::min() || query.to != Time::max();
  if (tree != Condition{}) out = Writer(vocabulary).tree(tree, bounded);
  const auto add = [&](std::string_view word, const std::string& value) {
    if (!out.empty()) out += ' ';
    out += fmt::format("{}:{}", word, value);
  };
  if (!query.kinds.empty()) add("kind", fmt::format("{}", fmt::join(query.kinds, ",")));
  if (query.from != Time::min()) add("from", beginning(query.from));
  if (query.to != Time::max()) add("to", ending(query.to));
  out += stages(asked.present);
  return out.starts_with(' ') ? out.substr(1) : out;
}

}  // namespace yagura::eventstore
