#include "eventstore/ask/explain.hpp"

#include <fmt/format.h>

#include <limits>
#include <string>

#include "eventstore/ask/canonical.hpp"

namespace yagura::eventstore {

namespace {

using Type = Condition::Type;
using calendar::Words;
namespace chr = std::chrono;

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();

std::string grouped(std::int64_t n) {
  auto out = std::to_string(n);
  const auto first = out.starts_with('-') ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > first; at -= 3)
    out.insert(static_cast<std::size_t>(at), 1, ',');
  return out;
}

// Where in a Japanese sentence a condition stands: …で、 | …である(もの) | within parentheses.
enum class Ja : std::uint8_t { goes_on, before_noun, bare };

class Explainer {
 public:
  explicit Explainer(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  [[nodiscard]] std::string ja(const Condition& c, Ja form, bool negative = false) const {
    switch (c.type) {
      case Type::all:
        if (c.parts.empty()) return negative ? no_such(form) : "すべて" + copula(form, false);
        return negative ? "（" + ja_list(c, "、", true) + "）" + copula(form, true) : ja_all(c, form);
      case Type::any:
        return "（" + ja_list(c, "、または", false) + "）のいずれか" + copula(form, negative);
      case Type::no:
        return ja(c.parts.front(), form, !negative);
      case Type::contains:
        return ja_place(c) + "「" + c.value + "」を" + contained(form, negative);
      case Type::equals:
        if (c.value.empty()) return ja_field(c) + "が空" + copula(form, negative);
        return ja_field(c) + "が「" + c.value + "」" + copula(form, negative);
      case Type::like:
        return ja_field(c) + "が「" + c.value + "」の形" + copula(form, negative);
      case Type::range:
        return ja_field(c) + "が" + ja_range(c) + copula(form, negative);
    }
    return {};
  }

  [[nodiscard]] std::string en(const Condition& c, bool negative = false) const {
    switch (c.type) {
      case Type::all:
        if (c.parts.empty()) return negative ? "nothing" : "everything";
        return negative ? "not (" + en_list(c, " and ") + ")" : en_list(c, " and ");
      case Type::any:
        return (negative ? "none of (" : "(") + en_list(c, " or ") + ")";
      case Type::no:
        return en(c.parts.front(), !negative);
      case Type::contains:
        return en_field(c) + (negative ? " does not contain “" : " contains “") + c.value + "”";
      case Type::equals:
        if (c.value.empty()) return en_field(c) + (negative ? " is not empty" : " is empty");
        return en_field(c) + (negative ? " is not “" : " is “") + c.value + "”";
      case Type::like:
        return en_field(c) + (negative ? " does not have the form “" : " has the form “") + c.value + "”";
      case Type::range:
        return en_field(c) + (negative ? " is not " : " is ") + en_range(c);
    }
    return {};
  }

  [[nodiscard]] Words field(std::string_view name) const {
    const auto* term = vocabulary_.term(name);
    if (term == nullptr) return {std::string(name), std::string(name)};
    return {term->ja.empty() ? term->name : term->ja, term->en.empty() ? term->name : term->en};
  }

 private:
  static std::string copula(Ja form, bool negative) {
    switch (form) {
      case Ja::goes_on:
        return negative ? "ではなく" : "で";
      case Ja::before_noun:
        return negative ? "ではない" : "である";
      case Ja::bare:
        return negative ? "ではない" : "";
    }
    return {};
  }
  static std::string contained(Ja form, bool negative) {
    if (form == Ja::goes_on) return negative ? "含まず" : "含み";
    return negative ? "含まない" : "含む";
  }
  static std::string no_such(Ja form) {
    return "何も該当し" + std::string(form == Ja::goes_on ? "なく" : "ない");
  }

  [[nodiscard]] std::string ja_all(const Condition& c, Ja form) const {
    std::string out;
    for (const auto& part : c.parts) {
      if (!out.empty()) out += "、";
      out += ja(part, &part == &c.parts.back() ? form : Ja::goes_on);
    }
    return out;
  }
  [[nodiscard]] std::string ja_list(const Condition& c, std::string_view sign, bool chained) const {
    std::string out;
    for (const auto& part : c.parts) {
      if (!out.empty()) out += sign;
      const bool last = &part == &c.parts.back();
      const auto text = ja(part, chained && !last ? Ja::goes_on : Ja::bare);
      out += part.type == Type::all && !part.parts.empty() ? "（" + text + "）" : text;
    }
    return out;
  }
  [[nodiscard]] std::string en_list(const Condition& c, std::string_view sign) const {
    std::string out;
    for (const auto& part : c.parts) {
      if (!out.empty()) out += sign;
      const auto text = en(part);
      out += c.type == Type::any && part.type == Type::all && !part.parts.empty() ? "(" + text + ")" : text;
    }
    return out;
  }

  [[nodiscard]] std::string ja_field(const Condition& c) const {
    return c.field.empty() ? "いずれかの項目" : field(c.field).ja;
  }
  // ファイルに「見積」を含む, but 「人事」を含む where any field will do.
  [[nodiscard]] std::string ja_place(const Condition& c) const {
    return c.field.empty() ? "" : field(c.field).ja + "に";
  }
  [[nodiscard]] std::string en_field(const Condition& c) const {
    return c.field.empty() ? "any field" : field(c.field).en;
  }

  static std::string ja_range(const Condition& c) {
    if (c.low == c.high) return grouped(c.low);
    if (c.low == least && c.high == most) return "何らかの数";
    if (c.low == least) return grouped(c.high) + "以下";
    if (c.high == most) return grouped(c.low) + "以上";
    return grouped(c.low) + "から" + grouped(c.high) + "まで";
  }
  static std::string en_range(const Condition& c) {
    if (c.low == c.high) return grouped(c.low);
    if (c.low == least && c.high == most) return "any number";
    if (c.low == least) return "at most " + grouped(c.high);
    if (c.high == most) return "at least " + grouped(c.low);
    return "from " + grouped(c.low) + " to " + grouped(c.high);
  }

  const Vocabulary& vocabulary_;
};

struct Clock24 {
  chr::year_month_day day;
  Duration of_day{0};
};

// The end of a day is its 24 o'clock, not the next one's 0.
Clock24 split_time(Time at, bool end) {
  auto day = calendar::date_of(at);
  auto of_day = at - calendar::at(day, chr::minutes(0));
  if (end && of_day == Duration(0)) {
    day -= chr::days(1);
    of_day = chr::hours(24);
  }
  return {chr::year_month_day{day}, of_day};
}

Words instant(Time at, bool end, std::optional<chr::year> said) {
  const auto [day, of_day] = split_time(at, end);
  const auto h = of_day / chr::hours(1), m = of_day / chr::minutes(1) % 60;
  const auto rest = of_day % chr::minutes(1);
  Words out;
  if (!said || *said != day.year()) out.ja = fmt::format("{}年", int(day.year()));
  out.ja += fmt::format("{}月{}日{}時", unsigned(day.month()), unsigned(day.day()), h);
  out.en = fmt::format("{}-{:02}-{:02} {:02}:{:02}", int(day.year()), unsigned(day.month()),
                       unsigned(day.day()), h, m);
  if (m != 0 || rest != Duration(0)) out.ja += fmt::format("{}分", m);
  if (rest != Duration(0)) {
    const auto seconds = rest / chr::seconds(1), micros = rest / Duration(1) % 1'000'000;
    const auto text =
        micros == 0 ? fmt::format("{:02}", seconds) : fmt::format("{:02}.{:06}", seconds, micros);
    out.ja += text + "秒";
    out.en += ":" + text;
  }
  return out;
}

Words times(const Query& query) {
  Words out;
  std::optional<chr::year> said;
  if (query.from != Time::min()) {
    const auto words = instant(query.from, false, said);
    said = split_time(query.from, false).day.year();
    out = {words.ja + "から", "from " + words.en};
  }
  if (query.to != Time::max()) {
    const auto words = instant(query.to, true, said);
    out.ja += words.ja + "まで";
    out.en += (out.en.empty() ? "until " : " until ") + words.en;
  }
  return out;
}

Words length(Duration bucket) {
  const auto n = [&](Duration unit) { return bucket / unit; };
  if (bucket % chr::days(1) == Duration(0)) {
    const auto days = n(chr::days(1));
    return {fmt::format("{}日", days), days == 1 ? "day" : fmt::format("{} days", days)};
  }
  const auto words = calendar::format_duration(bucket);
  return words;
}

Words shown(const Presentation& present, const Explainer& explainer) {
  Words out;
  if (present.counting) {
    const auto& counts = *present.counting;
    Words by;
    for (const auto& name : counts.by) {
      const auto words = explainer.field(name);
      by.ja += (by.ja.empty() ? "" : "・") + words.ja;
      by.en += (by.en.empty() ? "" : ", ") + words.en;
    }
    if (counts.bucket != Duration(0)) {
      const auto bar = length(counts.bucket);
      by.ja = (by.ja.empty() ? "" : by.ja + "・") + bar.ja;
      by.en = (by.en.empty() ? "" : by.en + ", ") + "each " + bar.en;
      if (present.automatic) {
        by.ja += "（自動）";
        by.en += " (automatic)";
      }
    }
    out = by.ja.empty() ? Words{"の件数", "counted"}
                        : Words{"を" + by.ja + "ごとに数える", "counted by " + by.en};
    if (counts.top != Counting{}.top) {
      out.ja += fmt::format("（多い順に{}件）", counts.top);
      out.en += fmt::format(" (the {} largest)", counts.top);
    }
    return out;
  }
  if (present.newest_first) return {"を新しい順に", "newest first"};
  return {"を古い順に", "oldest first"};
}

}  // namespace

Words explain(const Asked& asked, const Vocabulary& vocabulary) {
  const Explainer explainer(vocabulary);
  const auto where = canonical(asked.query.where);
  Words kinds;
  for (const auto& name : asked.query.kinds) {
    const auto found = vocabulary.kinds().find(name);
    kinds.ja +=
        (kinds.ja.empty() ? "" : "・") + (found == vocabulary.kinds().end() ? name : found->second.ja);
    kinds.en +=
        (kinds.en.empty() ? "" : ", ") + (found == vocabulary.kinds().end() ? name : found->second.en);
  }
  if (kinds.ja.empty()) kinds = {"すべてのログ", "all logs"};
  const auto when = times(asked.query);
  const auto how = shown(asked.present, explainer);
  Words out;
  out.ja = kinds.ja + "のうち、" + (when.ja.empty() ? "" : when.ja + "の、");
  out.ja += where == Condition{} ? "すべて" : explainer.ja(where, Ja::before_noun) + "もの";
  out.ja += how.ja + "。";
  out.en = kinds.en + (when.en.empty() ? "" : " " + when.en);
  if (where != Condition{}) out.en += " where " + explainer.en(where);
  out.en += "; " + how.en + ".";
  out.en.front() =
      out.en.front() >= 'a' && out.en.front() <= 'z' ? char(out.en.front() - 32) : out.en.front();
  return out;
}

}  // namespace yagura::eventstore
