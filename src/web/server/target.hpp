// The target of a request (RFC 9112 3.2, RFC 3986): path and query, decoded once and checked.
//
// Purpose: after this, a path holds no "." or ".." segment, no encoded slash, no control character and is
//          UTF-8, so that nothing behind it has to think about that again.
// Errors:  web.target_invalid, web.query_invalid.
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace yagura::web {

// Decoded query parameters in the order they came; a name may come several times.
class Query {
 public:
  void add(std::string name, std::string value) { values_.emplace_back(std::move(name), std::move(value)); }
  // The first value, or nothing; "?a" is the empty value.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] auto begin() const { return values_.begin(); }
  [[nodiscard]] auto end() const { return values_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

struct Target {
  std::string path;  // decoded, begins with "/"
  Query query;
};

inline constexpr std::size_t kMaxQueryParameters = 128;

// Only the origin form ("/path?query") is taken: this is no proxy.
Result<Target> parse_target(std::string_view target);
// application/x-www-form-urlencoded: "+" is a space.
Result<Query> parse_query(std::string_view text);
// %XX decoding; nothing when an escape is broken.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
// Everything but RFC 3986 unreserved characters is escaped.
std::string percent_encode(std::string_view text);

}  // namespace yagura::web
