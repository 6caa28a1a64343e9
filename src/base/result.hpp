// The one error idiom of the house.
//
// Purpose: what can be expected to fail (a peer, a file, an input, a person) returns Result<T>.
//          What cannot be is an assertion (YAGURA_ASSERT), which stays on in release builds.
// Errors:  carry a stable code ("room.what_happened") and named arguments; the words for people, in
//          Japanese and English, with what to do, stand in share/errors/<room>.yaml under that code.
//          Never put a secret into an argument: arguments reach logs, screens and the journal.
// Threads: values; no shared state.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yagura {

struct Error {
  std::string code;
  std::vector<std::pair<std::string, std::string>> args;

  // The value of a named argument, or "" when there is none.
  [[nodiscard]] std::string_view arg(std::string_view name) const;
  // One line for logs and tests: code(name=value, ...).
  [[nodiscard]] std::string text() const;
  bool operator==(const Error&) const = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

using ErrorArgs = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string code, ErrorArgs args = {}) {
  return std::unexpected<Error>(Error{std::move(code), std::move(args)});
}

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace yagura

#define YAGURA_ASSERT(expression) \
  (static_cast<bool>(expression) ? void(0) : ::yagura::assertion_failed(#expression, __FILE__, __LINE__))

#define YAGURA_CONCAT_(a, b) a##b
#define YAGURA_CONCAT(a, b) YAGURA_CONCAT_(a, b)

// YAGURA_TRY(auto x, f());  -> x holds the value, or this function returns f's error.
#define YAGURA_TRY(declaration, expression) \
  YAGURA_TRY_(YAGURA_CONCAT(yagura_try_, __LINE__), declaration, expression)
#define YAGURA_TRY_(result, declaration, expression)                               \
  auto result = (expression);                                                      \
  if (!result) return std::unexpected<::yagura::Error>(std::move(result).error()); \
  declaration = *std::move(result)

// YAGURA_CHECK(f());  -> goes on when f succeeded, or this function returns f's error.
#define YAGURA_CHECK(expression)                                                  \
  do {                                                                            \
    if (auto yagura_checked = (expression); !yagura_checked)                      \
      return std::unexpected<::yagura::Error>(std::move(yagura_checked).error()); \
  } while (false)
