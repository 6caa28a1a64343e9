#include "eventstore/ask/scope.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "eventstore/ask/letters.hpp"
#include "eventstore/ask/moments.hpp"

namespace yagura::eventstore {

namespace {

std::vector<std::string_view> names_in(const Value& value) {
  std::vector<std::string_view> out;
  const std::string_view text = value.text;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size() && !value.quoted;) {
    const auto next = letter_at(text, at);
    if (next.plain == ',' || next.c == U'、') {
      out.push_back(text.substr(begin, at - begin));
      begin = at + next.bytes;
    }
    at += next.bytes;
  }
  out.push_back(text.substr(begin));
  return out;
}

void begins(Query& asked, Time at) { asked.from = std::max(asked.from, at); }
void ends(Query& asked, Time at) { asked.to = std::min(asked.to, at); }

bool begins_with_moment(Query& asked, std::string_view text, Time now) {
  const auto moment = read_moment(text, now);
  if (moment) begins(asked, moment->begin);
  return moment.has_value();
}

bool ends_with_moment(Query& asked, std::string_view text, Time now) {
  const auto moment =
      read_moment(text, now, asked.from == Time::min() ? std::nullopt : std::optional(asked.from));
  if (moment) ends(asked, moment->whole ? moment->end : moment->begin);
  return moment.has_value();
}

bool read_time(Special which, std::string_view text, Time now, Query& asked) {
  if (const auto dots = text.find(".."); dots != std::string_view::npos) {
    const auto first = text.substr(0, dots), last = text.substr(dots + 2);
    return which == Special::time && (first.empty() || begins_with_moment(asked, first, now)) &&
           (last.empty() || ends_with_moment(asked, last, now));
  }
  if (which == Special::to) return ends_with_moment(asked, text, now);
  const auto moment = read_moment(text, now);
  if (!moment) return false;
  begins(asked, moment->begin);
  if (which == Special::time && !moment->open) ends(asked, moment->end);
  return true;
}

}  // namespace

Result<void> add_kinds(std::string_view query, const Value& value, const Vocabulary& vocabulary,
                       Query& asked) {
  for (const auto name : names_in(value)) {
    const auto found = vocabulary.find_kind(name);
    if (!found)
      return refuse("eventstore.query_kind_unknown", query, value.place,
                    {{"kind", shortened(name)}, {"nearest", vocabulary.nearest_kinds(name)}});
    if (std::ranges::find(asked.kinds, *found) == asked.kinds.end()) asked.kinds.emplace_back(*found);
  }
  std::ranges::sort(asked.kinds);
  return {};
}

Result<void> add_time(std::string_view query, Special which, const Value& value, Time now, Query& asked) {
  if (!read_time(which, narrow(value.text), now, asked))
    return refuse("eventstore.query_time_invalid", query, value.place, {{"value", shortened(value.text)}});
  if (asked.from < asked.to) return {};
  return refuse("eventstore.query_time_empty", query, value.place);
}

}  // namespace yagura::eventstore
