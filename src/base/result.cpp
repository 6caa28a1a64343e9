#include "base/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace yagura {

std::string_view Error::arg(std::string_view name) const {
  for (const auto& [key, value] : args)
    if (key == name) return value;
  return {};
}

std::string Error::text() const {
  std::string out = code;
  if (args.empty()) return out;
  const char* separator = "(";
  for (const auto& [key, value] : args) {
    out.append(separator).append(key).append("=").append(value);
    separator = ", ";
  }
  return out + ")";
}

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: this cannot be: %s\n", file, line, expression);
  std::abort();
}

}  // namespace yagura
