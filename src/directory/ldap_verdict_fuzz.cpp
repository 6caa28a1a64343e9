// What a directory says of a refused bind, and values inside filters: any bytes.
#include <algorithm>
#include <cstdint>

#include "base/result.hpp"
#include "directory/ldap_directory.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::directory;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Whatever it says of a refused bind, it never lets anybody in.
  YAGURA_ASSERT(verdict_of(text) != yagura::people::DirectoryVerdict::right);
  const auto escaped = escape_filter(text);
  YAGURA_ASSERT(escaped.find_first_of(std::string_view("*()\0", 4)) == std::string::npos);
  // Each byte is there once, as itself or as three.
  YAGURA_ASSERT(escaped.size() == size + 2 * static_cast<std::size_t>(std::ranges::count(escaped, '\\')));
  return 0;
}
