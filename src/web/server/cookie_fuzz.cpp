// Cookies and Accept-Language: any bytes; a cookie that was taken can be sent again and read the same.
#include <cstdint>

#include "base/result.hpp"
#include "web/server/cookie.hpp"
#include "web/server/language.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace yagura::web;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)choose_language("", text);
  const auto cookies = parse_cookies(text);
  YAGURA_ASSERT(cookies.size() <= kMaxCookies);
  std::string again;
  for (const auto& [name, value] : cookies) again += name + "=" + value + "; ";
  YAGURA_ASSERT(parse_cookies(again) == cookies);
  return 0;
}
