// From what the rooms keep to the JSON of share/openapi.yaml, and answers made of it.
//
// Purpose: small writers that every group of handlers shares; each group has its own for its own shapes.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "schema/value.hpp"
#include "web/server/request.hpp"
#include "web/server/response.hpp"

namespace yagura::web {

using schema::Value;

Response answer(int status, const Value& value);
inline Response answer(const Value& value) { return answer(200, value); }

// Schema Text2, from any struct with ja and en.
Value text2(std::string_view ja, std::string_view en);
template <class W>
Value text2(const W& words) {
  return text2(words.ja, words.en);
}
// What a person reads in the language of his request.
template <class W>
const std::string& said(const W& words, const Request& request) {
  return request.language == Language::ja ? words.ja : words.en;
}

// RFC 3339 in UTC; null when there is none.
Value time_value(Time time);
Value time_value(const std::optional<Time>& time);
// An id, or null for 0.
Value id_or_null(Id id);
Value text_or_null(const std::string& text);
Value texts(const std::vector<std::string>& list);

// The word of an enum with enum_names().
template <class E>
Value word(E value) {
  for (const auto& [name, e] : enum_names(value))
    if (e == value) return Value(name);
  return {};
}

// {items, next}: next "" is null.
Value page_value(std::vector<Value> items, const std::string& next);
// {items}
Value items_value(std::vector<Value> items);

// Each of a list through a writer.
template <class List, class Write>
std::vector<Value> each_of(const List& list, Write&& write) {
  std::vector<Value> out;
  out.reserve(list.size());
  for (const auto& item : list) out.push_back(write(item));
  return out;
}

}  // namespace yagura::web
