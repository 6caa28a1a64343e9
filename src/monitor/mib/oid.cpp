#include "monitor/mib/oid.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace yagura::monitor::mib {

Result<Oid> parse_oid(std::string_view dotted) {
  const auto invalid = [&] {
    return fail("monitor.oid_invalid", {{"text", std::string(dotted.substr(0, 80))}});
  };
  auto text = dotted;
  if (text.starts_with('.')) text.remove_prefix(1);
  Oid oid;
  for (const auto part : split(text, '.')) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc{} || end != part.data() + part.size() || oid.size() == kMaxOid) return invalid();
    oid.push_back(number);
  }
  if (oid.empty()) return invalid();
  return oid;
}

std::string to_dotted(const Oid& oid) {
  std::string text;
  for (const auto number : oid) {
    if (!text.empty()) text += '.';
    text += std::to_string(number);
  }
  return text;
}

bool starts_with(const Oid& oid, const Oid& prefix) {
  return oid.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), oid.begin());
}

}  // namespace yagura::monitor::mib
