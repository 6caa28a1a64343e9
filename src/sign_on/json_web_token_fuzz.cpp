// Tokens and sets of keys from outside: "key set \0 token".
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sign_on/json_web_token.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto end = text.find('\0');
  const auto keys = yagura::sign_on::KeySet::read(text.substr(0, end));
  if (end == std::string_view::npos) return 0;
  const auto token = yagura::sign_on::read_token(text.substr(end + 1));
  // Nobody who fuzzes has a key of ours: what is verified here was signed by nobody.
  if (keys && token) (void)keys->verify(*token);
  return 0;
}
